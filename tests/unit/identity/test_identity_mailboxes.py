"""Which mailboxes name nobody, and whose domain one is at."""

from __future__ import annotations

import pytest

from syncd.identity.mailboxes import names_another, read_by_many, says_given_name


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
        ("luukenlisa", "", True),
        ("Luuk.en.Lisa", "smit", True),
        ("janetleon", "", True),
        ("pietundanna", "", True),
        ("heleen", "", False),
        ("tuinenlisa", "", False),
        ("lisaentuin", "", False),
        ("maartenbos", "bos", False),
        ("annevries", "", False),
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
    ("local", "surname", "given", "another"),
    [
        ("britt.meijer", "meijer", "bram", True),
        ("brittmeijer80", "meijer", "bram", True),
        ("meijer.britt", "meijer", "bram", True),
        ("babs.meijer", "meijer", "bram", True),  # that few bear
        ("andre.meijer", "meijer", "andrea", True),
        ("jan", "dijk", "jolanda", True),
        ("jan.slager", "dijk", "jolanda", True),
        ("janneke.kok", "kok", "jan", True),
        ("bram.meijer", "meijer", "bram", False),
        ("brammeijer", "meijer", "bram", False),
        ("bram", "meijer", "bram", False),
        ("b.meijer", "meijer", "bram", False),
        ("bb.meijer", "meijer", "bram", False),
        ("bra.meijer", "meijer", "bram", False),
        ("bramsel.meijer", "meijer", "bram", False),
        ("bouwmeijer", "meijer", "bram", False),
        ("bouw", "meijer", "bram", False),
        ("jan.kok", "kok", "johannes", False),
        ("joh.kok", "kok", "johannes", False),
        ("janpiet.kok", "kok", "jan piet", False),
        ("annamarie.kok", "kok", "anna marie", False),
        ("piet.kok", "kok", "jan piet", False),
        ("jpj.kok", "kok", "jan piet", False),
        ("jan.kok", "kok", "willem", False),  # J. Willem, who may be a Jan
        ("joke.kok", "kok", "", False),
    ],
)
def test_an_address_may_name_another_of_the_same_initial(
    local: str, surname: str, given: str, another: bool
) -> None:
    names = tuple(given.split())
    initials = "j" + "".join(name[0] for name in names)
    key, family = f"email:{local}@x.example", frozenset({surname})
    assert names_another(key, family, initials, names) is another
    assert not names_another(key, family, initials)


@pytest.mark.parametrize(
    ("local", "given", "says"),
    [("els.devries", "els", True),
     ("joost.devries", "joost", True), ("joost80", "joost", True), ("devriesjoost", "joost", True),
     ("j.devries", "joost", False), ("bo.devries", "bo", False), ("devries", "", False)],
)  # fmt: skip
def test_an_address_says_a_given_name_that_tells_something(local: str, given: str, says: bool) -> None:
    assert says_given_name(f"email:{local}@joost.example", given) is says
