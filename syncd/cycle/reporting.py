"""Gather what a report shows from a run, the subjects as they stand, and the queue."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from syncd.contract import Residue
from syncd.index import ledger, runs
from syncd.index import orders as journal
from syncd.model import Action, IdentifierKind, OrderState, SubjectKind, Verdict, local_date, subject_name
from syncd.report.attention import Attention
from syncd.report.figures import a_year_before, calendar_of, done_of, promise_of, verified_on
from syncd.report.page import (
    AccountLine,
    Card,
    Group,
    LinkLine,
    OrderLine,
    PaperLine,
    ReasonLine,
    RecordLine,
    Report,
)
from syncd.report.residue import residue_of
from syncd.report.words import ended_on, printable, telling_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged
    from syncd.index.orders import StoredOrder
    from syncd.model import Disposition, Document, RecordRef
    from syncd.report.page import DoneLine

PAPERS_SHOWN = 5
"""Documents named on a card; a hold is explained by its last ones."""

_ORDER = list(Group)
_PLAIN_NUMBER = re.compile(r"[A-Za-z]{0,4}[-_/ .]?\d[-_/ .\d]*")
"""What a document may be called without naming anybody: a few letters and a number."""


def gather_report(
    app: App, judged: Iterable[Judged], *, since: date | None = None, names: bool = False
) -> Report:
    """Collect everything that the report of the last run shows.

    `since` is the first day of the figures, without it that of the last twelve months. `names` adds what
    identifies each subject, which makes the report itself personal data that expires.
    """
    with app.index.begin() as connection:
        last = runs.latest(connection)
        orders = journal.find(connection)
        seq, head = ledger.head(connection)
    as_of = last.as_of if last else app.today()
    since = since or a_year_before(as_of)
    done = done_of(orders, since, as_of, app.schedule.zone)
    living = [one for one in judged if one.subject.present]
    cards = _cards(living, orders, app, names=names)
    verdicts = Counter(one.decision.verdict for one in living)
    summary: Mapping[str, Any] = last.summary if last else {}
    return Report(
        made_at=app.now(),
        as_of=as_of,
        since=since,
        run_id=last.id if last else "",
        mode=app.settings.service.mode,
        names=names,
        expires_on=app.schedule.own.reports.after(app.today()) if names else None,
        attention=tuple(Attention(**each) for each in summary.get("attention", ())),
        decisions={each.value: verdicts[each] for each in Verdict},
        flagged=sum(1 for one in living if one.decision.flagged),
        held=sum(1 for one in living if any(each.held for each in one.dispositions)),
        promise=promise_of(orders, done, since, as_of),
        calendar=calendar_of(cards, as_of),
        cards=tuple(cards),
        done=tuple(done),
        accounts=_accounts(app, summary.get("read", {}), orders, done),
        residue=tuple(residue_of(orders, app.schedule.zone)),
        warnings=app.schedule.warnings,
        schedule=app.schedule.version,
        ledger_seq=seq,
        ledger_head=head,
    )


def _cards(living: Iterable[Judged], orders: Iterable[StoredOrder], app: App, *, names: bool) -> list[Card]:
    of_subject: dict[int, list[StoredOrder]] = defaultdict(list)
    for one in orders:
        if one.open or one.state is OrderState.VERIFIED:
            of_subject[one.subject].append(one)
    cards = [_card(one, of_subject[one.subject.id], app, names=names) for one in living]
    return sorted(cards, key=_place)


def _place(card: Card) -> tuple[int, date, int]:
    until = card.hold_until if isinstance(card.hold_until, date) else date.max
    when = until if card.group is Group.HELD else card.erase_on or date.max
    return (_ORDER.index(card.group), when, int(card.subject.removeprefix("S-")))


def _card(one: Judged, orders: Sequence[StoredOrder], app: App, *, names: bool) -> Card:
    decision = one.decision
    papers = _papers(one)
    asked = {each.ref: each for each in one.dispositions}
    return Card(
        subject=subject_name(one.subject.id),
        group=_group(one),
        kind=one.subject.kind.value,
        decision=decision.verdict.value,
        partial=decision.partial,
        flagged=decision.flagged,
        ended=ended_on(one),
        erase_on=decision.erase_on,
        hold_until=decision.hold_until,
        next_on=decision.next_on,
        roles=dict(sorted(one.facts.ended.items())),
        reasons=tuple(
            ReasonLine(each.code, each.on, each.role, len(each.documents)) for each in decision.reasons
        ),
        telling=telling_reason(one),
        records=tuple(
            _record(each.ref, each.record.categories, asked.get(each.ref)) for each in one.subject.present
        ),
        papers=tuple(_paper(each, one) for each in papers[:PAPERS_SHOWN]),
        more_papers=max(0, len(papers) - PAPERS_SHOWN),
        orders=tuple(_order(each, app) for each in orders),
        links=tuple(LinkLine(str(a), str(b), evidence) for a, b, evidence in one.subject.links),
        organisations=tuple(subject_name(each) for each in sorted(one.subject.organisations)),
        name=_name(one) if names else "",
    )


def _group(one: Judged) -> Group:
    decision = one.decision
    if decision.flagged and decision.verdict not in {Verdict.REVIEW, Verdict.SUSPEND}:
        return Group.FLAGGED
    match decision.verdict:
        case Verdict.REVIEW:
            return Group.REVIEW
        case Verdict.SUSPEND:
            return Group.SUSPENDED
        case Verdict.SCHEDULE | Verdict.ERASE:
            return Group.SCHEDULED
        case Verdict.HOLD:
            return Group.HELD
        case Verdict.KEEP:
            return Group.HELD if any(each.held for each in one.dispositions) else Group.KEPT


def _record(ref: RecordRef, categories: Iterable[str], asked: Disposition | None) -> RecordLine:
    return RecordLine(
        account=ref.account,
        kind=ref.kind,
        key=ref.key,
        categories=tuple(sorted(categories)),
        due=tuple(sorted(asked.categories)) if asked else (),
        due_on=asked.erase_on if asked else None,
        held=tuple(sorted(asked.held)) if asked else (),
        hold_until=asked.hold_until if asked else None,
    )


def _papers(one: Judged) -> list[Document]:
    behind = set(one.decision.held_by)
    return [each for each in one.subject.documents if each.ref in behind]


def _paper(document: Document, one: Judged) -> PaperLine:
    plain = _PLAIN_NUMBER.fullmatch(document.number) is not None
    return PaperLine(
        account=document.ref.account,
        kind=document.kind.value,
        number=document.number if plain else document.ref.key,
        of=local_date(document.date, one.zone) if document.date is not None else None,
        settled=local_date(document.settled, one.zone) if document.settled is not None else None,
        open=document.open,
    )


def _order(one: StoredOrder, app: App) -> OrderLine:
    return OrderLine(
        order_id=one.id,
        account=one.order.ref.account,
        kind=one.order.ref.kind,
        key=one.order.ref.key,
        action=one.order.action.value,
        categories=tuple(sorted(one.order.categories)),
        state=one.state.value,
        erase_on=one.order.erase_on,
        approved_on=one.approved_on,
        verified_on=verified_on(one, app.schedule.zone),
        code=one.code,
        digest=one.order.digest,
        residue=tuple(Residue(each["code"], each["text"], each["days"]) for each in one.residue),
    )


def _name(one: Judged) -> str:
    """Give what people call a subject: the first name of an organisation, given and family name of a person."""
    values: dict[IdentifierKind, str] = {}
    for stored in one.subject.present:
        for each in stored.record.identifiers:
            values.setdefault(each.kind, each.value)
    person = (
        f"{values.get(IdentifierKind.GIVEN_NAME, '')} {values.get(IdentifierKind.FAMILY_NAME, '')}".strip()
    )
    company = values.get(IdentifierKind.NAME, "")
    first, second = (company, person) if one.subject.kind is SubjectKind.ORGANISATION else (person, company)
    return printable(first or second or values.get(IdentifierKind.EMAIL, ""))


def _accounts(
    app: App, read: Mapping[str, Mapping[str, Any]], orders: Iterable[StoredOrder], done: Iterable[DoneLine]
) -> tuple[AccountLine, ...]:
    proven = Counter((one.account, one.action) for one in done)
    waiting = Counter(one.order.ref.account for one in orders if one.open)
    return tuple(
        AccountLine(
            name=name,
            connector=account.connector,
            outcome=str(read.get(name, {}).get("outcome", "skipped")),
            records=int(read.get(name, {}).get("records", 0)),
            documents=int(read.get(name, {}).get("documents", 0)),
            known_records=int(read.get(name, {}).get("known_records", 0)),
            calls=int(read.get(name, {}).get("calls", 0)),
            code=str(read.get(name, {}).get("code", "")),
            text=str(read.get(name, {}).get("text", "")),
            erased=proven[name, Action.ERASE.value],
            minimised=proven[name, Action.MINIMISE.value],
            archived=proven[name, Action.ARCHIVE.value],
            waiting=waiting[name],
        )
        for name, account in app.settings.accounts.items()
    )
