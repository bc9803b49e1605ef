"""What each system knows of a company, and how it spells that.

What two systems know in common is always enough to link them: two strong identifiers, or one and a name that
differs only in its legal form and capitals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.testing.world import spelling

if TYPE_CHECKING:
    import random

    from syncd.testing.world.cast import Company

_STRONG = ("kvk", "vat", "iban", "email", "phone", "customer_number")
_ABBREVIATED = 0.2


class Knowledge:
    """Which identifiers of a company the CRM and the bookkeeping know.

    `everything` makes both know all; `in_common` names what both know, the rest is known to one at most.
    """

    def __init__(
        self,
        rng: random.Random,
        company: Company,
        customer_number: str,
        *,
        everything: bool,
        in_common: frozenset[str] | None = None,
    ) -> None:
        self.customer_number = customer_number
        self._rng = rng
        self._company = company
        count = len(_STRONG) if everything else rng.choice((1, 2, 2, 3, 3, 4, 5))
        shared = set(rng.sample(_STRONG, count) if in_common is None else in_common)
        if company.owner:  # one system may have only the person's name, the other only the trade name
            shared |= {"kvk", "email", "customer_number"}
        self._shared = frozenset(shared)
        self._only = {
            kind: rng.choice(("crm", "books", "crm", "books", "nobody"))
            for kind in _STRONG
            if kind not in shared
        }
        if self._only.get("kvk") == "nobody":
            self._only["kvk"] = "crm"

    def shown(self, system: str, kind: str) -> str:
        """Give the company's identifier if this system knows it, else empty text."""
        if kind not in self._shared and self._only[kind] != system:
            return ""
        if kind == "customer_number":
            return self.customer_number
        value: str = getattr(self._company, kind)
        return value

    def name(self) -> str:
        """Write the company's name; change its words only where the identifiers suffice without it."""
        if len(self._shared) > 1 and self._rng.random() < _ABBREVIATED:
            return spelling.abbreviate(self._company.name)
        return spelling.company_name(self._rng, self._company.name, self._company.form)
