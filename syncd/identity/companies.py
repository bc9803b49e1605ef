"""Names of organisations: legal forms, trade names, and whether two spellings are one company's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from syncd.identity.agreement import Agreement
from syncd.identity.givennames import is_borne
from syncd.identity.likeness import Likeness, words_alike
from syncd.identity.marks import FOR_WHOM, MEN, WOMEN
from syncd.identity.nicknames import is_given_name
from syncd.identity.text import differs_by_one, fold, unaccented

SOLE_TRADER = "eenmanszaak"
"""The form of an organisation that is simply the person who runs it."""

_FORMS = {
    "bv": "bv", "besloten vennootschap": "bv", "nv": "nv", "naamloze vennootschap": "nv",
    "vof": "vof", "vennootschap onder firma": "vof", "cv": "cv", "commanditaire vennootschap": "cv",
    "eenmanszaak": SOLE_TRADER, "zzp": SOLE_TRADER, "maatschap": "maatschap",
    "stichting": "stichting", "st.": "stichting", "vereniging": "vereniging",
    "cooperatie": "cooperatie", "ua": "cooperatie", "ba": "cooperatie", "wa": "cooperatie",
    "gmbh": "gmbh", "ag": "ag", "kg": "kg", "ltd": "ltd", "limited": "ltd", "llp": "llp", "plc": "plc",
    "llc": "llc", "inc": "inc", "corp": "corp",
    "sarl": "sarl", "eurl": "eurl", "sasu": "sasu", "sa": "sa", "asbl": "vzw", "vzw": "vzw",
    "sprl": "bvba", "bvba": "bvba", "srl": "srl", "sl": "sl", "slu": "sl",
    "ek": SOLE_TRADER, "eenmansbedrijf": SOLE_TRADER, "stg": "stichting",
    "commv": "cv", "comm.v": "cv", "comm v": "cv", "gcv": "cv", "cvba": "cooperatie",
    "gesellschaft mbh": "gmbh", "gesellschaft mit beschrankter haftung": "gmbh",
    "ug": "ug", "ohg": "ohg", "gbr": "gbr", "kgaa": "kgaa", "ev": "verein",
    "sp z oo": "spzoo", "sp. z oo": "spzoo", "spzoo": "spzoo", "sp. k": "spk", "sp k": "spk", "spk": "spk",
}  # fmt: skip
_FORMS_IN_FRONT = frozenset(
    {"st.", "stg", "stichting", "vereniging", "cooperatie", "maatschap", "vof", "bv", "eenmanszaak"}
)
_SPACED_FORMS = re.compile(r"\b(b v|n v|v o f|c v|u a|b a|w a)$")
_TRADING_AS = re.compile(r"\b(?:thodn|hodn|h o d n|tevens handelend onder de naam|handelend onder de naam)\b")
_SPOKEN_TO = MEN | WOMEN | {"de"}
_TO = re.compile(rf"(?<=\w) {FOR_WHOM} (.+)")
_NOT_YET_OR_NO_MORE = re.compile(r" (?:i o|io|in oprichting|in liquidatie)$")
_SMALL_WORDS = frozenset({"de", "het", "een", "t", "en", "van", "the", "and", "of", "firma", "fa"})
_PLACE_WORDS = frozenset({"nederland", "nl", "netherlands", "benelux", "holland"})
OTHER_ENTITY = frozenset(
    {
        "holding", "beheer", "vastgoed", "groep", "group", "pensioen", "participaties", "invest", "investments",
        "management", "exploitatie", "onroerend", "materieel", "verhuur", "personeel", "financial", "lease",
        "fonds", "erven", "weduwe", "sr", "jr", "senior", "junior", "ii", "iii", "iv",
    }
)  # fmt: skip
"""Words by which a name is another's: of another company of the group, the heirs, the son."""
_CUT_SHORT = re.compile(r"^[a-z]{2,}\.(?!(?:nl|com|be|de|eu|org|net|shop)$)[a-z]*$")
_ONE_WORD = {"zonen": "zn", "zoon": "zn", "zn.": "zn", "gebroeders": "gebr", "gebr.": "gebr"}
_CUT_WORTHY = 12
_SLIP_WORTHY = 5  # in shorter words one letter makes another name
_SLIP_WORTHY_WHOLE = 8
_ABBREVIATION = 3
_ALIKE_WORTHY = 4


@dataclass(frozen=True)
class Company:
    """What an organisation's name says: its names without legal form (official, then trade name), its form.

    A word that was cut short keeps its point (`arch.bureau`). `form` is empty when the name shows none.
    """

    names: tuple[tuple[str, ...], ...]
    form: str = ""

    @property
    def called(self) -> str:
        """The name that people use: the trade name where there is one."""
        return " ".join(self.names[-1]).replace(".", "") if self.names else ""

    @property
    def incorporated(self) -> bool:
        """Tell whether the form shows that the organisation is not simply the person who runs it."""
        return self.form not in {"", SOLE_TRADER}


@lru_cache(maxsize=1 << 12)
def company(text: str) -> Company:
    """Read an organisation's name: `Jansen h.o.d.n. Bakkerij De Hoek B.V.` has two names and a form."""
    names: list[tuple[str, ...]] = []
    form = ""
    for part in _TRADING_AS.split(_TO.sub(_without_person, _fold_words(text))):
        words, found = _without_form(_NOT_YET_OR_NO_MORE.sub("", part.strip()))
        form = form or found
        if words:
            names.append(words)
    return Company(tuple(names), form)


def _without_person(found: re.Match[str]) -> str:
    """Leave out the person at a firm for whom post is; who is at another firm's is that other one."""
    words = [word.removesuffix(".") for word in found[1].split()]
    first = next((word for word in words if word not in _SPOKEN_TO), "")
    return "" if len(first) == 1 or is_borne(first) else found[0]


def bears_legal_form(text: str) -> bool:
    """Tell whether a name shows a legal form or a trade name, as only an organisation's does."""
    found = company(text)
    return bool(found.form) or len(found.names) > 1


def _fold_words(text: str) -> str:
    """Fold a name but keep the point of a word that was cut short: `Adm.kantoor`, `Gebr.`.

    What is always written short says all there is: `Ltd.`, `Fa.`.
    """
    words = unaccented(text).split()
    return " ".join(word if _is_cut_short(word) else fold(word) for word in words)


def _is_cut_short(word: str) -> bool:
    whole = word.removesuffix(".")
    return bool(_CUT_SHORT.match(word)) and whole not in _FORMS and whole not in _SMALL_WORDS


def _without_form(name: str) -> tuple[tuple[str, ...], str]:
    """Strip legal forms off both ends, unless nothing else would be left (`Stichting`)."""
    name = _SPACED_FORMS.sub(lambda found: found[0].replace(" ", ""), name)
    form = ""
    for words, short in _FORMS.items():
        if " " in words and words in name:
            name = re.sub(rf"\b{re.escape(words)}\b", short, name)
    bare = name.split()
    while len(bare) > 1 and bare[-1] in _FORMS:
        form = _FORMS[bare.pop()]
    while len(bare) > 1 and bare[0] in _FORMS_IN_FRONT:
        form = form or _FORMS[bare[0]]
        del bare[0]
    return tuple(bare), form


def compare_companies(one: Company, other: Company, places: frozenset[str] | None = frozenset()) -> Agreement:
    """Compare two organisations' names. `places` are words (towns) that a name may leave out; None leaves none out.

    Two different legal forms are two legal persons, however alike the names. The best pair of an official and
    a trade name counts; but two official names that differ are two owners, though the second took over the sign.
    """
    if not one.names or not other.names:
        return Agreement.UNSURE
    if one.form and other.form and one.form != other.form:
        return Agreement.DISAGREES
    both_official = min(len(one.names), len(other.names)) > 1
    if both_official and _compare(one.names[0], other.names[0], places) is Agreement.DISAGREES:
        return Agreement.DISAGREES
    return max(_compare(a, b, places) for a in one.names for b in other.names)


def two_bearers(one: Company, other: Company) -> bool:
    """Tell whether two names are those of two legal persons or owners, whatever sign is over the door."""
    if one.form and other.form and one.form != other.form:
        return True
    both_official = min(len(one.names), len(other.names)) > 1
    return both_official and _compare(one.names[0], other.names[0], frozenset()) is Agreement.DISAGREES


def misspelt(one: Company, other: Company) -> bool:
    """Tell whether two names may be one with more slips than suffice: each word that differs resembles another."""
    return any(_misspelt(set(ours), set(theirs)) for ours in one.names for theirs in other.names)


def _misspelt(ours: set[str], theirs: set[str]) -> bool:
    left, right = sorted(ours - theirs), sorted(theirs - ours)
    if len(left) != len(right) or any(
        len(word) < _ALIKE_WORTHY or not word.isalpha() for word in left + right
    ):
        return False
    return all(words_alike(*pair) >= Likeness.CLOSE for pair in zip(left, right, strict=True))


def same_but_for_form(one: Company, other: Company) -> bool:
    """Tell whether two names agree once their legal forms are left out of it."""
    bare = (Company(one.names), Company(other.names))
    return compare_companies(*bare) is Agreement.AGREES


def _compare(one: tuple[str, ...], other: tuple[str, ...], places: frozenset[str] | None) -> Agreement:
    if "".join(one).replace(".", "") == "".join(other).replace(".", ""):
        return Agreement.AGREES
    ours, theirs = _written_out(_telling(one), _telling(other))
    if not ours or not theirs:
        return Agreement.DISAGREES
    if ours == theirs:
        return Agreement.AGREES
    extra = ours ^ theirs
    if extra & OTHER_ENTITY or any(word.isdigit() for word in extra):
        return Agreement.DISAGREES
    if ours <= theirs or theirs <= ours:
        left_out = places is not None and extra <= places | _PLACE_WORDS
        return Agreement.AGREES if left_out else Agreement.UNSURE
    return _compare_spelling(one, other, ours, theirs)


def _telling(words: tuple[str, ...]) -> set[str]:
    return {_ONE_WORD.get(word, word) for word in words} - _SMALL_WORDS


def _written_out(ours: set[str], theirs: set[str]) -> tuple[set[str], set[str]]:
    """Replace words cut short by the words of the other name that they may stand for."""
    return (
        {_stands_for(word, theirs - ours) for word in ours},
        {_stands_for(word, ours - theirs) for word in theirs},
    )


def _stands_for(word: str, others: set[str]) -> str:
    start, point, end = word.partition(".")
    if not point:
        return word
    return min((one for one in others if one.startswith(start) and one.endswith(end)), default=word)


def _compare_spelling(
    one: tuple[str, ...], other: tuple[str, ...], ours: set[str], theirs: set[str]
) -> Agreement:
    """Allow for one slip of the keyboard, and for words cut short."""
    whole, whole_other = "".join(one), "".join(other)
    joined = len(one) != len(other) and min(len(whole), len(whole_other)) >= _SLIP_WORTHY_WHOLE
    if joined and differs_by_one(whole, whole_other):
        return Agreement.AGREES
    left, right = sorted(ours - theirs), sorted(theirs - ours)
    if len(left) == len(right) == 1 and ours & theirs:
        return _compare_words(*sorted((left[0], right[0]), key=len))
    short, long = sorted((whole, whole_other), key=len)
    cut = len(short) >= _CUT_WORTHY and long.startswith(short)
    return Agreement.UNSURE if cut else Agreement.DISAGREES


def _compare_words(short: str, long: str) -> Agreement:
    """Compare the one word in which two names differ."""
    if len(short) >= _SLIP_WORTHY and short.isalpha() and long.isalpha():
        if short.replace("ij", "y") == long.replace("ij", "y"):
            return Agreement.AGREES
        if differs_by_one(short, long):
            # `Maria Bakker` and `Marie Bakker`, `Jansen` and `Hansen` are two people who may give a firm its name.
            two = short[0] != long[0] or is_given_name(short) or is_given_name(long)
            return Agreement.UNSURE if two else Agreement.AGREES
    if len(short) >= _ABBREVIATION and long.startswith(short):
        return Agreement.UNSURE
    return Agreement.DISAGREES
