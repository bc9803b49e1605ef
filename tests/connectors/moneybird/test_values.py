from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.moneybird.values import (
    UnreadableError,
    amount,
    day_by_hand,
    identifier,
    latest,
    moment,
    period_end,
    text,
)

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(st.integers(min_value=0, max_value=10**19))
def test_ids_are_the_same_as_text_and_as_integer(key: int) -> None:
    assert identifier(key) == identifier(str(key)) == str(key)


@pytest.mark.parametrize("value", [1.0, 4.960814e17, True, None, "", "12a", "١٢", "-1", -1, " 1", [1]])
def test_anything_else_is_no_id(value: Any) -> None:
    with pytest.raises(UnreadableError):
        identifier(value)


@given(days)
def test_dates_are_read_as_written(day: date) -> None:
    assert moment(day.isoformat()) == day
    assert day_by_hand(day.isoformat()) == day
    assert day_by_hand(f" {day.day:02}-{day.month:02}-{day.year} ") == day
    assert day_by_hand(f"{day.day}-{day.month}-{day.year}") == day


def test_a_timestamp_keeps_its_zone() -> None:
    assert moment("2026-08-21T22:30:00.008Z") == datetime(2026, 8, 21, 22, 30, 0, 8000, tzinfo=UTC)
    summer = timezone(timedelta(hours=2))
    assert moment("2026-08-21T22:30:00+02:00") == datetime(2026, 8, 21, 22, 30, tzinfo=summer)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_empty_is_unknown(value: Any) -> None:
    assert moment(value) is None
    assert day_by_hand(value) is None
    assert period_end(value) is None


@pytest.mark.parametrize(
    "value", ["n.t.b.", "31-13-2026", "2026-02-30", "30-02-2026", "1-1-26", "20260101", "2026-W01-1", "31/03/2026",
              "eind maart", "2026-03-31 en later", "00-00-0000"]
)  # fmt: skip
def test_what_a_person_typed_is_never_guessed(value: str) -> None:
    with pytest.raises(UnreadableError) as error:
        day_by_hand(value)
    assert value not in str(error.value)


@pytest.mark.parametrize("value", ["vorige week", "2026-13-01", "2026-08-21Tlater", 20260821.0])
def test_an_unreadable_date_of_the_vendor_is_said(value: Any) -> None:
    with pytest.raises(UnreadableError):
        moment(value)


@given(days, days)
def test_a_period_ends_on_its_last_day(first: date, last: date) -> None:
    assert period_end(f"{first:%Y%m%d}..{last:%Y%m%d}") == last


@given(st.integers(1900, 2199), st.integers(1, 12))
def test_a_period_of_months_ends_with_the_month(year: int, month: int) -> None:
    end = date(year, month, calendar.monthrange(year, month)[1])
    assert period_end(f"{year}01..{year}{month:02}") == end
    assert period_end(f"{year}{month:02}") == end
    assert period_end(f"{year}") == date(year, 12, 31)


@pytest.mark.parametrize("value", ["this_year", "20260101..", "20261301..20261332", "..", "202613"])
def test_other_periods_are_not_guessed(value: str) -> None:
    with pytest.raises(UnreadableError):
        period_end(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_amounts_have_many_spellings(value: Decimal) -> None:
    assert amount(str(value)) == amount(str(value).replace(".", ",")) == value


def test_an_amount_may_be_a_number_or_nothing() -> None:
    assert [amount(one) for one in (12, 12.5, None, "")] == [Decimal(12), Decimal("12.5"), 0, 0]
    with pytest.raises(UnreadableError):
        amount("veel")


moments = st.lists(
    st.none() | days | st.datetimes(datetime(1900, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC)), max_size=5  # noqa: DTZ001
)  # fmt: skip


@given(moments)
def test_the_latest_is_one_of_them_and_none_is_later(values: list[date | datetime | None]) -> None:
    found = latest(values)
    known = [one for one in values if one is not None]
    assert (found is None) == (not known)
    for one in known:
        assert found in known
        assert _utc_day(found) >= _utc_day(one)


def _utc_day(one: date | datetime | None) -> date:
    assert one is not None
    return one.astimezone(UTC).date() if isinstance(one, datetime) else one


def test_a_timestamp_late_in_the_evening_beats_its_own_day() -> None:
    evening = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # 1 January in Amsterdam
    assert latest([date(2026, 12, 31), evening]) == evening
    assert latest([date(2027, 1, 1), evening]) == date(2027, 1, 1)


def test_text_is_trimmed_and_nothing_is_empty() -> None:
    assert [text(one) for one in (None, " a ", 7, "")] == ["", "a", "7", ""]
    with pytest.raises(UnreadableError):
        text(["a"])
