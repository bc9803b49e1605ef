"""Which mailboxes name nobody, and whose domain one is at."""

from __future__ import annotations

import pytest

from syncd.identity.mailboxes import names_another, read_by_many, says_given_name, speaks_of


@pytest.mark.parametrize(
    ("local", "surname", "many"),
    [
        ("info", "", True),
        ("info2", "", True),
        ("Info.Verkoop", "", True),
        ("penningmeester", "", True),
        ("no-reply", "", True),
        ("geen", "", True),
        ("devries", "vries", True),
        ("familie.devries", "vries", True),
        ("vandenberg", "berg", True),
        ("vant.hof", "hof", True),
        ("vries", "vries", True),
        ("abcde", "a ab abc abcd abcde", True),
        ("wxyz", "z yz xyz wxyz", True),
        ("t.devries", "vries", False),
        ("j.devries", "vries", False),
        ("jandevries", "vries", False),
        ("devries", "smit", False),
        ("devries", "", False),
        ("sunshine", "vries", False),
        ("informatie-jan", "", False),
        ("1980", "vries", False),
    ],
)
def test_an_address_that_says_no_more_than_a_surname_or_an_office_names_nobody(
    local: str, surname: str, many: bool
) -> None:
    assert read_by_many(f"email:{local}@x.example", frozenset(surname.split())) is many


@pytest.mark.parametrize(
    ("address", "name", "speaks"),
    [
        ("jan@dehoek.nl", "de hoek", True),
        ("jan@mail.dehoek.nl", "de hoek", True),
        ("jan@de-hoek.nl", "de hoek", True),
        ("jan@bakkerijdehoek.nl", "hoek", True),
        ("jan@vos.nl", "vos", True),
        ("jan@arch-bureau.nl", "arch.bureau", True),
        ("jan@ab.nl", "ab", False),
        ("hoek@kant.nl", "de hoek", False),
        ("jan@x.hoek", "de hoek", False),
        ("jan@vandaag.nl", "van den berg", False),
        ("jan@dehoek.nl", "", False),
    ],
)
def test_a_domain_speaks_of_a_company_by_a_word_of_its_name_that_tells_something(
    address: str, name: str, speaks: bool
) -> None:
    assert speaks_of(f"email:{address}", [tuple(name.split())] if name else []) is speaks


def test_any_of_a_companys_names_will_do() -> None:
    names = [("jansen",), ("de", "hoek")]
    assert speaks_of("email:jan@dehoek.nl", names)
    assert speaks_of("email:jan@jansen.nl", names)


@pytest.mark.parametrize(
    ("local", "surname", "initials", "another"),
    [
        ("els.devries", "vries", "j", True),
        ("devries.els", "vries", "j", True),
        ("elsdevries", "vries", "j", True),
        ("e.devries", "vries", "j", True),
        ("els.vandenberg", "berg", "j", True),
        ("els", "vries", "j", True),
        ("jo.hannes", "vries", "h", True),
        ("j.devries", "vries", "j", False),
        ("jdevries", "vries", "j", False),
        ("jan.devries80", "vries", "aj", False),
        ("els.devries", "vries", "je", False),
        ("devries", "vries", "j", False),
        ("info.devries", "vries", "j", False),
        ("sunshine", "vries", "j", False),
        ("els.bakker", "vries", "j", False),
        ("e.vries", "bakker vries", "j", True),
        ("els.wxyz", "z yz xyz wxyz", "e", False),
        ("1980", "vries", "j", False),
    ],
)
def test_an_address_that_says_the_surname_or_only_a_given_name_may_name_another(
    local: str, surname: str, initials: str, another: bool
) -> None:
    assert names_another(f"email:{local}@x.example", frozenset(surname.split()), initials) is another


@pytest.mark.parametrize(
    ("local", "given", "says"),
    [("els.devries", "els", True),
     ("joost.devries", "joost", True), ("joost80", "joost", True), ("devriesjoost", "joost", True),
     ("j.devries", "joost", False), ("bo.devries", "bo", False), ("devries", "", False)],
)  # fmt: skip
def test_an_address_says_a_given_name_that_tells_something(local: str, given: str, says: bool) -> None:
    assert says_given_name(f"email:{local}@joost.example", given) is says
