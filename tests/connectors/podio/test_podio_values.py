"""What can be read out of a field's values. The samples have the shapes that Podio answers with."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.podio import values

MIDDAY = {
    "start": "2026-07-14 15:00:00",
    "start_date": "2026-07-14",
    "start_time": "15:00:00",
    "start_utc": "2026-07-14 13:00:00",
    "start_date_utc": "2026-07-14",
    "start_time_utc": "13:00:00",
}
RANGE = {
    "start": "2026-07-14 00:00:00", "start_date": "2026-07-14", "start_time": None, "start_utc": "2026-07-14",
    "start_date_utc": "2026-07-14", "start_time_utc": None,
    "end": "2026-07-16 00:00:00", "end_date": "2026-07-16", "end_time": None, "end_utc": "2026-07-16",
    "end_date_utc": "2026-07-16", "end_time_utc": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "held", "read"),
    [
        ("text", [{"value": "Garage Snel"}], ("Garage Snel",)),
        ("text", [{"value": "<p>Molenweg&nbsp;12<br/>Lunteren</p>"}], ("Molenweg 12\nLunteren",)),
        ("text", [{"value": "Jansen &amp; Zn"}], ("Jansen & Zn",)),
        ("text", [{"value": "Jan <jan@vogel.example>"}], ("Jan <jan@vogel.example>",)),
        ("email", [{"type": "work", "value": " a@b.example "}, {"type": "home", "value": "c@d.example"}],
         ("a@b.example", "c@d.example")),
        ("phone", [{"type": "mobile", "value": "06-12345678"}], ("06-12345678",)),
        ("tel", [{"value": 612345678, "uri": "tel:612345678"}], ("612345678",)),
        ("number", [{"value": "68750110.0000"}], ("68750110",)),
        ("number", [{"value": "12.5000"}], ("12.5000",)),
        ("calculation", [{"value": "20210017.0000"}], ("20210017",)),
        ("category", [{"value": {"id": 3, "text": "Klant", "status": "active"}}], ("Klant",)),
        ("contact", [{"value": {"profile_id": 1, "name": "Jan"}}], ("Jan",)),
        ("text", [{"value": ""}, {"value": None}, {}, None, {"value": True}], ()),
    ],
)  # fmt: skip
def test_texts(kind: str, held: list[Any], read: tuple[str, ...]) -> None:
    assert values.texts(kind, held) == read


def test_a_contact_profile_holds_lists() -> None:
    held = [{"value": {"profile_id": 1, "mail": ["a@b.example", " "], "phone": ["06-1"]}}, {"value": {}}]
    assert values.profile_texts(held, "mail") == ("a@b.example",)
    assert values.profile_texts(held, "phone") == ("06-1",)


def test_a_date_without_time_is_what_was_typed() -> None:
    assert values.moment(RANGE) == date(2026, 7, 14)
    assert values.moment(RANGE, last=True) == date(2026, 7, 16)


def test_a_date_with_a_time_is_a_moment_in_utc() -> None:
    assert values.moment(MIDDAY, last=True) == datetime(2026, 7, 14, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    "held",
    [
        None,
        "2026-07-14",
        {},
        {"start_date": "14-07-2026"},
        {"start_date": "2026-02-30"},
        {"start_time": "15:00:00", "start_date": "2026-07-14"},  # a local time without its UTC
        {"start_time": "15:00:00", "start_utc": "2026-07-14T13:00:00"},
        {"start_date": 20260714},
    ],
)
def test_what_is_no_date_is_no_date(held: Any) -> None:
    assert values.moment(held) is None


@given(st.dates(), st.dates(), st.booleans())
def test_the_end_of_a_range_is_its_last_day(start: date, end: date, ranged: bool) -> None:
    held: dict[str, Any] = {"start": f"{start} 00:00:00", "start_date": str(start), "start_time": None}
    if ranged:
        held |= {"end": f"{end} 00:00:00", "end_date": str(end), "end_time": None}
    assert values.moment(held, last=True) == (end if ranged else start)
    assert values.moment(held) == start


@given(st.datetimes(min_value=datetime(1900, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001  # hypothesis' own bounds are naive
def test_the_local_clock_never_moves_a_moment(moment: datetime, hours: int) -> None:
    moment = moment.replace(microsecond=0)
    local = moment + timedelta(hours=hours)
    held = {"start_date": str(local.date()), "start_time": str(local.time()), "start_utc": str(moment)}
    assert values.moment(held) == moment.replace(tzinfo=UTC)


@given(st.text())
def test_text_comes_out_of_html_as_it_went_in(text: str) -> None:
    words = " ".join(text.split())
    assert values.plain(f"<p>{html.escape(words)}</p>").split() == words.split()


def test_references_say_which_app_they_are_in() -> None:
    held = [
        {"value": {"item_id": 501, "app": {"app_id": 1001}}},
        {"value": {"item_id": 502}},
        {"value": {"title": "no id"}},
    ]
    assert values.references(held) == (values.Reference(501, 1001), values.Reference(502, 0))


def test_options_have_an_id_and_a_text() -> None:
    held = [{"value": {"id": 3, "text": "Klant"}}, {"value": "Klant"}]
    assert values.options(held) == (values.Option("3", "Klant"),)


@pytest.mark.parametrize("text", [None, 5, "", "2026-07-14", "2026-07-14T13:00:00"])
def test_an_unreadable_stamp_is_none(text: Any) -> None:
    assert values.utc(text) is None
