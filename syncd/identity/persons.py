"""Names of persons: given names, double surnames, and whether two names can be one person's."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations

from syncd.identity.agreement import Agreement
from syncd.identity.companies import OTHER_ENTITY
from syncd.identity.givennames import is_borne, sex_of
from syncd.identity.marks import BOTH, FAMILIES, FOR_WHOM, MEN, NO_SURNAMES, WOMEN, names_two, take_off
from syncd.identity.pieces import (
    PARTICLES,
    are_initials,
    as_given,
    initials_behind,
    opens_surname,
    pieces_of,
    without_kin,
)
from syncd.identity.text import differs_by_one, fold

_TITLES = frozenset({"dr", "drs", "ir", "ing", "mr", "prof", "professor"}) | MEN | WOMEN | FAMILIES
_SEX = {**dict.fromkeys(MEN, "m"), **dict.fromkeys(WOMEN, "f")}
_MORE_THAN_ONE = frozenset({"zn", "zonen", "zoon", "gebr", "gebroeders", "partners", "dochters"})
_NOT_HIMSELF = OTHER_ENTITY | _MORE_THAN_ONE | {
    "wed", "school", "basisschool", "college", "lyceum", "museum", "fanclub", "supportersclub", "vrienden",
}  # fmt: skip
_DEGREES = frozenset({"bc", "msc", "bsc", "ba", "ma", "mba", "llm", "phd"})
_GENERATIONS = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
_TO = re.compile(rf"^{FOR_WHOM}[\s:]+", re.IGNORECASE)
_JOINED_PARTICLES = re.compile(rf"(?:{'|'.join(sorted(word for word in PARTICLES if len(word) > 1))})+")
_SLIP_WORTHY = 5
_JOINED_WORTHY = 4
_FEW_WORDS = 3


@dataclass(frozen=True)
class Person:
    """What a person's name says.

    `given` are given names in their order, an initial as one letter. `family` are the words of the surname
    without particles. `generation` is jr, sr, ii, iii or iv, or who one is in a family. `lone` is a single word
    of which nobody knows whether it is a given name or a surname. `addressed` is how the form of address calls a
    person, m or f. `several` are a family or a couple.
    `maybe_initials` is the first given name where it may be initials as well: `ED`.
    """

    given: tuple[str, ...] = ()
    family: frozenset[str] = frozenset()
    generation: str = ""
    lone: str = ""
    addressed: str = ""
    several: bool = False
    maybe_initials: bool = False

    def __bool__(self) -> bool:
        """Tell whether there is any name at all."""
        return bool(self.given or self.family or self.lone)

    @property
    def initials(self) -> str:
        """The first letters of the given names, together."""
        return "".join(word[0] for word in self.given)

    @property
    def sex(self) -> str:
        """What the form of address or else the given name tells, m or f; nothing where the two tell otherwise."""
        told = {self.addressed, sex_of(self.called)} - {""}
        return told.pop() if len(told) == 1 and not self.several else ""

    @property
    def written_out(self) -> tuple[str, ...]:
        """The given names that are known in full."""
        return tuple(word for word in self.given if len(word) > 1)

    @property
    def called(self) -> str:
        """The first given name when it is known in full."""
        return self.given[0] if self.given and len(self.given[0]) > 1 else ""


@lru_cache(maxsize=1 << 12)
def person(name: str, given: str = "", family: str = "") -> Person:
    """Read a person's name from its fields, or from one line (`Vries, J.P. de`, `dhr. Jan de Vries jr.`)."""
    behind = [take_off(field) for field in (name, given, family)]
    name, given, family = (one.name for one in behind)
    found = _read(name, given, family)
    words = [*_before_surname(name), *_before_surname(given, whole=bool(family)), *_before_surname(family)]
    told = {one.addressed for one in behind} | {_SEX[word] for word in words if word in _SEX}
    several = any(one.several for one in behind) or not FAMILIES.isdisjoint(words)
    several = several or {"m", "f"} <= told or names_two(name, given)
    return replace(
        found,
        addressed="" if several else max(told),
        several=several,
        generation=found.generation or next((one.kin for one in behind if one.kin), ""),
    )


def _read(name: str, given: str, family: str) -> Person:
    if _is_line_in_two_fields(given, family):
        return _from_line(f"{given} {family}")
    if not family:
        line = name or given
        if len(pieces_of(line)) > 1 or not given:
            return _from_line(line)
    surname, kin = without_kin(pieces_of(family), least=1)
    while len(surname) > 1 and fold(surname[0]) in NO_SURNAMES:
        del surname[0]
    found = _from_pieces(pieces_of(given), surname)
    return replace(found, generation=found.generation or kin)


def _before_surname(text: str, *, whole: bool = False) -> list[str]:
    """Give the words among which a form of address stands: `de Heer` is a surname at the end, or before a comma.

    With `whole` the surname is elsewhere.
    """
    pieces = pieces_of(text)
    pieces = pieces if whole else pieces[:-1]
    return [word for piece in pieces if not piece.endswith(",") for word in fold(piece).split()]


def _is_line_in_two_fields(given: str, family: str) -> bool:
    """Tell whether `Heuvel, Lotte van den` was cut at a space: `Heuvel,` and `Lotte van den`, or nothing and all.

    A surname that begins with its particle is one, so the comma before it is a slip: `Lotte,` and `van den Heuvel`.
    """
    first, rest = pieces_of(given), pieces_of(family)
    if first and first[-1].endswith(","):
        return bool(rest) and not opens_surname(rest[0]) and fold(rest[0]) not in _GENERATIONS
    turned = next((i for i, piece in enumerate(rest) if piece.endswith(",")), len(rest))
    says_more = any(not opens_surname(one) and fold(one) not in _GENERATIONS for one in rest[turned + 1 :])
    return says_more and all(opens_surname(one) for one in first)


def given_name(text: str) -> str | None:
    """Give a given name as its folded words, initials as their letters."""
    found = _from_pieces(pieces_of(text), [])
    written_out = any(len(word) > 1 for word in found.given)
    return (" " if written_out else "").join(found.given) or None


def surname(text: str) -> str | None:
    """Give a surname as its folded words, the particles in front: `Vries, de` and `de Vries` are the same."""
    before, _, after = " ".join(pieces_of(text)).partition(",")
    return fold(f"{after} {before}") or None


def _from_line(line: str) -> Person:
    pieces = pieces_of(_TO.sub("", line.strip()))
    while len(pieces) > 1 and fold(pieces[0]) in _TITLES | {"de"} and _is_address_form(pieces):
        del pieces[0]
    while len(pieces) > 2 and fold(pieces[-1]) in _DEGREES:  # noqa: PLR2004 - a given name and a surname
        del pieces[-1]
    pieces, kin = without_kin(pieces, least=2)
    found = _from_bare_line(pieces)
    return replace(found, generation=found.generation or kin)


def _from_bare_line(pieces: list[str]) -> Person:
    """Read the pieces of one line without titles and degrees."""
    turned = next((i for i, piece in enumerate(pieces) if piece.endswith(",")), len(pieces))
    if turned < len(pieces) - 1 and fold(pieces[turned + 1]) not in _GENERATIONS:
        before, behind = pieces[: turned + 1], pieces[turned + 1 :]
        if all(map(opens_surname, behind)):
            # `Lotte Heuvel, van den`: only the particle was put behind.
            return _from_pieces(before[:-1], [*behind, before[-1]])
        return _from_pieces(behind, before)
    named = [piece for piece in pieces if fold(piece) not in _GENERATIONS]
    if len(named) <= 1:
        return Person(lone=fold("".join(named)), generation=_generation(pieces))
    if places := initials_behind(named):
        start, end = places
        return _from_pieces(
            named[start:end], [*named[end:], *named[:start], *(p for p in pieces if p not in named)]
        )
    start = next((i for i, piece in enumerate(named) if opens_surname(piece)), len(named) - 1)
    return _from_pieces(named[:start], [*named[start:], *(p for p in pieces if p not in named)])


def _is_address_form(pieces: list[str]) -> bool:
    """Tell `de heer Jansen` from `de Vries`, and from `Heer, Els de`."""
    return (fold(pieces[0]) in _TITLES or fold(pieces[1]) == "heer") and not pieces[0].endswith(",")


def _from_pieces(before: list[str], behind: list[str]) -> Person:
    """Build a name from what stands before the surname and the surname itself."""
    pieces = [part for one in before for part in one.split("-") if not _is_no_name(fold(part))]
    pieces = [piece for piece in pieces if not opens_surname(piece)]
    in_capitals = all(piece.isupper() or opens_surname(piece) for piece in behind)
    initials = are_initials(pieces[0], in_capitals=in_capitals) if pieces else False
    given = list(fold(pieces[0])) if initials else as_given(pieces[0]) if pieces else []
    for piece in pieces[1:]:
        given += as_given(piece)
    family = fold(" ".join(behind)).split()
    return Person(
        given=tuple(given),
        family=frozenset(word for word in family if word not in PARTICLES and word not in _GENERATIONS),
        generation=_generation([*before, *behind]),
        maybe_initials=initials is None,
    )


def _is_no_name(word: str) -> bool:
    """Tell whether a folded piece says no name: nothing at all, a title, a generation, an `en`."""
    return word in _GENERATIONS or word in BOTH or set(word.split()) <= _TITLES


def _generation(pieces: list[str]) -> str:
    return next((_GENERATIONS[fold(piece)] for piece in pieces if fold(piece) in _GENERATIONS), "")


def compare_persons(one: Person, other: Person) -> Agreement:
    """Compare two persons' names.

    Given names that differ contradict, also by one letter: Lisa and Lise are twins before they are a typing slip.
    So do Mr and Mrs, and Mrs J. and Jan, unless it is one given name in full: then one of the two was a slip.
    Given name and surname may stand in each other's place. A surname may miss a particle, half of a double name
    or, beside the same full given name, a letter.
    """
    if one.several is not other.several:
        return Agreement.DISAGREES
    man_and_woman = {"m", "f"} in ({one.addressed, other.addressed}, {one.sex, other.sex})
    if one.lone or other.lone:
        return Agreement.CONTRADICTS if man_and_woman else _compare_lone(one, other)
    if (turned := _compare_turned(one, other)) is not None:
        return turned
    given = _compare_given(one, other)
    if given is Agreement.CONTRADICTS or (man_and_woman and given is not Agreement.AGREES):
        return Agreement.CONTRADICTS
    if one.generation != other.generation:
        return Agreement.DISAGREES
    return _compare_family(one, other, given)


def _compare_turned(one: Person, other: Person) -> Agreement | None:
    """Compare two names of which one has its given name and surname in each other's place; None where none has."""
    if _turned(one, other):
        return Agreement.AGREES
    beside_initials = _turned_beside_initials(one, other) or _turned_beside_initials(other, one)
    return Agreement.UNSURE if beside_initials else None


def _turned(one: Person, other: Person) -> bool:
    """Tell whether one name is the other with given name and surname in each other's place, all written out."""
    if not (one.called and other.called) or one.generation != other.generation:
        return False
    return frozenset(one.given) == other.family and frozenset(other.given) == one.family


def _turned_beside_initials(one: Person, initials: Person) -> bool:
    """Tell whether a name may be the other with its surname in front: `Haan` and `Ineke`, beside `I. de Haan`."""
    if frozenset(one.given) != initials.family or initials.written_out or not initials.given:
        return False
    if one.generation != initials.generation or len(one.family) != 1:
        return False
    (called,) = one.family
    apart = {sex_of(called), initials.addressed} == {"m", "f"}
    return is_borne(called) and called[0] == initials.given[0] and not apart


def _compare_given(one: Person, other: Person) -> Agreement:
    """Compare given names; where one may be initials (`ED`), nothing is sure that holds of one reading only."""
    found = {_compare_read(ours, theirs) for ours in _readings(one) for theirs in _readings(other)}
    return Agreement.UNSURE if Agreement.CONTRADICTS in found and len(found) > 1 else max(found)


def _readings(one: Person) -> list[Person]:
    return [one, replace(one, given=(*one.given[0], *one.given[1:]))] if one.maybe_initials else [one]


def _compare_read(one: Person, other: Person) -> Agreement:
    """Compare given names one by one as far as both go; `Jan` and `Jan Willem` agree, as do `J.` and both."""
    if not one.given or not other.given:
        return Agreement.UNSURE
    if "".join(one.given) == "".join(other.given):
        return Agreement.AGREES if one.called and other.called else Agreement.INITIALS
    if _is_initials_of(one, other) or _is_initials_of(other, one):
        return Agreement.INITIALS
    for ours, theirs in zip(one.given, other.given, strict=False):
        short, long = sorted((ours, theirs), key=len)
        if short != (long[0] if len(short) == 1 else long):
            return Agreement.CONTRADICTS
    return Agreement.AGREES if one.called and other.called else Agreement.INITIALS


def _is_initials_of(one: Person, other: Person) -> bool:
    """Tell whether a name is another's initials, written like a name: `AE` and `Anna Elisabeth`."""
    return len(one.given) == 1 < len(other.given) and one.given[0] == other.initials


def _compare_family(one: Person, other: Person, given: Agreement) -> Agreement:
    ours, theirs = _surname_beside(one, other), _surname_beside(other, one)
    if not ours or not theirs:
        return Agreement.UNSURE
    if ours & theirs:
        return Agreement.UNSURE if ours != theirs and given is Agreement.INITIALS else given
    if given is Agreement.AGREES and _spelled_otherwise(ours, theirs):
        return Agreement.AGREES
    return Agreement.DISAGREES


def _spelled_otherwise(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether two surnames are one but for a slip, `y` for `ij`, or a space: `Vandenberg`, `McDonald`."""
    short, long = sorted(("".join(sorted(ours)), "".join(sorted(theirs))), key=len)
    if _slip(short, long) or short.replace("ij", "y") == long.replace("ij", "y"):
        return True
    if len(ours) != len(theirs) and max(len(ours), len(theirs)) <= _FEW_WORDS:
        return any("".join(a) == "".join(b) for a in permutations(ours) for b in permutations(theirs))
    particles = long.removesuffix(short)
    return len(short) >= _JOINED_WORTHY and particles != long and bool(_JOINED_PARTICLES.fullmatch(particles))


def _surname_beside(one: Person, other: Person) -> frozenset[str]:
    """Give a surname, with words that the other name shows to be part of it: `Niels Oude | Engberink`."""
    return one.family | (other.family & set(one.given[1:]))


def _compare_lone(one: Person, other: Person) -> Agreement:
    if one.lone and other.lone:
        return Agreement.UNSURE if one.lone == other.lone else Agreement.DISAGREES
    lone, full = (one, other) if one.lone else (other, one)
    return Agreement.UNSURE if lone.lone in {*full.given, *full.family} else Agreement.DISAGREES


def _slip(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= _SLIP_WORTHY and one[0] == other[0] and differs_by_one(one, other)


def compare_owner(words: tuple[str, ...], owner: Person) -> Agreement:
    """Tell whether a trade name holds its owner's surname and given name or initials: `Schilder Jan de Boer`.

    `Jan de Boer en Zonen` and `Piet en Jan de Boer` are more than he, `Jan de Boer Holding` and `Basisschool Jan de
    Boer` are others.
    """
    bare = [word.replace(".", "") for word in words]
    if not owner.family or not owner.family <= set(bare) or set(bare) & _NOT_HIMSELF:
        return Agreement.UNSURE
    spelled = {owner.called, owner.initials} - {""} & (set(bare) - owner.family)
    places = [i for i, word in enumerate(bare) if word in owner.family | spelled]
    if not spelled or "en" in bare[max(0, places[0] - 1) : places[-1] + 2]:
        return Agreement.UNSURE
    return Agreement.AGREES if owner.called in spelled else Agreement.INITIALS
