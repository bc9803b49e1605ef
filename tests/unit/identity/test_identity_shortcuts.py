"""What is quick for the plain cases gives what the long way gives."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.identity.normalising import email, phone
from syncd.identity.text import fold, unaccented

LOCALS = st.text(alphabet="aZ9_+-.@ é\"'!ß\n", max_size=70)
DOMAINS = st.sampled_from(
    [
        "voorbeeld.example", "EXAMPLE.NL", "a", "b.test", "münchen.de", "x.local", "1.2.3.4", "[1.2.3.4]", "a..b",
        "-a.nl", "localhost", f"{'x' * 64}.nl", f"{'y' * 60}." * 4 + "nl", f"{'y' * 60}." * 3 + "nl", "é.nl",
        "xn--mnchen-3ya.de",
    ]
)  # fmt: skip


def long_way(address: str) -> str | None:
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return f"{found.local_part.casefold()}@{found.ascii_domain}" if found.ascii_domain else None


@settings(max_examples=400)
@given(LOCALS, DOMAINS, st.booleans())
def test_an_address_is_what_the_library_makes_of_it(local: str, domain: str, joined: bool) -> None:
    address = f"{local}@{domain}" if joined else local + domain
    assert email(address) == long_way(address)


@pytest.mark.parametrize("length", [1, 59, 60, 61, 62, 63, 64, 65, 200])
@pytest.mark.parametrize(
    "domain",
    [
        f"{'y' * 60}." * 3 + "yyyy.nl",  # with 63 letters in front they are 254
        f"{'y' * 60}." * 3 + "nl",
        f"{'y' * 60}." * 2 + "nl",
        "voorbeeld.example",
    ],
)
def test_the_longest_addresses_are_cut_off_where_the_library_does(length: int, domain: str) -> None:
    address = f"{'l' * length}@{domain}"
    assert email(address) == long_way(address)


@given(st.text(alphabet="aZ9 ", max_size=20) | st.text(alphabet="aZ9 .&'-é+", max_size=20))
def test_bare_words_fold_as_the_others_do(text: str) -> None:
    """A word with an accent sends the whole text the long way."""
    assert fold(f"{text} é") == f"{fold(text)} e".strip()


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_letters_lose_their_case_only(text: str) -> None:
    assert unaccented(text) == unaccented(f"{text}é")[:-1]


@given(
    st.sampled_from(["0", "00", "+31", "+31 ", "0031", "0031 ", "+31 (0)", "+32", " 0", "31"]),
    st.sampled_from(["6", "6 ", "6-", "06", "06 ", "6--", "7", "20", ""]),
    st.text(alphabet="0123456789", min_size=6, max_size=9) | st.text(alphabet="01 6-\u0661", max_size=9),
)
def test_a_number_is_what_the_library_makes_of_it(country: str, network: str, rest: str) -> None:
    text = f"{country}{network}{rest}"
    # An extension sends the whole number to the library, which drops it.
    assert phone(text) == phone(f"{text} ext. 1")
