"""Automatic mode: the schedule signs, what was born late waits for its notice, and the brake still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncd.model import OrderState
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from tests.cycle.kit import Installation, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WIDE = {name: {"brake": 10_000} for name in ("books", "crm", "news")}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=6, size=110) as made:
        yield made


def test_an_installation_that_begins_in_automatic_mode_sends_nothing_before_a_person_has_said_so(
    here: Installation,
) -> None:
    for _run in range(2):
        result = here.run("automatic", send=True, **WIDE)
        assert (result.execution.sent, sum(len(each) for each in here.writes().values())) == (0, 0)
        (told,) = [one.text for one in result.attention if one.code == "mode"]
        assert f"{result.execution.unasked} orders would be sent" in told
        assert "syncd queue approve --mode automatic" in told
    here.agree("automatic")
    assert here.run("automatic", send=True, **WIDE).execution.sent == result.execution.unasked > 0


def test_who_went_from_approve_to_automatic_is_not_asked(here: Installation) -> None:
    here.run("approve")
    assert here.run("automatic", send=True, **WIDE).execution.sent > 0


def test_who_came_from_observe_is_asked_in_whichever_mode_sends_and_not_past_it_in_the_next(
    here: Installation,
) -> None:
    here.run("observe")
    here.run("approve", send=True)
    result = here.run("automatic", send=True, **WIDE)
    assert (result.execution.sent, result.execution.unasked > 0) == (0, True)
    here.agree("automatic")
    assert here.run("automatic", send=True, **WIDE).execution.sent > 0


def test_what_was_born_late_waits_for_its_notice_and_what_is_on_time_goes(here: Installation) -> None:
    here.agree("automatic")
    result = here.run("automatic", send=True, **WIDE)
    sent = [one for one in result.orders if one.state is OrderState.VERIFIED]
    waiting = [one for one in result.orders if one.state is OrderState.SCHEDULED]
    today = here.app().today()
    assert sent, "the world has somebody who is due on its very day"
    assert not any(one.late for one in sent)
    assert any(one.late for one in waiting)
    assert all(one.late or one.order.erase_on > today or one.order.parent for one in waiting)


@pytest.mark.ci
def test_without_notice_the_schedule_signs_for_everybody_who_is_due(here: Installation) -> None:
    text = default_schedule_text().replace('notice = "7 days"', 'notice = "0 days"')
    here.schedule = parse_schedule(text, "without notice")
    here.agree("automatic")
    result = here.run("automatic", send=True, **WIDE)
    today = here.app().today()
    left = [one for one in result.orders if one.state is OrderState.SCHEDULED]
    assert result.execution.verified > 50
    assert all(one.order.erase_on > today for one in left)


def test_the_brake_holds_also_in_automatic_mode(here: Installation) -> None:
    text = default_schedule_text().replace('notice = "7 days"', 'notice = "0 days"')
    here.schedule = parse_schedule(text, "without notice")
    here.agree("automatic")
    result = here.run("automatic", send=True)
    assert {one.account for one in result.execution.held} == {"books", "crm", "news"}
    assert result.execution.sent == 0
