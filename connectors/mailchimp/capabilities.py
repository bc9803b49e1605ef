"""What can be done to which record, and what Mailchimp keeps afterwards."""

from __future__ import annotations

from connectors.mailchimp.mapping import CUSTOMER, MEMBER, NEWSLETTER
from syncd.contract import Capability, Residue
from syncd.model import Action

ERASE_MEMBER = Capability(
    kind=MEMBER,
    action=Action.ERASE,
    categories=NEWSLETTER,
    residue=(
        Residue(
            "forgotten_address",
            "Mailchimp keeps what it needs to refuse a re-import of this address; "
            "the person can come back only through a sign-up form",
        ),
        Residue("campaign_reports", "campaign reports stay, anonymised by Mailchimp"),
        Residue(
            "account_exports", "account exports made before stay downloadable: delete the files you keep", 90
        ),
        Residue(
            "shop_customer",
            "with a connected shop, its customer is a record of its own; orders and carts stay in Mailchimp, "
            "and the shop may send the person again",
        ),
    ),
)

ERASE_CUSTOMER = Capability(
    kind=CUSTOMER,
    action=Action.ERASE,
    categories=NEWSLETTER,
    residue=(
        Residue(
            "shop_source", "the shop itself keeps its customer and may send the person again: erase it there"
        ),
        Residue("shop_carts", "whether Mailchimp deletes the carts of a customer with it is not documented"),
    ),
)

CAPABILITIES = frozenset({ERASE_MEMBER, ERASE_CUSTOMER})
