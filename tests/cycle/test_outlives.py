"""Facts outlive records: what our own erasure took away is still known to whoever is left of the same subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.model import OrderState
from tests.cycle.kit import installed

if TYPE_CHECKING:
    from pathlib import Path

GOES = {OrderState.SCHEDULED, OrderState.APPROVED}


def test_who_belonged_to_an_organisation_does_not_become_a_stranger_when_the_crm_item_goes_first(
    tmp_path: Path,
) -> None:
    """The CRM says to whom a person belongs. Its item goes today; the newsletter is asked for another day."""
    with installed(tmp_path, seed=1, size=60) as here:
        here.run()
        due = {
            one.order.ref for one in here.orders() if one.order.ref.account == "news" and one.state in GOES
        }
        here.approve(choose=lambda one: one.order.ref.account == "crm")
        assert here.run(send=True).execution.verified > 10
        here.run()
        still = {one.order.ref for one in here.orders() if one.state in GOES}
        assert due
        assert due <= still
