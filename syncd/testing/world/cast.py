"""Who really exists: companies and people, with facts that no two of them share by accident."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from syncd.testing.world.spelling import plain_letters
from syncd.testing.world.words import (
    FAMILY_NAMES,
    FANCY,
    GIVEN_NAMES,
    JOBS,
    PREFIX_TRADES,
    STREETS,
    SUFFIX_TRADES,
    TOWNS,
)

if TYPE_CHECKING:
    import random

    from syncd.testing.world.numbers import Numbers


@dataclass(frozen=True)
class Human:
    """A person. `prefix` is the part before the family name that does not sort ("van der")."""

    given: str
    prefix: str
    name: str
    birth_date: date
    email: str
    phone: str
    job: str

    @property
    def family(self) -> str:
        """The family name with its prefix."""
        return f"{self.prefix} {self.name}".strip()


@dataclass(frozen=True)
class Place:
    """Where a company is. `area` is the area code of its telephone numbers."""

    street: str
    number: str
    postcode: str
    city: str
    area: str


@dataclass(frozen=True)
class Company:
    """A legal entity, or a sole trader or private customer (then `owner` is the person).

    `phone` and `mobile` are national digits. `email` is the address everybody knows, `billing` the one where
    invoices go. A private customer has neither `kvk` nor `vat`.
    """

    name: str
    form: str
    kvk: str
    vat: str
    iban: str
    bic: str
    email: str
    billing: str
    phone: str
    mobile: str
    place: Place
    domain: str
    owner: Human | None = None


class Cast:
    """Makes companies and people."""

    def __init__(self, rng: random.Random, numbers: Numbers, today: date) -> None:
        self._rng = rng
        self._numbers = numbers
        self._today = today

    def human(
        self,
        domain: str = "",
        *,
        given: str = "",
        family: tuple[str, str] | None = None,
        age: tuple[int, int] = (22, 68),
    ) -> Human:
        """Make a person with an address at `domain` (a private one when empty)."""
        rng = self._rng
        given = given or rng.choice(GIVEN_NAMES)
        prefix, name = family or self.family_name()
        days = rng.randrange(age[0] * 365, age[1] * 365)
        local = rng.choice((f"{given}.{prefix}{name}", f"{given[0]}.{prefix}{name}", given))
        return Human(
            given,
            prefix,
            name,
            self._today - timedelta(days=days),
            self.address(
                local, domain or rng.choice(("post.example", "thuis.example", "brievenbus.example"))
            ),
            self._numbers.mobile() if rng.random() < 0.8 else "",  # noqa: PLR2004 one in five has none
            rng.choice(JOBS),
        )

    def company(self, *, name: str = "", place: Place | None = None) -> Company:
        """Make a legal entity or partnership."""
        name = name or self._company_name()
        form = self._rng.choice(("B.V.", "B.V.", "B.V.", "B.V.", "V.O.F.", "N.V."))
        if name.startswith("Stichting"):  # a foundation says so in front, and is nothing else
            form = ""
        return self._equip(name, form, self._numbers.company_vat(), place or self.place(), None)

    def sole_trader(self, *, place: Place | None = None, family: tuple[str, str] | None = None) -> Company:
        """Make a sole trader, who trades under the own name."""
        owner = self.human(family=family)
        name = f"{owner.given} {owner.family} {self._rng.choice(SUFFIX_TRADES)}"
        return self._equip(name, "", self._numbers.personal_vat(), place or self.place(), owner)

    def consumer(self) -> Company:
        """Make a private customer, whom the systems enter like a company: no number but a customer number."""
        owner = self.human()
        one = self._equip(f"{owner.given} {owner.family}", "", "", self.place(), owner)
        return replace(one, kvk="", email=owner.email, billing=owner.email)

    def family_name(self) -> tuple[str, str]:
        """Choose a prefix and a family name."""
        prefix, name = self._rng.choice(FAMILY_NAMES)
        return prefix, name

    def place(self, city: str = "") -> Place:
        """Choose a place, in `city` when given."""
        rng = self._rng
        name, code, area = next((town for town in TOWNS if town[0] == city), rng.choice(TOWNS))
        letters = rng.choice("ABCDEGHJKLMNPRTVWXZ") + rng.choice("ABCDEGHJKLMNPRSTVWXZ")  # never SA, SD, SS
        number = f"{rng.randrange(1, 240)}{rng.choice(('', '', '', '', 'a', ' B', '-2'))}"
        return Place(rng.choice(STREETS), number, f"{code + rng.randrange(60)} {letters}", name, area)

    def address(self, local: str, domain: str) -> str:
        """Make an e-mail address that nobody has yet."""
        parts = [plain_letters(part) for part in local.split(".")]
        stem = ".".join(part for part in parts if part)
        taken = 0

        def attempt() -> str:
            nonlocal taken
            taken += 1
            return f"{stem}@{domain}" if taken == 1 else f"{stem}{self._rng.randrange(2, 10**5)}@{domain}"

        return self._numbers.once(attempt)

    def _company_name(self) -> str:
        rng = self._rng
        prefix, name = self.family_name()
        family = f"{prefix} {name}".strip()
        family = family[0].upper() + family[1:]
        other = " ".join(part for part in self.family_name() if part)
        return rng.choice(
            (
                f"{rng.choice(PREFIX_TRADES)} {family}",
                f"{family} {rng.choice(SUFFIX_TRADES)}",
                f"Gebroeders {family} {rng.choice(SUFFIX_TRADES)}",
                f"{family} & {other[0].upper()}{other[1:]} {rng.choice(SUFFIX_TRADES)}",
                f"{rng.choice(FANCY)} {rng.choice(SUFFIX_TRADES)}",
                f"Stichting {rng.choice(FANCY)} {rng.choice(SUFFIX_TRADES)}",
            )
        )

    def _equip(self, name: str, form: str, vat: str, place: Place, owner: Human | None) -> Company:
        stem = plain_letters(name)[:28]
        domain = self._numbers.once(lambda: f"{stem}-{self._rng.randrange(16**3):03x}.example")
        account, bic = self._numbers.bank_account()
        return Company(
            name,
            form,
            self._numbers.kvk(),
            vat,
            account,
            bic,
            f"{self._rng.choice(('info', 'contact', 'mail', 'hallo'))}@{domain}",
            f"{self._rng.choice(('facturen', 'administratie', 'boekhouding'))}@{domain}",
            self._numbers.landline(place.area),
            self._numbers.mobile(),
            place,
            domain,
            owner,
        )
