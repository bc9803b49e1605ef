"""Numbers that pass their own checks, each handed out once in a world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.testing.world.words import BANKS

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


def eleven_proof(eight: str) -> str:
    """Complete eight digits to an RSIN, or give empty text where no ninth digit fits.

    The rule is the Dutch eleven-test: weights 9 to 2, and the last digit counts as minus one.
    """
    rest = sum(int(digit) * weight for digit, weight in zip(eight, range(9, 1, -1), strict=True)) % 11
    return f"{eight}{rest}" if rest < 10 else ""  # noqa: PLR2004 a check digit is one digit


def sole_trader_vat(nine: str) -> str:
    """Give the VAT identification number of a sole trader for nine digits: ISO 7064 modulo 97, 10."""
    letters_as_numbers = int(f"2321{nine}11")  # N = 23, L = 21, B = 11
    check = (1 - letters_as_numbers * 100) % 97
    return f"NL{nine}B{check if check > 1 else check + 97:02d}"


def iban(bank: str, account: str) -> str:
    """Give the Dutch IBAN of an account of ten digits: ISO 13616 modulo 97."""
    as_number = "".join(str(int(letter, 36)) for letter in f"{bank}{account}NL00")
    return f"NL{98 - int(as_number) % 97:02d}{bank}{account}"


class Numbers:
    """Hands out identifiers; none twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: set[str] = set()
        self._books_id = rng.randrange(2 * 10**17, 4 * 10**17)
        self._crm_id = rng.randrange(10**9, 2 * 10**9)
        self._web_id = rng.randrange(10**8, 2 * 10**8)
        self._customer_number = rng.randrange(1000, 3000)

    def books_id(self) -> str:
        """Give the next id of the bookkeeping: eighteen digits that grow with time."""
        self._books_id += self._rng.randrange(1000, 10**9)
        return str(self._books_id)

    def crm_id(self) -> int:
        """Give the next id of the CRM."""
        self._crm_id += self._rng.randrange(1, 400)
        return self._crm_id

    def web_id(self) -> int:
        """Give the next id that the newsletter shows on its pages."""
        self._web_id += self._rng.randrange(1, 400)
        return self._web_id

    def hexadecimal(self, digits: int) -> str:
        """Give a random hexadecimal id."""
        return self.once(lambda: f"{self._rng.randrange(16**digits):0{digits}x}")

    def customer_number(self) -> str:
        """Give the next customer number."""
        self._customer_number += self._rng.choice((1, 1, 1, 2))
        return str(self._customer_number)

    def kvk(self) -> str:
        """Give eight digits."""
        return self.once(lambda: f"{self._rng.randrange(5_000_000, 95_000_000):08d}")

    def company_vat(self) -> str:
        """Give the VAT number of a legal entity: its RSIN, which begins with 8, and B01."""
        return f"NL{self.once(lambda: eleven_proof(f'8{self._rng.randrange(10**7):07d}'))}B01"

    def personal_vat(self) -> str:
        """Give the VAT identification number of a sole trader (since 2020)."""
        return self.once(lambda: sole_trader_vat(f"00{self._rng.randrange(10**7):07d}"))

    def bank_account(self) -> tuple[str, str]:
        """Give an IBAN with the BIC of its bank."""
        code, bic = self._rng.choice(BANKS)
        return self.once(lambda: iban(code, f"{self._rng.randrange(10**6, 10**9):010d}")), bic

    def mobile(self) -> str:
        """Give a mobile number as ten national digits."""
        return self.once(lambda: f"06{self._rng.choice('123458')}{self._rng.randrange(10**7):07d}")

    def landline(self, area: str) -> str:
        """Give a number in an area as ten national digits."""
        rest = 10 - len(area)
        return self.once(lambda: f"{area}{self._rng.randrange(2 * 10 ** (rest - 1), 8 * 10 ** (rest - 1))}")

    def once(self, make: Callable[[], str]) -> str:
        """Give the first value of `make` that is not empty and was never handed out."""
        while True:
            value = make()
            if value and value not in self._used:
                self._used.add(value)
                return value
