"""Who is known by one e-mail address alone: whose it is, why, and when it is nobody's until somebody says so."""

from __future__ import annotations

import pytest

from syncd.identity import Answer, resolve
from tests.unit.identity.kit import (
    child,
    company,
    employee,
    group_of,
    linked,
    member,
    person,
    proposed,
    together,
)

JAN = "jan@hoek.example"
INFO = "info@hoek.example"
ADMIN = "admin@cijfers.example"


def evidence(*records: object) -> set[tuple[str, ...]]:
    """Give what is said for each link of the one group that the records make."""
    found = resolve(records)  # type: ignore[arg-type]
    assert len(found.groups) == 1
    return {link.evidence for link in found.groups[0].links}


# --- members among themselves ----------------------------------------------------------------------------------


def test_members_of_one_address_are_one_with_or_without_a_name_and_say_why() -> None:
    bare, named, short = member(JAN), member(JAN, "Jan", "Smit", "post"), member(JAN, "J.", "Smit", "mail")
    assert evidence(bare, named) == {("email",)}
    assert evidence(named, member(JAN, "Jan", "Smit", "mail")) == {("email", "name")}
    assert evidence(named, short) == {("email", "initials")}
    assert linked(bare, named, short)


def test_a_member_with_less_of_a_name_is_the_one_with_more_of_it() -> None:
    assert linked(member(JAN, "Jan"), member(JAN, "Jan", "Smit", "post"))
    assert linked(member(JAN, "", "Smit"), member(JAN, "Jan", "Smit", "post"))


def test_members_whose_names_disagree_are_as_many_subjects_as_there_are_names() -> None:
    jan, again = member(JAN, "Jan", "Smit"), member(JAN, "Jan", "Smit", "post")
    marie, bare = member(JAN, "Marie", "Bos", "mail"), member(JAN, account="shop")
    found = resolve([jan, again, marie, bare])
    assert together(found, jan, again)
    assert len({group_of(found, one) for one in (jan, marie, bare)}) == 3


@pytest.mark.parametrize(("names", "one"), [(12, True), (13, False)])
def test_a_dozen_spellings_of_one_name_are_one_person_and_more_are_not_looked_through(
    names: int, one: bool
) -> None:
    doubles = [
        "Vos",
        "Mol",
        "Das",
        "Ree",
        "Haas",
        "Beer",
        "Wolf",
        "Valk",
        "Uil",
        "Kraai",
        "Mus",
        "Spreeuw",
        "Gans",
    ]
    members = [member(JAN, "Jan", f"Smit-{name}", f"list{i}") for i, name in enumerate(doubles[:names])]
    assert linked(*members) is one


def test_two_members_that_were_called_different_are_two() -> None:
    one, other = member(JAN), member(JAN, account="post")
    assert not linked(one, other, answers=[Answer(one.ref, other.ref, same=False)])


def test_a_member_without_a_name_is_the_family_that_reads_the_address() -> None:
    assert linked(member(JAN), person("post", name="Fam. de Vries", email=JAN))


def test_who_was_called_different_stays_alone_and_the_others_stay_together() -> None:
    one, other, third, fourth = (member(JAN, account=name) for name in ("news", "letters", "mail", "post"))
    found = resolve([one, other, third, fourth], [Answer(one.ref, other.ref, same=False)])
    assert together(found, third, fourth)
    assert len({group_of(found, record) for record in (one, other, third)}) == 3


# --- and the one subject that has the address ------------------------------------------------------------------


def test_a_member_goes_with_the_one_subject_and_says_why() -> None:
    assert evidence(company(name="De Hoek", email=INFO), member(INFO)) == {("email",)}
    assert evidence(person(name="Jan Smit", email=JAN, phone="06-12345678"), member(JAN, "Jan", "Smit")) == {
        ("email", "name")
    }
    assert evidence(person(name="Jan Smit", email=JAN, phone="06-12345678"), member(JAN, "J.", "Smit")) == {
        ("email", "initials")
    }


def test_members_of_one_name_go_along_together() -> None:
    known = person(name="Jan Smit", email=JAN, phone="06-12345678")
    assert linked(known, member(JAN), member(JAN, "Jan", "Smit", "post"), member(JAN, "J.", "Smit", "mail"))


def test_the_member_that_says_most_speaks_for_the_others() -> None:
    known = person(name="Marie Bos", email=JAN, phone="06-12345678")
    bare, named = member(JAN), member(JAN, "Jan", "Smit", "post")
    found = resolve([known, bare, named])
    assert together(found, bare, named)
    assert not together(found, known, bare)
    assert linked(known, bare)


def test_the_link_is_drawn_to_the_record_whose_name_agrees_best() -> None:
    nameless = person("books", email=JAN, phone="06-12345678", key="1")
    initials = person("books", name="J. Smit", email=JAN, phone="06-12345678", key="2")
    whole = person("books", name="Jan Smit", email=JAN, phone="06-12345678", key="3")
    news = member(JAN, "Jan", "Smit")
    for some in ([nameless, initials, whole], [initials, whole], [nameless, whole]):
        found = resolve([*some, news])
        [group] = found.groups
        assert [{link.a, link.b} for link in group.links if news.ref in (link.a, link.b)] == [
            {news.ref, whole.ref}
        ]


def test_a_member_that_was_called_different_does_not_go_along_and_takes_no_mate_with_it() -> None:
    known = person(name="Jan Smit", email=JAN, phone="06-12345678")
    news, post = member(JAN), member(JAN, account="post")
    apart = [Answer(known.ref, news.ref, same=False)]
    assert not linked(known, news, answers=apart)
    found = resolve([known, news, post], apart)
    assert together(found, news, post)
    assert not together(found, known, post)


def test_that_it_is_not_one_of_two_does_not_make_it_the_others() -> None:
    one, other, news = (
        company(email=INFO, name="Aap"),
        company("books", email=INFO, name="Noot"),
        member(INFO),
    )
    found = resolve([one, other, news], [Answer(one.ref, news.ref, same=False)])
    assert len(found.groups) == 3
    assert proposed(found, other, news)
    assert not proposed(found, one, news)


# --- several subjects have it ----------------------------------------------------------------------------------


def test_between_two_persons_the_one_of_that_name_and_never_one_by_initials() -> None:
    jan = person(name="Jan Smit", email=JAN, birth_date="1980-12-31")
    marie = person(name="Marie Smit", email=JAN, birth_date="1981-12-31")
    news = member(JAN, "Marie", "Smit")
    found = resolve([jan, marie, news])
    assert together(found, marie, news)
    johan = person(name="Johan Smit", email=JAN, birth_date="1981-12-31")
    short = member(JAN, "J.", "Smit")
    found = resolve([jan, johan, short])
    assert not together(found, jan, short)
    assert not together(found, johan, short)


def test_two_persons_of_that_name_leave_it_in_doubt() -> None:
    father = person(name="Jan Smit", email=JAN, birth_date="1950-12-31")
    son = person(name="Jan Smit", email=JAN, birth_date="1980-12-31")
    news = member(JAN, "Jan", "Smit")
    found = resolve([father, son, news])
    assert len({group_of(found, one) for one in (father, son, news)}) == 3


def test_a_person_of_the_company_comes_before_it_and_two_of_them_do_not() -> None:
    hoek = company(name="De Hoek", email=INFO)
    jan = employee(hoek, name="Jan Smit", email=INFO, birth_date="1980-12-31")
    marie = employee(hoek, name="Marie Bos", email=INFO, birth_date="1981-12-31")
    news = member(INFO)
    found = resolve([hoek, jan, news])
    assert together(found, jan, news)
    assert not together(found, hoek, news)
    found = resolve([hoek, jan, marie, news])
    assert together(found, hoek, news)


def test_a_person_who_belongs_to_only_one_of_two_companies_decides_nothing() -> None:
    hoek, kant = company(name="De Hoek", email=INFO), company("books", name="Kant Bakkers", email=INFO)
    jan = employee(hoek, name="Jan Smit", email=INFO, birth_date="1980-12-31")
    news = member(INFO)
    found = resolve([hoek, kant, jan, news])
    assert not any(together(found, news, one) for one in (hoek, kant, jan))
    both = employee(hoek, kant, name="Jan Smit", email=INFO, birth_date="1980-12-31")
    found = resolve([hoek, kant, both, news])
    assert together(found, news, both)


def test_two_persons_without_a_company_leave_it_in_doubt() -> None:
    one = person(name="Jan Smit", email=JAN, birth_date="1980-12-31")
    other = person(name="Marie Bos", email=JAN, birth_date="1981-12-31")
    news = member(JAN)
    found = resolve([one, other, news])
    assert len({group_of(found, record) for record in (one, other, news)}) == 3


def test_a_stranger_beside_a_company_and_its_person_leaves_it_in_doubt() -> None:
    hoek = company(name="De Hoek", email=INFO)
    jan = employee(hoek, name="Jan Smit", email=INFO, birth_date="1980-12-31")
    stranger = person("books", name="Marie Bos", email=INFO, birth_date="1981-12-31")
    news = member(INFO)
    found = resolve([hoek, jan, stranger, news])
    assert not any(together(found, news, one) for one in (hoek, jan, stranger))


def test_an_address_that_both_the_company_and_its_contact_person_have_is_the_companys_own() -> None:
    hoek = company("books", name="De Hoek", email=INFO)
    balie = child(hoek, name="Jan Smit", email=INFO)
    one, other = (
        employee(hoek, name=name, email=INFO, birth_date="1980-12-31") for name in ("Piet Bos", "Kim Vos")
    )
    news = member(INFO)
    found = resolve([hoek, balie, one, other, news])
    assert together(found, hoek, news)


def test_two_subscribers_of_other_names_are_not_both_the_one_company() -> None:
    hoek = company(name="De Hoek", email=INFO)
    jan, marie = member(INFO, "Jan"), member(INFO, "Marie", account="post")
    found = resolve([hoek, jan, marie])
    assert len({group_of(found, one) for one in (hoek, jan, marie)}) == 3
    assert linked(hoek, jan)


def test_a_companys_own_address_stays_its_own_where_the_member_is_named_like_somebody_there() -> None:
    hoek = company("books", name="De Hoek", email=INFO)
    jan = child(hoek, name="Jan Smit", email=INFO)
    one, other = (employee(hoek, email=INFO, birth_date=day) for day in ("1980-12-31", "1981-12-31"))
    news = member(INFO, "Jan", "Smit")
    found = resolve([hoek, jan, one, other, news])
    assert together(found, hoek, news)


def test_an_address_of_contact_persons_only_is_not_the_companys_own() -> None:
    hoek = company("books", name="De Hoek")
    short, whole = child(hoek, name="J. Smit", email=INFO), child(hoek, name="Jan Smit", email=INFO)
    one, other = (employee(hoek, email=INFO, birth_date=day) for day in ("1980-12-31", "1981-12-31"))
    news = member(INFO, "Jan", "Smit")
    found = resolve([hoek, short, whole, one, other, news])
    assert not any(together(found, news, each) for each in (hoek, one, other))


# --- a member with a whole name at somebody else's address -------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "family", "name", "email", "one"),
    [
        ("Jan", "Smit", "De Hoek", ADMIN, False),
        ("Jan", "Smit", "De Hoek", INFO, False),
        ("J.", "Smit", "De Hoek", INFO, False),
        ("Jan", "Hoek", "De Hoek", INFO, False),
        ("Jan", "Smit", "Jan Smit", ADMIN, True),
        ("Jan", "Smit", "", ADMIN, True),
        ("Jan", "", "De Hoek", ADMIN, True),
        ("", "Smit", "De Hoek", ADMIN, True),
        ("", "", "De Hoek", ADMIN, True),
    ],
)
def test_a_whole_name_is_a_person_and_not_the_company_whose_address_that_one_reads(
    given: str, family: str, name: str, email: str, one: bool
) -> None:
    known = company(name=name, email=email) if name else company(email=email)
    news = member(email, given, family)
    assert linked(known, news) is one
    assert proposed(resolve([known, news]), known, news) is not one


@pytest.mark.parametrize(
    ("given", "family", "name", "one"),
    [
        ("Leo", "", "Bianca Postma", False),
        ("Leo", "", "Jan de Boer Transport", False),
        ("Bianca", "", "Bianca Postma", True),
        ("Postma", "", "Bianca Postma", True),
        ("Aylmer", "", "Bianca Postma", True),
        ("Leo", "", "De Hoek", True),
        ("Leo", "", "Hoeksma & Co", True),
        ("Leo", "", "Postma h.o.d.n. Bianca Bloemen", False),
    ],
)
def test_a_given_name_alone_is_not_the_firm_that_is_called_after_somebody_else(
    given: str, family: str, name: str, one: bool
) -> None:
    known, news = company(name=name, email=INFO), member(INFO, given, family)
    assert linked(known, news) is one
    assert proposed(resolve([known, news]), known, news) is not one


def test_nor_where_it_stands_in_the_field_of_the_whole_name() -> None:
    known = company(name="Bianca Postma", email=INFO)
    assert not linked(known, person("news", name="Leo", email=INFO))
    assert linked(known, person("news", name="Bianca", email=INFO))


def test_who_is_called_as_somebodys_contact_is_not_that_somebody() -> None:
    jan = person(name="Jan Bakker", phone="06-12345678")
    found = resolve(
        [jan, child(jan, name="Marie Bakker", email=ADMIN), news := member(ADMIN, "Marie", "Bakker")]
    )
    assert not together(found, jan, news)


def test_a_whole_name_is_the_person_of_whom_no_name_is_known() -> None:
    assert linked(person(email=ADMIN, phone="06-12345678"), member(ADMIN, "Jan", "Smit"))


def test_the_whole_name_speaks_for_the_member_without_one() -> None:
    hoek, bare, named = (
        company(name="De Hoek", email=ADMIN),
        member(ADMIN),
        member(ADMIN, "Jan", "Smit", "post"),
    )
    found = resolve([hoek, bare, named])
    assert together(found, bare, named)
    assert not together(found, hoek, bare)


@pytest.mark.parametrize(("email", "one"), [(JAN, True), ("info@smit.example", False)])
def test_an_initial_is_whoever_has_the_address_but_not_where_a_family_or_an_office_reads_it(
    email: str, one: bool
) -> None:
    known = person(name="Jan Smit", email=email, phone="06-12345678")
    assert linked(known, member(email, "J.", "Smit")) is one


@pytest.mark.parametrize(
    ("email", "ours", "theirs", "one"),
    [
        ("devries@x.example", ("J.", "de Vries"), ("Jan", "de Vries"), False),
        ("fam.devries@x.example", ("J.", "de Vries"), ("Jan", "de Vries"), False),
        ("els.devries@x.example", ("J.", "de Vries"), ("Jan", "de Vries"), False),
        ("j.devries@x.example", ("J.", "de Vries"), ("Jan", "de Vries"), True),
        ("devries@x.example", ("Jan", "de Vries"), ("Jan", "de Vries"), True),
        ("devries@x.example", ("", ""), ("Jan", "de Vries"), True),
        ("devries@x.example", ("Piet", "de Vries"), ("Jan", "de Vries"), False),
    ],
)
def test_two_members_with_one_initial_are_one_only_at_an_address_of_ones_own(
    email: str, ours: tuple[str, str], theirs: tuple[str, str], one: bool
) -> None:
    assert linked(member(email, *ours), member(email, *theirs, account="post")) is one


def test_who_says_no_name_is_not_taken_along_by_one_of_a_couple() -> None:
    shared = {
        "family_name": "Zoet",
        "email": "fam.zoet@x.example",
        "postcode": "1629AK",
        "house_number": "14",
    }
    ruben = person(given_name="Ruben", phone="06-47106762", **shared)
    iris = person("books", given_name="Iris", phone="06-29582391", **shared)
    named, bare = member("fam.zoet@x.example", "Iris"), member("fam.zoet@x.example", account="post")
    found = resolve([ruben, iris, named, bare])
    assert together(found, iris, named)
    assert not together(found, iris, bare)
    assert proposed(found, iris, bare)
    assert linked(iris, named, bare)
