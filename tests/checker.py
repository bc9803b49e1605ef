"""Judges what happened from two sides that syncd does not hold: the services' request log and the exported ledger.

Imports nothing of syncd. Each request carries `rows`: how many rows of the ledger were on disk when it arrived.
That puts both in one order of time. `judge` gives every broken invariant as `code: what`, nothing when all hold.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Place = tuple[str, str]
"""Account and the vendor's own id."""

OVER = frozenset({"verified", "superseded", "cancelled", "stayed_gone"})


@dataclass(frozen=True)
class Asked:
    """One request as a service saw it. `looking` says that whoever asked had no right to change anything."""

    account: str
    method: str
    path: str
    write: bool
    rows: int
    looking: bool = False

    def segments(self) -> list[str]:
        """Give the parts of the path, without a format's ending."""
        return [one.removesuffix(".json") for one in self.path.split("/")]


@dataclass
class Evidence:
    """All that is judged.

    `aliases` are names in paths for ids (a digest of an address), as `container/name`. `truth` says what may become
    of each record: gone, minimised or unchanged. `held` is what the services hold in the end. `lost` are
    orders that the ledger tells of and the index does not, because an older one was put in its place: others stand
    for them.
    """

    requests: list[Asked]
    ledger: list[dict[str, Any]]
    truth: Mapping[Place, str] = field(default_factory=dict)
    held: frozenset[Place] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()


def judge(evidence: Evidence) -> list[str]:
    """Give every broken invariant."""
    return [*_chain(evidence.ledger), *_Judge(evidence).everything()]


def _chain(ledger: list[dict[str, Any]]) -> Iterator[str]:
    previous = "0" * 64
    for number, row in enumerate(ledger, start=1):
        payload = json.dumps(row["payload"], sort_keys=True, separators=(",", ":"))
        fields = [row["seq"], row["segment"], row["at"], row["kind"], payload, row["previous"]]
        digest = hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()
        if (row["seq"], row["previous"], row["hash"]) != (number, previous, digest):
            yield f"chain: row {number} does not follow"
            return
        previous = row["hash"]


@dataclass(frozen=True)
class _Row:
    seq: int
    state: str
    order: str
    ref: str
    run: str
    action: str
    parent: str

    @property
    def place(self) -> Place:
        account, _kind, _within, key = self.ref.split("|", 3)
        return account, key


class _Judge:
    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._rows = [
            _Row(
                row["seq"], row["kind"].removeprefix("order."), row["payload"]["order"], row["payload"]["ref"],
                row["payload"].get("run", ""), row["payload"].get("action", ""), row["payload"].get("parent", ""),
            )
            for row in evidence.ledger
            if row["kind"].startswith("order.")
        ]  # fmt: skip
        self._actions = {
            one.order: one.action for one in self._rows if one.state == "scheduled" and one.action
        }
        self._places = {one.place for one in self._rows} | set(evidence.truth)

    def everything(self) -> Iterator[str]:
        written: dict[Place, int] = {}
        for number, asked in enumerate(self._evidence.requests):
            if not asked.write:
                continue
            if asked.looking:
                yield f"looking: {asked.method} {asked.path} by a run that only looks"
            place = self._place(asked)
            if place is None:
                yield f"intent: {asked.method} {asked.path} is on no record that an order names"
                continue
            written[place] = written.get(place, 0) + 1
            yield from self._intent(asked, place, written[place])
            yield from self._reading(number, asked, place)
            yield from self._truth(asked, place)
            yield from self._children(asked, place)
        yield from self._writers()
        yield from self._proofs()

    def _place(self, asked: Asked) -> Place | None:
        aliases, parts = self._evidence.aliases, asked.segments()
        pairs = zip(["", "", *parts], parts, strict=False)
        names = [aliases.get(f"{container}/{one}", one) for container, one in pairs]
        known = [(asked.account, one) for one in names if (asked.account, one) in self._places]
        return known[-1] if known else None

    def _intent(self, asked: Asked, place: Place, number: int) -> Iterator[str]:
        sent = [
            one for one in self._rows if one.state == "sent" and one.place == place and one.seq <= asked.rows
        ]
        if len(sent) < number:
            yield f"intent: write {number} on {place} with {len(sent)} committed before it"

    def _reading(self, number: int, asked: Asked, place: Place) -> Iterator[str]:
        """Between two writes on one record, and after every write, somebody looks."""
        for later in self._evidence.requests[number + 1 :]:
            if later.account != asked.account:
                continue
            if later.write:
                code = "twice" if self._place(later) == place else "unread"
                yield f"{code}: {later.method} {later.path} follows a write without a look between"
            return
        yield f"unread: nobody looked after {asked.method} {asked.path}"

    def _truth(self, asked: Asked, place: Place) -> Iterator[str]:
        outcome = self._evidence.truth.get(place, "gone")
        if outcome == "unchanged" or (outcome == "minimised" and asked.method == "DELETE"):
            yield f"truth: {asked.method} on {place}, which is {outcome}"

    def _children(self, asked: Asked, place: Place) -> Iterator[str]:
        before = [one for one in self._rows if one.seq <= asked.rows]
        sent = [one for one in before if one.state == "sent" and one.place == place]
        if not sent or self._actions.get(sent[-1].order) != "erase":
            return
        state: dict[str, str] = {}
        for one in before:
            state[one.order] = one.state
        for child in {one.order for one in before if one.parent == sent[-1].ref}:
            if state[child] not in OVER and child not in self._evidence.lost:
                yield f"children: {place} was written to while its child's order {child} was {state[child]}"

    def _writers(self) -> Iterator[str]:
        runs = [one.run for one in self._rows if one.state == "sent"]
        turns = [run for at, run in enumerate(runs) if at == 0 or runs[at - 1] != run]
        for run in sorted({one for one in turns if turns.count(one) > 1}):
            yield f"writers: run {run} went on sending after another had begun"

    def _proofs(self) -> Iterator[str]:
        for proof in (one for one in self._rows if one.state == "verified"):
            sent = [one.seq for one in self._rows if (one.state, one.order) == ("sent", proof.order)]
            looks = [
                one
                for one in self._evidence.requests
                if not one.write and one.account == proof.place[0] and one.rows < proof.seq
            ]
            if not sent or not any(one.rows >= sent[-1] for one in looks):
                yield f"unproven: order {proof.order} became verified without a look after it was sent"
            if self._actions.get(proof.order) == "erase" and proof.place in self._evidence.held:
                yield f"held: order {proof.order} is verified and the service still holds {proof.place}"
