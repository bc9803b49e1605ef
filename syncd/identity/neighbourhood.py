"""What a change can touch: the records whose links may be others now, and nobody else.

A link depends on the two records, on what they link to in turn, and on whether an identifier is shared by many.
So who shares an identifier with a changed record, before or now, is linked anew, and from there everybody whom a
link could reach. What is left out would come out as it is.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from syncd.identity.comparing import compare
from syncd.identity.facts import read
from syncd.identity.pairing import linkable_pairs
from syncd.identity.population import SHARED_ABOVE, Population
from syncd.identity.surroundings import Keys, member_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from syncd.identity.facts import Facts, Key
    from syncd.identity.results import Answer
    from syncd.identity.surroundings import Surroundings
    from syncd.model import Record, RecordRef

_AT_ONCE = 32
"""Carriers of one identifier that are read at once to see whether their names disagree."""


class Neighbourhood:
    """The records to link anew after a change. `touched` are those whose own facts may say something else now.

    `shared` are the keys, of those looked at, that many share now; `flipped` those that did not before, or no more.
    """

    def __init__(
        self, around: Surroundings, changed: Mapping[RecordRef, Keys], answers: Iterable[Answer]
    ) -> None:
        """Find them. `changed` gives the keys that each changed record had before (none when it is new)."""
        self.around = around
        self._read: dict[RecordRef, Record] = {}
        self._facts: dict[RecordRef, Facts] = {}
        self._chains = _chains(answers)
        self._known_shared: dict[int, bool] = {}

        self.touched = set(changed) | around.below(changed)
        start = self.whole(self.touched)
        at_hand = self.strong_keys(start) | {key for keys in changed.values() for key in keys.strong}
        self.flipped = self._flipped(at_hand | self._keys_of_members(start))
        swayed = self.carriers(self.flipped)
        self.touched |= swayed
        self.linked_anew = self._reached(self.whole(start | swayed | self._sharing(at_hand)))

    # --- who hangs together ---------------------------------------------------------------------------------

    def whole(self, refs: Iterable[RecordRef]) -> set[RecordRef]:
        """Add whoever is never resolved without these: families, earlier subjects, answers, what is kept."""
        found: set[RecordRef] = set()
        news = set(refs)
        while news:
            found |= news
            more = self.family(news)
            more |= self.around.mates(set(self.around.subjects(news).values()))
            more |= self._kept_with(news) | self._called_the_same(news)
            news = more - found
        return found

    def family(self, refs: Collection[RecordRef]) -> set[RecordRef]:
        """Give the records that hang on the same owners, the owners among them."""
        owners = set(self.around.owners(refs).values())
        return owners | self.around.below(owners)

    def beside(self, refs: Collection[RecordRef]) -> set[RecordRef]:
        """Give everybody who shares a telling identifier with these, and who hangs together with them."""
        return self.family(self.carriers(self.telling(self.strong_keys(refs))))

    def _kept_with(self, refs: Collection[RecordRef]) -> set[RecordRef]:
        return {one for pair in self.around.kept(refs) for one in pair}

    def _called_the_same(self, refs: Iterable[RecordRef]) -> set[RecordRef]:
        return {one for ref in refs for one in self._chains.get(ref, ())}

    def _reached(self, start: set[RecordRef]) -> set[RecordRef]:
        """Follow everything that could link, from record to record."""
        reached: set[RecordRef] = set()
        news = start
        while news:
            reached |= news
            people = self.population(news | self.beside(news))
            ours = {people.owner[ref] for ref in news if ref in people.owner}
            owners = self._linkable(people, ours) | self._addressed(people, ours)
            news = self.whole({people.refs[i] for i in owners} - reached) - reached
        return reached

    def _linkable(self, people: Population, ours: set[int]) -> set[int]:
        """Give the owners that one of ours may link to."""
        return {
            i
            for pair in linkable_pairs(people, ours)
            if compare(people.facts[pair[0]], people.facts[pair[1]], people.shared_by_many).weight
            for i in pair
        }

    def _addressed(self, people: Population, ours: set[int]) -> set[int]:
        """Give everybody with an address of ours that somebody knows nothing but."""
        return {
            i
            for _, owners in people.strong_carriers(ours)
            if any(people.facts[i].address_only for i in owners)
            for i in owners
        }

    # --- keys -----------------------------------------------------------------------------------------------

    def strong_keys(self, refs: Collection[RecordRef]) -> set[int]:
        """Give what may link these records to others."""
        return {key for keys in self.around.keys(refs).values() for key in keys.strong}

    def telling(self, keys: Collection[int]) -> set[int]:
        """Give those of some keys that are not shared by many."""
        return set(keys) - self.shared(keys)

    def shared(self, keys: Collection[int]) -> set[int]:
        """Give those of some keys that are shared by many, as it is now."""
        unknown = {key for key in keys if key not in self._known_shared}
        if unknown:
            before = self.around.shared(unknown)
            self._known_shared |= {key: key in before for key in unknown}
        return {key for key in keys if self._known_shared[key]}

    def _sharing(self, keys: Collection[int]) -> set[RecordRef]:
        """Give everybody with an identifier that a changed subject has, or had, and that says something."""
        return self.carriers(self.telling(keys))

    def members(self, refs: Iterable[RecordRef]) -> set[RecordRef]:
        """Give the records that belong to one of these."""
        return self.carriers({self.around.key(member_key(ref)) for ref in refs})

    def _keys_of_members(self, refs: Collection[RecordRef]) -> set[int]:
        """Give the identifiers whose carriers count with one of these organisations."""
        return self.strong_keys(self.family(self.members(refs)))

    def carriers(self, keys: Collection[int]) -> set[RecordRef]:
        """Give everybody who has one of these strong keys."""
        return set().union(*self.around.carriers(keys).values())

    def _flipped(self, keys: set[int]) -> set[int]:
        """Look anew whether some keys are shared by many; give those of which it is no longer what it was."""
        before = self.around.shared(keys)
        now = set()
        carriers = self.around.carriers(keys)
        owners = self.around.owners(set().union(*carriers.values()))
        for key, refs in carriers.items():
            if self._disagree(sorted({owners[ref] for ref in refs})):
                now.add(key)
        self._known_shared |= {key: key in now for key in keys}
        return before ^ now

    def _disagree(self, owners: list[RecordRef]) -> bool:
        """Tell whether these carriers of one identifier are many; reads no more of them than it takes."""
        if len(owners) <= SHARED_ABOVE:
            return False
        for end in range(_AT_ONCE, len(owners) + _AT_ONCE, _AT_ONCE):
            some = owners[:end]
            people = Population(self.records(self.with_heads(self.family(some))), _nothing, self._facts_of)
            number = {ref: i for i, ref in enumerate(people.refs)}
            if people.disagree([number[ref] for ref in some]):
                return True
        return False

    # --- records --------------------------------------------------------------------------------------------

    def with_heads(self, refs: set[RecordRef]) -> set[RecordRef]:
        """Add the organisations that these belong to."""
        return refs | self.family({ref for one in self.records(refs) for ref in one.member_of})

    def records(self, refs: Collection[RecordRef]) -> list[Record]:
        """Give those of some records that exist."""
        unread = [ref for ref in refs if ref not in self._read]
        if unread:
            self._read |= {one.ref: one for one in self.around.records(unread)}
        return [self._read[ref] for ref in refs if ref in self._read]

    def population(self, refs: Collection[RecordRef]) -> Population:
        """Put records side by side, with what is shared by many as it is among all."""
        return Population(self.records(refs), self._is_shared, self._facts_of)

    def _is_shared(self, key: Key) -> bool:
        return bool(self.shared({self.around.key(key)}))

    def _facts_of(self, record: Record) -> Facts:
        known = self._facts.get(record.ref)
        if known is None:
            known = self._facts[record.ref] = read(record)
        return known


def _nothing(_key: Key) -> bool:
    return False


def _chains(answers: Iterable[Answer]) -> dict[RecordRef, set[RecordRef]]:
    """Give, per record that somebody called the same as another, all that hang together by such answers."""
    chains: dict[RecordRef, set[RecordRef]] = defaultdict(set)
    for one in answers:
        if one.same:
            ours, theirs = chains[one.a] or {one.a}, chains[one.b] or {one.b}
            joint = ours | theirs
            chains.update(dict.fromkeys(joint, joint))
    return chains
