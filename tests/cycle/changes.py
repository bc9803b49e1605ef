"""Changes that happen to an installation between two runs, and deciding everybody anew beside what is stored."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from syncd.cycle.answers import accept, answer_pair, keep
from syncd.cycle.asking import asked, seen_of
from syncd.cycle.attention import attention_of
from syncd.cycle.decide import Judge
from syncd.cycle.review import current
from syncd.cycle.run import Request, Result, plan_run, run
from syncd.cycle.standing import standing_of
from syncd.cycle.statements import Said, release, standing_stop, state, state_all, suspend
from syncd.index import decisions
from syncd.index import orders as journal
from syncd.index.tables import records, subjects
from syncd.model import OrderState, Verdict
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.testing.faults import answer
from tests.cycle.kit import TODAY, Installation, ahead

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged
    from syncd.cycle.everybody import Everybody

WHO = "Anna"


@dataclass
class Office:
    """An installation whose clock and schedule somebody changes."""

    here: Installation
    random: Random
    days: int = 0
    result: Result | None = None
    mended: list[Callable[[], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.here.now = lambda: ahead(self.days)

    @property
    def today(self) -> date:
        return TODAY + timedelta(days=self.days)

    def run(self, *, send: bool = False) -> None:
        """Run once, as another process would."""
        app = self.here.app()
        try:
            self.result = run(app, Request(send=send))
        finally:
            app.close()
            while self.mended:
                self.mended.pop()()

    def differences(self) -> list[str]:
        """Give in what the stored decisions differ from deciding everybody anew, since the last run."""
        app = self.here.app()
        app.connect()
        try:
            return differences(app, self.result) if self.result else ["nothing was run"]
        finally:
            app.close()

    def do(self, name: str) -> bool:
        """Let something happen; tells whether it could."""
        app = self.here.app()
        try:
            return CHANGES[name](self, app)
        finally:
            app.close()

    def service(self, account: str) -> Any:
        return self.here.simulation.sandboxes[account]

    def somebody(self, app: App, fits: Callable[[Judged], object] = lambda _one: True) -> Judged | None:
        found = [one for one in current(app).judged.values() if one.subject.present and fits(one)]
        return self.random.choice(found) if found else None


# --- deciding everybody anew --------------------------------------------------------------------------------


def differences(app: App, result: Result) -> list[str]:
    """Resolve and decide everybody anew on a copy of the index; say in what that differs from what is stored."""
    anew = replace(app, index=app.index.scratch())
    try:
        with anew.index.begin() as connection:
            connection.execute(update(records).values(changed=True))
            decisions.mark_all_dirty(connection)
        judge, _knowledge, plan = plan_run(anew, result.accounts, result.as_of)
        with anew.index.begin() as connection:
            orders, standing = journal.find(connection), standing_of(connection, judge.judged)
        told = replace(result, plan=plan, standing=standing, orders=orders)
        attention = attention_of(told, app.settings, asked_to_send=False)
        stored = attention_of(result, app.settings, asked_to_send=False)
        found = _diff("subject", _subjects(app), _subjects(anew)) + _diff(
            "order", _orders(app), _orders(anew)
        )
        as_stored = Judge(app, result.as_of).judged
        found += _diff("judged", _judged(as_stored), _judged(judge.judged))
        found += _diff("list of", _listed(as_stored), _sorted_out(judge.judged))
        return found + _diff("attention", dict(enumerate(stored)), dict(enumerate(attention)))
    finally:
        anew.index.close()


def _diff(what: str, stored: dict[Any, Any], anew: dict[Any, Any]) -> list[str]:
    keys = sorted(stored.keys() | anew.keys(), key=str)
    return [
        f"{what} {key}: {stored.get(key)} is stored, {anew.get(key)} anew"
        for key in keys
        if stored.get(key) != anew.get(key)
    ]


def _subjects(app: App) -> dict[int, Any]:
    with app.index.begin() as connection:
        rows = connection.execute(select(subjects).where(subjects.c.verdict.is_not(None))).mappings().all()
    return {row["id"]: {name: row[name] for name in row if name != "dirty"} for row in rows}


def _orders(app: App) -> dict[Any, Any]:
    with app.index.begin() as connection:
        found = journal.find(connection, open_only=True)
    return {
        (str(one.order.ref), one.order.action.value, *sorted(one.order.categories)): (
            one.id, one.state, one.order.digest, one.order.erase_on, one.subject,
        )
        for one in found
    }  # fmt: skip


def _judged(judged: Everybody) -> dict[int, Any]:
    return {
        one.subject.id: (one.decision, one.dispositions, one.facts, one.rivals) for one in judged.values()
    }


def _listed(judged: Everybody) -> dict[str, list[int]]:
    """Give whom the commands list, chosen by the decisions that are stored."""
    fits = {
        "everybody": (),
        "questions": (decisions.verdict_is(Verdict.REVIEW),),
        "flagged": (decisions.FLAGGED,),
        "held": (decisions.HELD,),
    }
    return {name: [one.subject.id for one in judged.that(*fit)] for name, fit in fits.items()}


def _sorted_out(judged: Everybody) -> dict[str, list[int]]:
    """Give the same by looking at everybody."""
    there = [one for one in judged.values() if one.subject.present]
    fits: dict[str, Callable[[Judged], bool]] = {
        "everybody": lambda _one: True,
        "questions": lambda one: one.decision.verdict is Verdict.REVIEW,
        "flagged": lambda one: one.decision.flagged,
        "held": lambda one: any(each.held for each in one.dispositions),
    }
    return {name: [one.subject.id for one in there if fit(one)] for name, fit in fits.items()}


# --- what happens at the vendors ----------------------------------------------------------------------------


def _an_item(office: Office, fits: Callable[[Any], object] = lambda _one: True) -> Any:
    found = [one for _key, one in sorted(office.service("crm").state.items.items()) if fits(one)]
    return office.random.choice(found) if found else None


def _day(day: date) -> list[dict[str, Any]]:
    return [{"start": f"{day} 00:00:00", "start_date": str(day), "start_time": None}]


def _ends(office: Office, _app: App) -> bool:
    item = _an_item(office, lambda one: not one.values.get("relatie-beeindigd-op"))
    ended = office.today - timedelta(days=office.random.choice((0, 10, 27, 28, 29, 40, 400)))
    office.service("crm").state.edit(item.id, {"relatie-beeindigd-op": _day(ended)})
    return True


def _end_taken_back(office: Office, _app: App) -> bool:
    item = _an_item(office, lambda one: one.values.get("relatie-beeindigd-op"))
    if item is not None:
        office.service("crm").state.edit(item.id, {"relatie-beeindigd-op": []})
    return item is not None


def _resumes(office: Office, _app: App) -> bool:
    item = _an_item(office, lambda one: one.values.get("relatie-beeindigd-op"))
    if item is not None:
        office.service("crm").state.edit(item.id, {"relatie-hervat-op": _day(office.today)})
    return item is not None


def _vanishes(office: Office, _app: App) -> bool:
    item = _an_item(office)
    office.service("crm").state.delete(item.id, silent=True, hook=False)
    return True


def _comes_back(office: Office, _app: App) -> bool:
    crm = office.service("crm").state
    if crm.trash:
        crm.restore(office.random.choice(sorted(crm.trash)))
        return True
    return False


def _edited(office: Office, _app: App) -> bool:
    """Somebody gets the e-mail address of another: whoever they are is another question now."""
    one, other = _an_item(office), _an_item(office, lambda each: each.values.get("e-mail"))
    if other is None or one.app_id != other.app_id:
        return False
    office.service("crm").state.edit(one.id, {"e-mail": copy.deepcopy(other.values["e-mail"])})
    return True


def _added(office: Office, _app: App) -> bool:
    crm, like = office.service("crm").state, _an_item(office)
    key = max([*crm.items, *crm.trash]) + 1
    crm.items[key] = replace(like, id=key, number=key, values=copy.deepcopy(like.values), refers_to={})
    crm.edit(key, {"telefoon": []})
    return True


def _contact_added(office: Office, _app: App) -> bool:
    books = office.service("books").state
    like = office.random.choice([one for one in books.contacts.values() if one["company_name"]])
    books.create_contact({"company_name": like["company_name"], "send_invoices_to_email": like["email"]})
    return True


def _a_paper(office: Office) -> dict[str, Any] | None:
    papers = office.service("books").state.documents["sales_invoices"]
    return papers[office.random.choice(sorted(papers))] if papers else None


def _settled(office: Office, _app: App) -> bool:
    paper = _a_paper(office)
    if paper is None:
        return False
    paper["state"] = "paid" if paper["state"] != "paid" else "open"
    paper["paid_at"] = str(office.today) if paper["state"] == "paid" else None
    paper["version"] += 1
    return True


def _new_paper(office: Office, _app: App) -> bool:
    paper = _a_paper(office)
    if paper is None:
        return False
    key = str(max(int(one) for one in office.service("books").state.documents["sales_invoices"]) + 1)
    made = {
        **copy.deepcopy(paper),
        "id": key,
        "invoice_date": str(office.today),
        "version": paper["version"] + 1,
    }
    office.service("books").state.documents["sales_invoices"][key] = made
    return True


def _paper_gone(office: Office, _app: App) -> bool:
    paper = _a_paper(office)
    if paper is not None:
        del office.service("books").state.documents["sales_invoices"][paper["id"]]
    return paper is not None


def _unreachable(office: Office, _app: App) -> bool:
    """One account cannot be read in the next run."""
    service = office.service(office.random.choice(("books", "crm", "news")))
    service.faults.inject(answer(403), times=None)
    office.mended.append(service.faults.clear)
    return True


# --- what persons say ---------------------------------------------------------------------------------------


def _said_ended(office: Office, app: App) -> bool:
    one = office.somebody(app)
    if one is not None:
        state(app, one, "ended", office.today - timedelta(days=office.random.choice((1, 28, 60))), None, WHO)
    return one is not None


def _said_resumed(office: Office, app: App) -> bool:
    one = office.somebody(app, lambda each: any(each.facts.ended.values()))
    if one is not None:
        state(app, one, "resumed", office.today, None, WHO)
    return one is not None


def _imported(office: Office, app: App) -> bool:
    some = [one for one in (office.somebody(app) for _ in range(3)) if one is not None]
    state_all(app, [Said(one, "ended", office.today - timedelta(days=50)) for one in some], WHO)
    return bool(some)


def _suspended(office: Office, app: App) -> bool:
    one = office.somebody(app, lambda each: each.dispositions)
    if one is not None:
        suspend(app, one, "audit", office.today + timedelta(days=10), WHO)
    return one is not None


def _released(office: Office, app: App) -> bool:
    one = office.somebody(app, lambda each: standing_stop(each.said))
    if one is not None:
        release(app, one, WHO)
    return one is not None


def _accepted(office: Office, app: App) -> bool:
    found = [one for one in asked(app).doubts if "go-on" in one.answers]
    if found:
        one = office.random.choice(found).judged
        accept(app, seen_of(one, app.schedule), one.decision, WHO)
    return bool(found)


def _kept(office: Office, app: App) -> bool:
    found = asked(app).doubts
    if found:
        one = office.random.choice(found).judged
        keep(app, seen_of(one, app.schedule), office.today + timedelta(days=9), WHO)
    return bool(found)


def _paired(office: Office, app: App, *, same: bool) -> bool:
    found = asked(app).questions
    if found:
        one = office.random.choice(found).proposal
        answer_pair(app, one.a, one.b, same=same, by=WHO, reason="test")
    return bool(found)


def _linked(office: Office, app: App) -> bool:
    one, other = office.somebody(app), office.somebody(app)
    if one is None or other is None or one.subject.id == other.subject.id:
        return False
    answer_pair(
        app, one.subject.present[0].ref, other.subject.present[0].ref, same=True, by=WHO, reason="test"
    )
    return True


def _unlinked(office: Office, app: App) -> bool:
    one = office.somebody(app, lambda each: each.subject.links)
    if one is not None:
        a, b, _evidence = office.random.choice(one.subject.links)
        answer_pair(app, a, b, same=False, by=WHO, reason="test")
    return one is not None


def _rejected(office: Office, app: App) -> bool:
    with app.index.begin() as connection:
        found = [one for one in journal.find(connection, open_only=True) if one.state is OrderState.SCHEDULED]
        if found:
            until = office.today + timedelta(days=6)
            journal.move(
                connection, app.now(), office.random.choice(found).id, OrderState.CANCELLED,
                code="rejected_dispute", rejected_until=until,
            )  # fmt: skip
    return bool(found)


def _approved_and_sent(office: Office, _app: App) -> bool:
    """Orders are approved and sent; only on the vendors' own day, on which clocks agree."""
    if office.days:
        return False
    some = office.random.random
    if not office.here.approve(choose=lambda _one: some() < 0.5):
        return False
    office.run(send=True)
    return True


# --- time and rules -----------------------------------------------------------------------------------------


def _to_the_next_day(office: Office, app: App) -> bool:
    """Time goes on to a day on which something changes by itself."""
    with app.index.begin() as connection:
        found = select(subjects.c.wakes_on).where(subjects.c.wakes_on > office.today)
        days = sorted(set(connection.execute(found).scalars()))
    if days:
        office.days += (office.random.choice(days[:5]) - office.today).days
    return bool(days)


def _tomorrow(office: Office, _app: App) -> bool:
    office.days += 1
    return True


def _back(office: Office, _app: App) -> bool:
    office.days = 0
    return True


def _other_schedule(office: Office, _app: App) -> bool:
    periods = ("4 weeks", "3 weeks", "5 weeks")
    text = default_schedule_text().replace('"4 weeks"', f'"{office.random.choice(periods)}"')
    office.here.schedule = parse_schedule(text, "edited")
    return True


CHANGES: dict[str, Callable[[Office, App], bool]] = {
    "ends": _ends,
    "end taken back": _end_taken_back,
    "resumes": _resumes,
    "vanishes": _vanishes,
    "comes back": _comes_back,
    "edited": _edited,
    "added": _added,
    "contact added": _contact_added,
    "settled": _settled,
    "new paper": _new_paper,
    "paper gone": _paper_gone,
    "unreachable": _unreachable,
    "said ended": _said_ended,
    "said resumed": _said_resumed,
    "imported": _imported,
    "suspended": _suspended,
    "released": _released,
    "accepted": _accepted,
    "kept": _kept,
    "same": lambda office, app: _paired(office, app, same=True),
    "different": lambda office, app: _paired(office, app, same=False),
    "linked": _linked,
    "unlinked": _unlinked,
    "rejected": _rejected,
    "approved and sent": _approved_and_sent,
    "the next day": _to_the_next_day,
    "tomorrow": _tomorrow,
    "back": _back,
    "other schedule": _other_schedule,
}
"""What can happen between two runs."""
