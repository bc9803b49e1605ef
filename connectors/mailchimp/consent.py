"""What proves that somebody consented, as one digest: taken before the deletion that destroys it.

The digest goes to the receipt and the ledger, so nothing in it may lead back to a person, not even by guessing: no
address, no name, no IP address and nothing derived from one. What is in it is dates, codes, Mailchimp's own
ids, and whether an IP address was noted. Whoever kept the facts elsewhere (an account export) can show with it
that they are the ones that stood at Mailchimp; `docs/connectors/mailchimp.md` has the recipe.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from connectors.mailchimp.client import text

if TYPE_CHECKING:
    from collections.abc import Mapping

FIELDS = (
    "contact_id", "list_id", "status", "source", "timestamp_signup", "ip_signup", "timestamp_opt", "ip_opt",
)  # fmt: skip
"""What is asked for: an IP address is looked at once, for whether there is one."""

_AS_THEY_ARE = ("contact_id", "list_id", "status", "source", "timestamp_signup", "timestamp_opt")
_WHETHER_THERE = ("ip_signup", "ip_opt")


def digest(row: Mapping[str, Any]) -> str:
    """Give the SHA-256 (hexadecimal) of one member's consent in canonical JSON: sorted names, no spaces, UTF-8."""
    facts: dict[str, str | bool] = {name: text(row, name) for name in _AS_THEY_ARE}
    facts |= {name: bool(text(row, name)) for name in _WHETHER_THERE}
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
