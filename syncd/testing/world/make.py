"""Make a world: choose which stories happen, tell them in a random order, close the desk."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from syncd.testing.world import stories_alike as alike
from syncd.testing.world import stories_doubt as doubt
from syncd.testing.world import stories_ended as past
from syncd.testing.world import stories_living as living
from syncd.testing.world import stories_news as news
from syncd.testing.world.attached import attach
from syncd.testing.world.desk import Desk

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import date

    from syncd.testing.world.shapes import World


@dataclass(frozen=True)
class Story:
    """One trap class: how it is told, and how many subjects it makes (those who follow one not counted)."""

    tell: Callable[[Desk], None]
    subjects: int = 1


STORIES: dict[str, Story] = {
    story.tell.__name__: story
    for story in (
        Story(living.running),
        Story(past.ended_no_documents),
        Story(past.ended_held),
        Story(news.newsletter_only_consent),
        Story(past.ended_hold_over),
        Story(past.ended_recently),
        Story(past.ended_today_minus_28),
        Story(past.ends_in_future),
        Story(living.resumed),
        Story(doubt.open_invoice),
        Story(doubt.open_old_invoice),
        Story(doubt.new_work_after_end),
        Story(past.winding_up_invoice),
        Story(past.accepted_estimate_hold),
        Story(past.draft_only),
        Story(doubt.recurring_running),
        Story(living.customer_and_supplier_one_ended),
        Story(living.both_ended_latest_counts),
        Story(living.two_items_two_ends),
        Story(doubt.end_1970),
        Story(living.silent),
        Story(living.books_only),
        Story(alike.namesakes, 2),
        Story(living.sole_trader),
        Story(news.newsletter_only_unsubscribed_old),
        Story(news.unsubscribed_customer),
        Story(news.member_of_ended_company),
        Story(alike.person_at_two_companies, 2),
        Story(news.newsletter_only_unsubscribed_recent),
        Story(living.supplier),
        Story(past.archived_contact),
        Story(news.two_audiences),
        Story(alike.father_and_son, 2),
        Story(alike.spouses_one_email, 3),
        Story(alike.shared_bookkeeper_address, 2 + alike.BOOKKEEPER_CLIENTS),
        Story(past.paid_after_end),
        Story(past.written_off),
        Story(past.prepaid_service_running),
        Story(past.recurring_stopped),
        Story(past.resumed_then_ended),
        Story(past.prospect_ended),
        Story(past.ended_in_books_only),
        Story(past.minimised_earlier),
        Story(past.two_contacts),
        Story(living.private_customer),
        Story(past.direct_debit_mandate),
        Story(living.two_items_one_open),
        Story(living.two_branches),
        Story(living.quote_ran_out),
        Story(doubt.impossible_date),
        Story(doubt.unreadable_end),
        Story(alike.twins, 2),
        Story(alike.became_company, 2),
        Story(alike.reused_phone, 2),
        Story(news.unsubscribed_without_feed),
        Story(news.unsubscribed_near_midnight),
        Story(news.newsletter_only_no_proof),
        Story(past.phone_only),
    )
}
"""The trap classes by name. In a world too small for all of them, the first ones happen."""

EVERYDAY = ("running",) * 12 + ("newsletter_only_consent",) * 2 + ("ended_held", "supplier")


def make_world(seed: int, size: int, today: date) -> World:
    """Make the world of `size` subjects as it is on `today`.

    A subject is an organisation, or a person who belongs to none; the people who follow an organisation come
    on top. Equal arguments make equal worlds. Every trap class has at least one subject in a hundred; where
    the world is too small for that, as many classes as fit. Raises `ValueError` for a size below one.
    """
    if size < 1:
        raise ValueError("a world needs at least one subject")
    desk = Desk(seed, size, today)
    for name in _programme(desk.rng, size):
        STORIES[name].tell(desk)
    return attach(desk.world())


def _programme(rng: random.Random, size: int) -> list[str]:
    """Choose the stories: every class in turn until each has its share, the rest everyday life."""
    share = ceil(size / 100)
    told = dict.fromkeys(STORIES, 0)
    room = size
    for _ in range(share):
        for name, story in STORIES.items():
            if told[name] * story.subjects < share and story.subjects <= room:
                told[name] += 1
                room -= story.subjects
    chosen = [name for name, times in told.items() for _ in range(times)]
    chosen += [rng.choice(EVERYDAY) for _ in range(room)]
    rng.shuffle(chosen)
    return chosen
