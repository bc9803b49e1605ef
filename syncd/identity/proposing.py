"""Pairs worth a person's look: links that fell, identifiers shared against the odds, and resemblance."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from syncd.identity.agreement import Agreement
from syncd.identity.companies import misspelt, same_but_for_form
from syncd.identity.comparing import Comparison, compare
from syncd.identity.facts import kind_of
from syncd.identity.likeness import Likeness, given_names_alike
from syncd.identity.mailboxes import says_given_name
from syncd.identity.pieces import PARTICLES
from syncd.identity.population import is_email
from syncd.identity.results import Proposal
from syncd.identity.scoring import beyond_names, email_resembles, is_ones_own, same_but_for_zero, score
from syncd.identity.sufficing import contact_differs
from syncd.model import IdentifierKind, SubjectKind

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Container,
        Hashable,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from syncd.identity.answering import Pair
    from syncd.identity.facts import Facts
    from syncd.identity.persons import Person
    from syncd.identity.population import Population
    from syncd.model import RecordRef

FROM_SCORE = 0.5
"""Below this a question is not worth asking: more often than not the two are two."""

_NAME_ALONE = FROM_SCORE
"""What part of its score a pair keeps of which only the name and perhaps the town resemble. No score is above
one, so that this is never enough to be asked about: namesakes resemble as much. It may be listed."""

PER_GROUP = 5
"""A group is asked about at most this many others, the likeliest; more would be a list nobody answers."""

_PAIR_BY_PAIR = 12
_INITIALS = 3
"""Letters of a word that may be initials."""


def propose(
    people: Population,
    number: Sequence[int],
    compared: Mapping[Pair, Comparison],
    resembling: Iterable[Pair],
    different: Collection[Pair],
    least: float,
    about: Container[int] | None = None,
) -> tuple[Proposal, ...]:
    """List proposals, one per pair of groups, the likeliest first; with `about`, only of these groups.

    `compared` are the owners that share a strong identifier, `resembling` those that may resemble each other;
    `different` are pairs of groups that a person called different; `least` is the score from which mere
    resemblance counts.
    """
    best: dict[Pair, tuple[float, Pair, Comparison]] = {}
    whole = _Whole(people, number)
    for pair, comparison, part, lowest in _worth_asking(people, number, compared, resembling, least):
        groups = (min(number[i] for i in pair), max(number[i] for i in pair))
        if groups in different or not (about is None or groups[0] in about or groups[1] in about):
            continue
        likeness = round(part * score(whole.of(pair[0]), whole.of(pair[1]), comparison), 6)
        if likeness < lowest:
            continue
        if groups not in best or (-likeness, pair) < (-best[groups][0], best[groups][1]):
            best[groups] = (likeness, pair, comparison)
    found = [
        Proposal(
            people.shown(a),
            people.shown(b),
            likeness,
            _evidence(people.facts[a], people.facts[b], compared_as),
        )
        for likeness, (a, b), compared_as in best.values()
    ]
    return tuple(sorted(found, key=by_likeness))


def by_likeness(one: Proposal) -> tuple[float, RecordRef, RecordRef]:
    """Give what orders proposals, the likeliest first."""
    return -one.score, one.a, one.b


def likeliest(
    proposals: Iterable[Proposal], group_of: Callable[[RecordRef], Hashable]
) -> tuple[Proposal, ...]:
    """Leave the proposals that are among the likeliest few of both groups, in their order.

    What one group is asked depends on nothing but its own proposals and those of the groups in them.
    """
    asked: Counter[Hashable] = Counter()
    left = []
    for one in sorted(proposals, key=by_likeness):
        ours, theirs = group_of(one.a), group_of(one.b)
        if max(asked[ours], asked[theirs]) < PER_GROUP:
            left.append(one)
        asked.update((ours, theirs))
    return tuple(left)


class _Whole:
    """Records with what their groups know besides: the answer joins all of it, or none."""

    def __init__(self, people: Population, number: Sequence[int]) -> None:
        self._people = people
        self._number = number
        self._groups: dict[int, list[Facts]] = defaultdict(list)
        for i, facts in enumerate(people.facts):
            self._groups[number[i]].append(facts)
        self._known: dict[int, Facts] = {}

    def of(self, i: int) -> Facts:
        """Give a record with the registrations, birth dates and contact data of its group, and its door."""
        if i not in self._known:
            self._known[i] = self._joined(self._people.facts[i], self._groups[self._number[i]])
        return self._known[i]

    def _joined(self, own: Facts, group: Sequence[Facts]) -> Facts:
        if len(group) == 1:
            return own
        door = own if own.street else next((one for one in group if one.street), own)
        return replace(
            own,
            strong=frozenset[str]().union(*(one.strong for one in group)),
            kvk=frozenset[str]().union(*(one.kvk for one in group)),
            vat=frozenset[str]().union(*(one.vat for one in group)),
            born=frozenset[str]().union(*(one.born for one in group)),
            street=door.street,
            house=door.house,
            postcode=door.postcode or own.postcode,
            city=door.city or own.city,
        )


class _Question(NamedTuple):
    """A pair of owners, what part of its score counts, and the least that this may be."""

    pair: Pair
    comparison: Comparison
    part: float = 1.0
    lowest: float = 0.0


def _worth_asking(
    people: Population,
    number: Sequence[int],
    compared: Mapping[Pair, Comparison],
    resembling: Iterable[Pair],
    least: float,
) -> Iterator[_Question]:
    """Go through every pair of owners in different groups that a person could have an opinion on.

    What shares an identifier, and is not worth a question for that, must resemble as much as what shares none.
    """
    for (a, b), found in compared.items():
        one, other = people.facts[a], people.facts[b]
        if number[a] != number[b] and not _member(people, a, b) and _strong_worth_asking(one, other, found):
            yield _Question((a, b), found)
    for a, b in _address_pairs(people):
        if number[a] != number[b]:
            one, other = people.facts[a], people.facts[b]
            found = compare(one, other, people.shared_by_many)
            if _address_worth_asking(one, other, found):
                yield _Question((a, b), found, lowest=0.0 if found.strong else least)
    for a, b in resembling:
        one, other = people.facts[a], people.facts[b]
        decided = (a, b) in compared and compared[a, b].strong
        if number[a] == number[b] or decided or _member(people, a, b):
            continue
        part = 1.0 if _more_than_a_name(one, other) else _NAME_ALONE
        if part > least and not _registered_apart(one, other):
            found = compare(one, other, people.shared_by_many)
            yield _Question((a, b), found, part, max(least, FROM_SCORE) if found.strong else least)


def _address_worth_asking(one: Facts, other: Facts, found: Comparison) -> bool:
    """Tell whether an address that did not link its member leaves a question: whose it is, or a mistyped name."""
    worth = _veto_worth_asking(one, other, found) if found.contradicts else found.name >= Agreement.UNSURE
    both_persons = one.kind is other.kind is SubjectKind.PERSON
    return worth or (bool(found.strong) and both_persons and _reads_anothers(one, other, found))


def _reads_anothers(one: Facts, other: Facts, found: Comparison) -> bool:
    """Tell whether two who have one address may be one although their names disagree.

    A given name alone, written or called otherwise, is all that some members say: `Wilam`, or Hendrik of a Henk.
    One given name and another surname is a marriage, and a family's member may be one of them.
    """
    if found.contradicts:
        return not (one.person.family and other.person.family) and _given_name_resembles(one, other)
    called = bool(one.person.called) and one.person.called == other.person.called
    return called or _of_one_household(one.person, other.person) or score(one, other, found) >= FROM_SCORE


def _of_one_household(one: Person, other: Person) -> bool:
    """Tell whether a family is one of both, and the other of its name."""
    ours, theirs = ({*someone.family, someone.lone} - {""} for someone in (one, other))
    return one.several is not other.several and not ours.isdisjoint(theirs)


def _given_name_resembles(one: Facts, other: Facts) -> bool:
    """Tell whether two given names may be one person's, and nobody is reached otherwise."""
    alike = given_names_alike(one.person.called, other.person.called) is Likeness.CLOSE
    return alike and not contact_differs(one, other)


def _strong_worth_asking(one: Facts, other: Facts, found: Comparison) -> bool:
    """Tell whether a shared identifier that did not link leaves a question.

    A link that fell does. A reissued phone number and two people of one household do not, unless so much else
    agrees that the name may have been mistyped, or changed by marriage.
    """
    if found.weight or not found.strong:
        return bool(found.weight)
    kinds = {kind_of(key) for key in found.strong}
    if found.contradicts:
        return _veto_worth_asking(one, other, found)
    if one.kind is not other.kind:
        registered = bool(kinds & {IdentifierKind.KVK, IdentifierKind.VAT})
        return found.name >= Agreement.INITIALS or registered or _called_the_same(one, other)
    if found.name >= Agreement.UNSURE or kinds - {IdentifierKind.PHONE, IdentifierKind.EMAIL}:
        return True
    if one.kind is SubjectKind.ORGANISATION:
        return same_but_for_form(one.company, other.company) or misspelt(one.company, other.company)
    return score(one, other, found) >= FROM_SCORE


def _called_the_same(one: Facts, other: Facts) -> bool:
    """Tell whether a person and an organisation have one name, so that one of them may be of the wrong kind.

    Initials of the given name may stand in the other: `DA Nguyen`.
    """
    organisation, someone = (one, other) if one.kind is SubjectKind.ORGANISATION else (other, one)
    named = {*someone.person.given, *someone.person.family, someone.person.lone} - {""}
    spelled = [set(words) - PARTICLES for words in organisation.company.names]
    return bool(named) and any(
        words == named or _names_by_initials(words, someone.person) for words in spelled
    )


def _names_by_initials(words: set[str], someone: Person) -> bool:
    """Tell whether words are a person's surname and initials, of which the first is that of the given name."""
    (before, *more) = sorted(words - someone.family) or [""]
    first = someone.initials[:1]
    return (
        bool(first and before) and not more and someone.family <= words
        and before[0] == first and len(before) <= _INITIALS
    )  # fmt: skip


def _veto_worth_asking(one: Facts, other: Facts, found: Comparison) -> bool:
    """Tell whether a veto may be wrong: the legal form changed, a given name or a date of birth was mistyped.

    Nor may a calling name begin as the names on paper do: J.P. is Hans.
    """
    likely = score(one, other, found) >= FROM_SCORE
    if found.name is Agreement.CONTRADICTS:
        if _goes_by_the_name_of_the_mailbox(one, other, found):
            return True
        return likely and (is_ones_own(found) or _given_name_resembles(one, other))
    return (
        found.name >= Agreement.INITIALS
        or same_but_for_form(one.company, other.company)
        or (likely and is_ones_own(found))
    )


def _goes_by_the_name_of_the_mailbox(one: Facts, other: Facts, found: Comparison) -> bool:
    """Tell whether who is known by initials may be the one whose given name is in the address of both."""
    initials, called = sorted((one.person, other.person), key=lambda name: len(name.written_out))
    if initials.written_out or not initials.given or not initials.family & called.family:
        return False
    if initials.generation != called.generation:
        return False
    born_apart = bool(one.born and other.born) and not one.born & other.born
    if born_apart or contact_differs(one, other) or {initials.sex, called.sex} == {"m", "f"}:
        return False
    return any(says_given_name(key, called.called) for key in found.strong if is_email(key))


def _address_pairs(people: Population) -> Iterator[Pair]:
    """Pair each address-only record with the others that have its address, or point at it."""
    for _, carriers in people.strong_carriers():
        if len(carriers) <= _PAIR_BY_PAIR:
            members = [i for i in carriers if people.facts[i].address_only]
            yield from {(min(a, b), max(a, b)) for a, b in product(members, carriers)}


def _member(people: Population, a: int, b: int) -> bool:
    return a in people.organisations[b] or b in people.organisations[a]


def _registered_apart(one: Facts, other: Facts) -> bool:
    return any(
        ours and theirs and not ours & theirs for ours, theirs in ((one.kvk, other.kvk), (one.vat, other.vat))
    )


def _more_than_a_name(one: Facts, other: Facts) -> bool:
    """Tell whether more than a name and a town resembles."""
    more = beyond_names(one, other) > 0 or bool(one.born & other.born)
    return more or same_but_for_zero(one, other) or email_resembles(one, other)


def _evidence(one: Facts, other: Facts, found: Comparison) -> tuple[str, ...]:
    """Name what agrees, and what resembles."""
    codes = list(found.evidence)
    codes += [
        code
        for code, ours, theirs in (
            ("street", one.street, other.street), ("postcode", one.postcode, other.postcode),
            ("city", one.city, other.city),
        )
        if ours and ours == theirs and not (code == "postcode" and "postcode+number" in codes)
    ]  # fmt: skip
    if same_but_for_zero(one, other):
        codes.append("kvk_without_zero")
    if email_resembles(one, other):
        codes.append("email_resembles")
    if not codes:
        codes.append("name_resembles")
    if found.contradicts:
        codes.append("contradicts")
    return tuple(codes)
