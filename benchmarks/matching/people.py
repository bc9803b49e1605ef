"""Dutch people and companies, made up from a seed: each other than all before, where it should be."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from faker import Faker

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, str]
"""One entry of an export: what its columns hold."""

Views = list[tuple[str, Row]]
"""One subject as the systems hold it."""

_PARTICLES = ("", "", "", "de ", "van ", "van der ", "van den ", "van de ", "ter ")
TRADES = (
    "Bakkerij", "Bouwbedrijf", "Schildersbedrijf", "Garage", "Kapsalon", "Hoveniersbedrijf", "Drukkerij",
    "Installatiebedrijf", "Adviesbureau", "Slagerij", "Fietsenmakerij", "Timmerbedrijf",
)  # fmt: skip
_FANTASY = (
    "De Hoek", "Het Anker", "De Linde", "Groenrijk", "Zonnestraal", "De Brug", "Waterland", "De Molen",
    "Noorderlicht", "De Kade", "Vuurtoren", "Het Baken",
)  # fmt: skip


class Maker:
    """Makes people and companies, every one other than all before where it should be."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a seeded world, no secret
        self.faker = Faker("nl_NL")
        self.faker.seed_instance(seed)
        self._taken: set[str] = set()

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def digits(self, count: int, first: str = "123456789") -> str:
        return self.random.choice(first) + "".join(self.random.choices("0123456789", k=count - 1))

    def new(self, make: Callable[[], str]) -> str:
        """Make something that nobody has yet."""
        while (found := make()) in self._taken:
            pass
        self._taken.add(found)
        return found

    def mobile(self) -> str:
        return self.new(lambda: f"06{self.digits(8, '12345')}")

    def landline(self) -> str:
        return self.new(
            lambda: f"0{self.random.choice(('20', '30', '10', '38', '76', '50'))}{self.digits(7, '234567')}"
        )

    def kvk(self) -> str:
        return self.new(lambda: self.digits(8, "123456789"))

    def iban(self) -> str:
        return self.new(lambda: str(self.faker.iban()))

    def legal_vat(self) -> str:
        """Give the VAT number of a legal person: made from its RSIN, which satisfies the test of eleven."""
        return self.new(lambda: f"NL{self._eleven('8')}B01")

    def old_vat(self) -> str:
        """Give a sole trader's number as it was until 2020: made from the citizen number."""
        return self.new(lambda: f"NL{self._eleven('123')}B01")

    def new_vat(self) -> str:
        """Give a sole trader's number since 2020: NL, B and all, it is 1 modulo 97."""
        while True:
            number = f"NL{self.digits(9, '012345')}B"
            for check in range(2, 99):
                spelled = "".join(str(int(one, 36)) for one in f"{number}{check:02}")
                if int(spelled) % 97 == 1 and number not in self._taken:
                    self._taken.add(number)
                    return f"{number}{check:02}"

    def _eleven(self, first: str) -> str:
        while True:
            body = self.digits(8, first)
            check = sum(int(one) * weight for one, weight in zip(body, range(9, 1, -1), strict=True)) % 11
            if check < 10:
                return body + str(check)

    def born(self, first: int = 1940, last: int = 2000) -> str:
        return f"{self.random.randint(first, last)}-{self.random.randint(1, 12):02}-{self.random.randint(1, 28):02}"

    def given(self) -> str:
        return str(self.faker.first_name())

    def family(self) -> str:
        return self.random.choice(_PARTICLES) + self.bare_family()

    def bare_family(self) -> str:
        """Give a surname without particle."""
        while (name := str(self.faker.last_name()).split()[-1].capitalize()) in {"Van", "De", "Der"}:
            pass
        return name

    def person(self, **fixed: str) -> Row:
        """Make a private person with all that a system may know; what is fixed is shared with somebody."""
        row = {"kind": "person", "given_name": self.given(), "family_name": self.family()} | fixed
        bare = f"{row['given_name']}.{row['family_name']}".replace(" ", "").lower()
        return {
            "email": self.new(lambda: f"{_plain(bare)}{self.digits(2)}@{self.faker.free_email_domain()}"),
            "phone": self.mobile(), "birth_date": self.born(), **door(self),
        } | row  # fmt: skip

    def company_name(self) -> str:
        """Give what a firm is called: its trade, and a family or a fancy name with one."""
        trade = self.random.choice(TRADES)

        def name() -> str:
            fancy = f"{self.random.choice(_FANTASY)} {self.bare_family()}"
            return f"{trade} {self.random.choice((self.family().title(), fancy))}"

        return self.new(name)

    def company(self, form: str = "B.V.", **fixed: str) -> Row:
        """Make an organisation. A sole trader's has no form in its name."""
        name = fixed.pop("name", "") or self.company_name()
        site = _plain(name.replace(" ", "").lower())
        return {
            "kind": "organisation", "name": f"{name} {form}".strip(), "kvk": self.kvk(), "iban": self.iban(),
            "vat": self.legal_vat() if form else self.new_vat(), "phone": self.landline(),
            "email": self.new(lambda: f"info@{site}{self.digits(2)}.nl"), **door(self),
        } | fixed  # fmt: skip


def door(maker: Maker) -> Row:
    """Make an address."""
    letters = "ABCDEGHJKLMNPRTVWXZ"
    return {
        "street": str(maker.faker.street_name()),
        "house_number": str(maker.random.randint(1, 180)),
        "postcode": maker.new(lambda: f"{maker.digits(4)} {''.join(maker.random.choices(letters, k=2))}"),
        "city": str(maker.faker.city()),
    }


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter == "."))


def without(row: Row, *fields: str) -> Row:
    return {name: value for name, value in row.items() if name not in fields}


# --- how the systems hold somebody ------------------------------------------------------------------------------


def in_books(row: Row) -> tuple[str, Row]:
    """Give what the books know: where to send an invoice."""
    return "books", without(row, "birth_date")


def in_crm(row: Row) -> tuple[str, Row]:
    """Give what the CRM holds: a name on one line, and how to reach somebody."""
    given, family = row.get("given_name", ""), row.get("family_name", "")
    named = {"name": row["name"]} if "name" in row else {"name": f"{given} {family}".strip()}
    return "crm", without(row, "given_name", "family_name", "iban", "street", "house_number") | named


def in_news(row: Row) -> tuple[str, Row]:
    """Give what the newsletter knows: an address, and perhaps a name."""
    kept = ("email", "given_name", "family_name")
    return "news", {"kind": "person"} | {name: row[name] for name in kept if name in row}


def both(row: Row, **other: str) -> Views:
    """Somebody in the books, and in the CRM with something else."""
    return [in_books(row), in_crm(row | other)]
