"""Stories of the newsletter: people who only ever subscribed, and subscribers whose company left."""

# ruff: noqa: D401 a docstring here is the story itself

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from syncd.testing.world.rules import Verdict, ended, still_there
from syncd.testing.world.shapes import NewsMember, TrueRecord, TrueSubject
from syncd.testing.world.stories_common import begin, held_papers, kept_open, open_file, running_papers

if TYPE_CHECKING:
    from syncd.testing.world.desk import Desk

_KEEP = Verdict("keep")


def newsletter_only_consent(desk: Desk) -> None:
    """The consent is the relationship, however quiet."""
    reader = _Reader(desk)
    reader.close("newsletter_only_consent", _KEEP, kept=[reader.member()])


def newsletter_only_no_proof(desk: Desk) -> None:
    """Nothing shows consent, and nothing shows a withdrawal."""
    reader = _Reader(desk)
    status = desk.rng.choice(("subscribed", "subscribed", "transactional", "cleaned"))
    reader.close("newsletter_only_no_proof", _KEEP, kept=[reader.member(status=status, proof=False)])


def newsletter_only_unsubscribed_old(desk: Desk) -> None:
    """Unsubscribed more than four weeks ago."""
    _withdrawn(desk, "newsletter_only_unsubscribed_old", desk.ago(desk.rng.randrange(29, 900)))


def newsletter_only_unsubscribed_recent(desk: Desk) -> None:
    """Unsubscribed less than four weeks ago."""
    _withdrawn(desk, "newsletter_only_unsubscribed_recent", desk.ago(desk.rng.randrange(1, 28)))


def unsubscribed_without_feed(desk: Desk) -> None:
    """No feed tells when, but the last change was long ago, and the withdrawal not later than that."""
    _withdrawn(desk, "unsubscribed_without_feed", desk.ago(desk.rng.randrange(29, 900)), feed=False)


def unsubscribed_near_midnight(desk: Desk) -> None:
    """Half past eleven in the evening, UTC, is the next day in Amsterdam: a day of four weeks."""
    utc = desk.ago(desk.rng.choice((28, 29)))
    at = datetime.combine(utc, time(23, 30), tzinfo=UTC)
    _withdrawn(desk, "unsubscribed_near_midnight", utc + timedelta(days=1), at=at)


def unsubscribed_customer(desk: Desk) -> None:
    """A running customer who wants no newsletter: only the membership goes."""
    dossier = open_file(
        desk, "unsubscribed_customer", since=begin(desk), edited=kept_open(desk), people=0, everything=True
    )
    person = None
    if desk.chance(0.6):
        person = dossier.follower(desk.cast.human(dossier.company.domain))
    when = desk.moment(desk.between(max(desk.ago(900), dossier.since + timedelta(days=21)), desk.ago(29)))
    gone = dossier.subscribe(person, status="unsubscribed", unsubscribed=when)
    running_papers(dossier)
    dossier.close(still_there(dossier.papers.written, desk.today), gone=[gone])


def member_of_ended_company(desk: Desk) -> None:
    """The company left, so its people's memberships go too, consent notwithstanding."""
    end = desk.ago(desk.rng.randrange(29, 600))
    dossier = open_file(
        desk, "member_of_ended_company", since=begin(desk, end), ended_on=end, people=0, everything=True
    )
    for _ in range(desk.rng.choice((1, 2))):
        dossier.subscribe(dossier.follower(desk.cast.human(dossier.company.domain)))
    if desk.chance(0.5):
        dossier.subscribe()  # the company's own address
    if desk.chance(0.5):
        held_papers(dossier, end)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def two_audiences(desk: Desk) -> None:
    """One person in two audiences: each membership is a record of its own."""
    trap = "two_audiences"
    variant = desk.rng.randrange(3)
    if variant == 0:
        reader = _Reader(desk)
        reader.close(trap, _KEEP, kept=[reader.member(audience=0), reader.member(audience=1)])
    elif variant == 1:  # one withdrawn, the other not
        reader = _Reader(desk)
        kept = reader.member(audience=0)
        gone = reader.member(
            audience=1, status="unsubscribed", at=desk.moment(desk.ago(desk.rng.randrange(29, 300)))
        )
        reader.close(trap, _KEEP, kept=[kept], gone=[gone])
    else:
        end = desk.ago(desk.rng.randrange(29, 600))
        dossier = open_file(desk, trap, since=begin(desk, end), ended_on=end, people=0)
        person = dossier.follower(desk.cast.human(dossier.company.domain))
        for audience in (0, 1):
            dossier.subscribe(person, audience=audience)
        dossier.close(ended(end, (), desk.today))


def _withdrawn(desk: Desk, trap: str, day: date, *, at: datetime | None = None, feed: bool = True) -> None:
    """Tell of somebody who only subscribed, and unsubscribed on a day (in Amsterdam)."""
    reader = _Reader(desk)
    member = reader.member(status="unsubscribed", at=at or desk.moment(day), feed=feed)
    verdict = ended(day, (), desk.today)
    goes = verdict.decision == "erase"
    reader.close(trap, verdict, kept=[] if goes else [member], gone=[member] if goes else [])


class _Reader:
    """A person of whom only the newsletter knows."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._human = desk.cast.human()
        self._since = desk.between(desk.ago(6 * 365), desk.ago(1000))

    def member(
        self,
        *,
        status: str = "subscribed",
        audience: int | None = None,
        proof: bool = True,
        at: datetime | None = None,
        feed: bool = True,
    ) -> NewsMember:
        """Subscribe the person; `at` is when the person unsubscribed."""
        desk, human = self._desk, self._human
        names = desk.rng.choice(((human.given, human.family), (human.given, ""), ("", "")))
        return desk.member(
            human.email,
            names,
            self._since,
            status=status,
            audience=desk.rng.choice((0, 0, 1)) if audience is None else audience,
            proof=proof,
            unsubscribed=at,
            feed=feed,
        )

    def close(
        self,
        trap: str,
        verdict: Verdict,
        *,
        kept: list[NewsMember],
        gone: list[NewsMember] | None = None,
    ) -> None:
        """Write down what is right for each membership."""
        records = [TrueRecord("news", "member", one.contact_id, "unchanged") for one in kept]
        records += [TrueRecord("news", "member", one.contact_id, "gone") for one in gone or []]
        self._desk.subjects.append(
            TrueSubject(
                name=f"{self._human.given} {self._human.family}",
                trap=trap,
                kind="person",
                decision=verdict.decision,
                due=bool(gone),
                records=tuple(records),
                ended_on=verdict.ended_on,
                erase_on=verdict.erase_on,
                flagged=verdict.flagged,
            )
        )
