"""One subject on the screen: its records, the decision about it, what was done, what persons said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

from syncd.cycle.answers import ACCEPTED, KEPT
from syncd.model import Verdict, subject_name
from syncd.report.words import BELONGS, child_first, evidence_of, printable, sentence, who
from syncd.retention import in_words
from syncd.retention.holds import read_paper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from syncd.cycle.decide import Judged
    from syncd.index.subjects import StoredStatement
    from syncd.retention import Schedule

_DID = {"erase": "erased", "minimise": "minimised", "archive": "archived"}


def told(
    one: Judged, values: Mapping[str, Any], schedule: Schedule, *, names: bool, said_by: Sequence[str]
) -> Iterator[Text]:
    """Tell of one subject; `values` is what a program is told, `said_by` names who made each statement."""
    yield Text(f"{subject_name(one.subject.id)}  {one.subject.kind.value}", "bold")
    yield from _records(one, names=names)
    if not one.subject.present:
        yield from _gone(one, values["done"])
    if one.subject.present or one.decision.verdict is not Verdict.KEEP:
        yield from _decision(one, _financial_year(one, schedule))
    if one.subject.present:
        for each in values["done"]:
            yield Text(f"  {_done(each)}")
    yield from _may_be(values["proposals"])
    for statement, by in zip(one.said, said_by, strict=True):
        yield _statement(statement, by)


def _gone(one: Judged, done: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Tell what became of a subject that has no record any more; of what no order took, only that it is gone."""
    erased = [each for each in done if each["action"] == "erase"]
    yield Text(f"\n{'Erased' if erased else 'Gone'}: nothing of it is left in any account", "bold")
    for each in erased:
        yield Text(f"  - {_done(each)}")
    by_order = {f"{each['account']}:{each['kind']}:{each['key']}" for each in erased}
    for stored in one.subject.records:
        if str(stored.ref) not in by_order:
            yield Text(f"  - {stored.ref}: gone without an order of syncd")
    if erased:
        yield Text(f"  why: syncd queue show {erased[-1]['order_id']}")
    for proven in [each["order_id"] for each in erased if not each["came_back"]][-1:]:
        yield Text(f"  proof: syncd report --certificate {proven}")


def _done(one: Mapping[str, Any]) -> str:
    back = ", and was there again later" if one["came_back"] else ""
    record = f"{one['account']}:{one['kind']}:{one['key']}"
    return f"{_DID[one['action']]} on {one['verified_on']} by order {one['order_id']}: {record}{back}"


def _decision(one: Judged, year: str) -> Iterator[Text]:
    yield Text(f"\nDecision: {one.decision.verdict.value}", "bold")
    for reason in one.decision.reasons:
        yield Text(f"  - {sentence(reason)}")
    for each in one.dispositions:
        if each.categories:
            yield Text(f"  {each.ref}: {', '.join(sorted(each.categories))} erased by {each.erase_on}")
        if each.held:
            yield Text(f"  {each.ref}: {', '.join(sorted(each.held))} held until {each.hold_until}")
    if one.decision.held_by:
        yield Text(f"  held until {one.decision.hold_until}: {evidence_of(one)}{year}")
    if one.decision.next_on:
        yield Text(f"  this changes by itself on {one.decision.next_on}")


def _records(one: Judged, *, names: bool) -> Iterator[Text]:
    for stored in one.subject.present:
        yield Text(f"  {stored.ref}  holds {', '.join(sorted(stored.record.categories)) or 'nothing'}")
        if names and (named := who(stored.record)):
            yield Text(f"      {printable(named)}")
    for a, b, evidence in one.subject.links:
        if evidence == BELONGS:
            child, parent = child_first(one, a, b)
            yield Text(f"  {child} belongs to {parent}")
        else:
            yield Text(f"  {a} and {b} are the same: {', '.join(evidence)}")
    for number in sorted(one.subject.organisations):
        yield Text(f"  belongs to {subject_name(number)}")


def _financial_year(one: Judged, schedule: Schedule) -> str:
    """Name the financial year that the hold counts from, where the documents behind it agree on one."""
    behind = set(one.decision.held_by)
    years = {read_paper(each, schedule).year for each in one.subject.documents if each.ref in behind}
    year = years.pop() if len(years) == 1 else None
    if year is None:
        return ""
    broken = f"/{year.end.year}" if year.end.year != year.start.year else ""
    return f", financial year {year.start.year}{broken}"


def _may_be(proposals: list[dict[str, Any]]) -> Iterator[Text]:
    """Tell whom a subject may be the same as, by what, and how to answer."""
    for one in proposals:
        yield Text(
            f"  may be the same as {one['subject']} ({one['score']:.3f}): {', '.join(one['evidence'])}"
        )
        answer = f"review answer {one['id']} same|different"
        by_record = f"contact link|unlink {' '.join(one['records'])}"
        yield Text(f"      syncd {answer if one['asked'] else by_record}")


def _statement(one: StoredStatement, by: str) -> Text:
    text = f"  a person said on {one.at[:10]}: {_word(one)}"
    if one.role:
        text += f" as {one.role}"
    if one.kind == "suspended":
        text += f" ({one.reason}), to be looked at again on {one.review_on}"
    return Text(text + (f" [{printable(by)}]" if by else ""))


def _word(one: StoredStatement) -> str:
    if one.kind == ACCEPTED:
        return f"harmless: {in_words(one.reason)}"
    if one.kind == KEPT:
        return f"keep, and ask again on {one.review_on}"
    return f"{one.kind} on {one.on}"
