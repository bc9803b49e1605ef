"""Reading a schedule: what it means, and how it says that it is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.retention import (
    FinancialYear,
    FinancialYears,
    Period,
    ScheduleError,
    StartingPoint,
    Unit,
    describe,
    parse_period,
    parse_schedule,
)
from syncd.retention.periods import calendar_date, last_day_of_year, last_day_of_years, plus_days
from tests.unit.retention.kit import SCHEDULE, SHIPPED, day
from tests.unit.retention.oracle import last_of_financial_year, last_of_years, walk

DAYS = st.dates(date(1960, 1, 1), date(2100, 12, 31))


def changed(old: str, new: str) -> str:
    assert SHIPPED.count(old) == 1
    return SHIPPED.replace(old, new)


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule(text, "my.toml")
    return caught.value.problems


# --- the shipped schedule is the promise --------------------------------------------------------------------


def test_the_shipped_schedule_is_the_promise_and_the_law() -> None:
    assert SCHEDULE.warnings == ()
    assert SCHEDULE.zone.key == "Europe/Amsterdam"
    assert (str(SCHEDULE.lead), str(SCHEDULE.notice), str(SCHEDULE.silence)) == (
        "0 days",
        "7 days",
        "730 days",
    )
    assert not SCHEDULE.consent_outlives_relationship
    assert not SCHEDULE.unaccepted_quotes_fiscal
    rules = {
        name: (
            rule.starts,
            str(rule.period),
            rule.hold.value,
            rule.period_after_withdrawal and str(rule.period_after_withdrawal),
        )
        for name, rule in SCHEDULE.categories.items()
    }
    end, both = StartingPoint.EFFECTIVE_END, StartingPoint.END_OR_WITHDRAWAL
    assert rules == {
        "fiscal_identity": (end, "4 weeks", "fiscal", None),
        "contact_details": (end, "4 weeks", "none", None),
        "registration": (end, "4 weeks", "none", None),
        "bank_details": (end, "4 weeks", "none", None),
        "relation_record": (end, "4 weeks", "none", None),
        "newsletter": (both, "4 weeks", "none", "4 weeks"),
        "credentials": (StartingPoint.RECORDED_END, "0 days", "none", None),
        "fiscal_documents": (None, "None", "fiscal", None),
    }
    fiscal = SCHEDULE.fiscal
    assert [str(period) for period in (fiscal.general, fiscal.own_property, fiscal.oss)] == [
        "7 years",
        "9 years",
        "10 years",
    ]


def test_what_a_schedule_leaves_out_is_as_the_shipped_one_says() -> None:
    head, categories = SHIPPED.split("[categories.", maxsplit=1)
    assert head.count("[") > 2
    bare = parse_schedule(f'version = "2026-11-22"\n[categories.{categories}', "my.toml")
    assert bare == SCHEDULE
    own = SCHEDULE.own
    assert [str(one) for one in (own.ledger, own.tombstones, own.reports, own.backups, own.logs)] == [
        "7 years", "7 years", "4 weeks", "30 days", "90 days"
    ]  # fmt: skip


def test_the_shipped_schedule_names_no_system() -> None:
    assert not re.search("moneybird|podio|mailchimp", SHIPPED, re.IGNORECASE)


def test_describe_gives_a_row_with_a_source_for_each_category() -> None:
    rows = {row.category: row for row in describe(SCHEDULE)}
    assert list(rows) == list(SCHEDULE.categories)
    assert all(row.what and row.source and row.starting_point for row in rows.values())
    assert rows["contact_details"].hold == "none"
    assert "7 years" in rows["fiscal_identity"].hold
    assert "10 years" in rows["fiscal_documents"].hold
    assert (rows["fiscal_documents"].starting_point, rows["fiscal_documents"].period) == (
        "see hold",
        "see hold",
    )
    assert rows["contact_details"].period == "4 weeks"
    assert rows["newsletter"].period == "4 weeks"  # whether it ended or consent was withdrawn
    at_once = parse_schedule(
        changed('period_after_withdrawal = "4 weeks"', 'period_after_withdrawal = "0 days"'), "x"
    )
    assert {row.category: row.period for row in describe(at_once)}[
        "newsletter"
    ] == "4 weeks; 0 days after withdrawal"


def test_the_digest_follows_the_meaning_and_nothing_else() -> None:
    digest = SCHEDULE.digest
    assert re.fullmatch("[0-9a-f]{64}", digest)
    same = (
        changed('version = "2026-11-22"', 'version = "another"')
        .replace("# ", "# # ")
        .replace("phone, e-mail, contact persons", "phone")
    )
    assert parse_schedule(same, "other.toml").digest == digest
    backwards = replace(SCHEDULE, categories=dict(reversed(list(SCHEDULE.categories.items()))))
    assert backwards.digest == digest
    for old, new in (
        ('lead = "0 days"', 'lead = "1 day"'),
        ('notice = "7 days"', 'notice = "8 days"'),
        ('silence = "730 days"', 'silence = "731 days"'),
        ("unaccepted_quotes_fiscal = false", "unaccepted_quotes_fiscal = true"),
        ("consent_outlives_relationship = false", "consent_outlives_relationship = true"),
        ("last_month = 12", "last_month = 11"),
        ("last_month = 12", 'years = [["2026-01-01", "2026-12-31"]]'),
        ('general = "7 years"', 'general = "8 years"'),
        ('time_zone = "Europe/Amsterdam"', 'time_zone = "Europe/Brussels"'),
        ('period_after_withdrawal = "4 weeks"', 'period_after_withdrawal = "0 days"'),
        ('starts = "recorded_end"', 'starts = "relationship_end"'),
    ):
        assert parse_schedule(changed(old, new), "x").digest != digest, new


# --- bad schedules: all problems at once, each with file, line, key and remedy ------------------------------

ONE_PROBLEM = [
    ('lead = "0 days"', 'laed = "0 days"', "laed: unknown key"),
    ('lead = "0 days"', 'lead = "zero"', "lead: 'zero' is not understood: a period is a number and a unit"),
    ('lead = "0 days"', "lead = 3", "lead: 3 is not understood: a period is"),
    ('version = "2026-11-22"', "", "version: missing; give this schedule a name"),
    (
        'time_zone = "Europe/Amsterdam"',
        'time_zone = "Europe/Amsterdm"',
        "time_zone: 'Europe/Amsterdm' is not understood: no such time zone",
    ),
    (
        'time_zone = "Europe/Amsterdam"',
        'time_zone = "../etc/passwd"',
        "time_zone: '../etc/passwd' is not understood",
    ),
    ('time_zone = "Europe/Amsterdam"', 'time_zone = "Europe"', "time_zone: 'Europe' is not understood"),
    (
        "unaccepted_quotes_fiscal = false",
        'unaccepted_quotes_fiscal = "no"',
        "unaccepted_quotes_fiscal: must be true or false",
    ),
    ("last_month = 12", "last_month = 0", "financial_years.last_month: must be a month from 1 to 12"),
    ('oss = "10 years"', 'OSS = "10 years"', "fiscal.OSS: unknown key; known here are general, own_property"),
    ('ledger = "7 years"', 'leger = "7 years"', "own.leger: unknown key; known here are ledger, tombstones"),
    ("last_month = 12", "last_month = 13", "financial_years.last_month: must be a month from 1 to 12"),
    ("last_month = 12", "last_month = true", "financial_years.last_month: must be a whole number"),
    ("last_month = 12", "month = 12", "financial_years.month: unknown key; known here are last_month, years"),
    (
        "last_month = 12",
        'years = [["2025-01-01", "2025-12-31"], ["2025-12-31", "2026-12-31"]]',
        "financial_years.years: 2025-01-01..2025-12-31 and 2025-12-31..2026-12-31 overlap",
    ),
    ("last_month = 12", 'years = [["2025-12-31", "2025-01-01"]]', "ends before it begins"),
    ("last_month = 12", 'years = ["2025"]', "a financial year is a first and a last day"),
    ("last_month = 12", 'years = [["2025-01-01", "soon"]]', "soon is not a day such as 2026-12-31"),
    (
        'general = "7 years"',
        'general = "6 years"',
        "fiscal.general: 6 years is below the legal floor of 7 years; take that, or say why",
    ),
    (
        'own_property = "9 years"',
        'own_property = "8 years"',
        "fiscal.own_property: 8 years is below the legal floor of 9 years",
    ),
    ('oss = "10 years"', 'oss = "9 years"', "fiscal.oss: 9 years is below the legal floor of 10 years"),
    (
        'general = "7 years"',
        'general = "84 months"',
        'fiscal.general: counts in whole years, such as "7 years"',
    ),
    (
        'starts = "recorded_end"',
        'starts = "relation_end"',
        "categories.credentials.starts: 'relation_end' is not understood: choose one of relationship_end",
    ),
    ('starts = "recorded_end"', "", "categories.credentials.starts: missing"),
    (
        'period_after_withdrawal = "4 weeks"',
        'period_after_withdrawal = "4 fortnights"',
        "categories.newsletter.period_after_withdrawal: '4 fortnights'",
    ),
    (
        "[categories.credentials]",
        "[categories.Credentials]",
        "categories.credentials: missing; add [categories.credentials]",
    ),
    (
        "[categories.credentials]",
        "[categories.credentials]\nperiod_after_withdrawal = '1 day'",
        "categories.credentials.period_after_withdrawal: only with starts",
    ),
    (
        "[categories.fiscal_documents]",
        "[categories.fiscal_documents]\nperiod = '7 years'",
        'categories.fiscal_documents.hold: documents have hold = "fiscal" and neither',
    ),
    ("[fiscal]", "[fiscal", "not valid TOML"),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), ONE_PROBLEM, ids=[expected[:40] for _, _, expected in ONE_PROBLEM]
)
def test_a_problem_names_file_line_key_and_remedy(old: str, new: str, expected: str) -> None:
    found = problems(changed(old, new))
    assert any(expected in problem for problem in found), found
    assert all(problem.startswith("my.toml") for problem in found)


def test_an_error_says_everything_that_is_wrong() -> None:
    with pytest.raises(ScheduleError) as caught:
        parse_schedule(
            changed('lead = "0 days"', 'lead = "x"').replace("last_month = 12", "last_month = 0"), "x"
        )
    assert len(caught.value.problems) == 2
    assert str(caught.value).splitlines() == list(caught.value.problems)


def test_the_line_is_that_of_the_key_in_its_own_table() -> None:
    text = changed('starts = "recorded_end"', 'starts = "x"')
    (problem,) = problems(text)
    line = int(re.findall(r"line (\d+)", problem)[0])
    assert text.splitlines()[line - 1] == 'starts = "x"'


def test_what_is_on_no_line_comes_first() -> None:
    missing, laed = problems(
        'laed = "1 day"\n' + SHIPPED.replace("[categories.credentials]", "[credentials]")
    )[:2]
    assert missing.startswith("my.toml: categories.credentials: missing")
    assert laed.startswith("my.toml, line 1: laed: unknown key")


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    text = SHIPPED.replace('lead = "0 days"', 'lead = "x"').replace("last_month = 12", "last_month = 0")
    text = text.replace('oss = "10 years"', 'oss = "1 year"') + "\n[categories.fiscal_documents.more]\n"
    found = problems(text)
    lines = [int(re.findall(r"line (\d+)", problem)[0]) for problem in found]
    assert len(found) == 4
    assert lines == sorted(lines)
    for line, key in zip(lines, ("lead", "last_month", "oss", "more"), strict=True):
        assert key in text.splitlines()[line - 1]


@pytest.mark.parametrize("key", ["starts", "period", "hold"])
def test_a_category_has_exactly_one_rule(key: str) -> None:
    block = re.search(r"\[categories\.registration\].*?\n\n", SHIPPED, re.DOTALL)
    assert block
    without = re.sub(rf"^{key} = .*\n", "", block[0], flags=re.MULTILINE)
    found = problems(SHIPPED.replace(block[0], without))
    assert [f"categories.registration.{key}: missing" in problem for problem in found] == [True]


def test_a_category_of_ones_own_is_welcome() -> None:
    own = '\n[categories.correspondence]\nstarts = "relationship_end"\nperiod = "2 weeks"\nhold = "none"\n'
    assert str(parse_schedule(SHIPPED + own, "x").categories["correspondence"].period) == "2 weeks"


@pytest.mark.parametrize(
    "line",
    [
        'hold = "none"',
        'starts = "relationship_end"',
        'period = "4 weeks"',
        'period_after_withdrawal = "1 day"',
    ],
)
def test_documents_follow_the_law_and_no_period_of_their_own(line: str) -> None:
    before, rule = SHIPPED.split("[categories.fiscal_documents]\n")
    if line.startswith("hold"):
        rule = re.sub(r"^hold = .*\n", "", rule, flags=re.MULTILINE)
    found = problems(f"{before}[categories.fiscal_documents]\n{line}\n{rule}")
    assert ["documents have hold = " in problem for problem in found] == [True]


@pytest.mark.parametrize("name", ["ledger", "tombstones", "reports", "backups", "logs"])
def test_how_long_our_own_is_kept_is_what_the_file_says(name: str) -> None:
    said = "3 years" if name == "ledger" else "9 days"
    text = re.sub(rf'^{name} = "[^"]*"', f'{name} = "{said}"', SHIPPED, count=1, flags=re.MULTILINE)
    assert str(getattr(parse_schedule(text, "x").own, name)) == said


def test_a_fiscal_hold_cannot_start_elsewhere() -> None:
    block = SHIPPED.replace('starts = "relationship_end"', 'starts = "recorded_end"', 1)
    assert any('with hold = "fiscal" it must be "relationship_end"' in problem for problem in problems(block))


def test_below_the_floor_only_with_a_reason_that_every_report_shows() -> None:
    text = changed(
        'general = "7 years"', 'general = "5 years"\nbelow_floor_because = "agreed with the tax office"'
    )
    (warning,) = parse_schedule(text, "my.toml").warnings
    assert re.fullmatch(
        r"my\.toml, line \d+: fiscal\.general: 5 years is below the legal floor of 7 years, "
        r"because: agreed with the tax office",
        str(warning),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'general = "7 years"',
            'general = "8 years"',
            "fiscal.general: 8 years is longer than the law asks (7 years)",
        ),
        (
            'period_after_withdrawal = "4 weeks"',
            'period_after_withdrawal = "1 month"',
            "1 month is longer than the promised 4 weeks",
        ),
        (
            'backups = "30 days"',
            'backups = "91 days"',
            "own.backups: a backup still holds who was erased: 91 days is longer than 90 days",
        ),
        (
            "last_month = 12",
            'years = [["2024-01-01", "2024-12-31"], ["2025-01-02", "2025-12-31"]]',
            "no year between 2024-12-31 and 2025-01-02",
        ),
    ],
)
def test_longer_than_needed_is_a_warning(old: str, new: str, expected: str) -> None:
    assert any(expected in str(warning) for warning in parse_schedule(changed(old, new), "my.toml").warnings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('backups = "30 days"', 'backups = "90 days"'),
        ("last_month = 12", "last_month = 1"),
        ('period_after_withdrawal = "4 weeks"', 'period_after_withdrawal = "28 days"'),
        (
            "last_month = 12",
            'years = [["2024-01-01", "2024-12-31"], ["2025-01-01", "2025-12-31"]]',
        ),
    ],
)
def test_what_is_just_allowed_is_no_warning(old: str, new: str) -> None:
    assert parse_schedule(changed(old, new), "my.toml").warnings == ()


def test_warnings_come_in_the_order_of_the_file() -> None:
    text = SHIPPED
    for old, new in (
        ("last_month = 12", 'years = [["2024-01-01", "2024-12-31"], ["2025-01-02", "2025-12-31"]]'),
        ('general = "7 years"', 'general = "8 years"'),
        ('oss = "10 years"', 'oss = "11 years"'),
        ('backups = "30 days"', 'backups = "91 days"'),
        ('period_after_withdrawal = "4 weeks"', 'period_after_withdrawal = "1 month"'),
    ):
        text = text.replace(old, new)
    warnings = parse_schedule(text, "my.toml").warnings
    lines = [int(re.findall(r"line (\d+)", str(one))[0]) for one in warnings]
    assert len(lines) == 5
    assert lines == sorted(lines)


def test_a_table_on_one_line_is_warned_about_too() -> None:
    rest = re.sub(r"\[fiscal\].*?(?=\n\[)", "", SHIPPED, flags=re.DOTALL)
    text = 'fiscal = { oss = "11 years", general = "8 years", own_property = "9 years" }\n' + rest
    assert [str(one) for one in parse_schedule(text, "my.toml").warnings] == [
        "my.toml: fiscal.general: 8 years is longer than the law asks (7 years)",
        "my.toml: fiscal.oss: 11 years is longer than the law asks (10 years)",
    ]


def test_without_financial_years_it_is_the_calendar_year_that_counts() -> None:
    assert parse_schedule(changed("last_month = 12", ""), "x").financial_years == FinancialYears()
    without = SHIPPED.replace("[financial_years]", "").replace("last_month = 12", "")
    assert parse_schedule(without, "x").financial_years == FinancialYears()


def test_a_schedule_carries_its_text_so_that_it_can_be_kept() -> None:
    assert SCHEDULE.source == SHIPPED
    assert SHIPPED[:20] not in repr(SCHEDULE)


def test_financial_years_may_be_written_as_dates_in_any_order() -> None:
    text = changed("last_month = 12", "years = [[2026-01-01, 2026-12-31], ['2025-01-01', '2025-12-31']]")
    years = parse_schedule(text, "x").financial_years.listed
    assert years == (
        FinancialYear(day("2025-01-01"), day("2025-12-31")),
        FinancialYear(day("2026-01-01"), day("2026-12-31")),
    )


@pytest.mark.parametrize("day_", ["2026-01-01T00:00:00", "5", "'20260101'", "'2026-02-30'"])
def test_what_is_no_day_bounds_no_financial_year(day_: str) -> None:
    (found,) = problems(changed("last_month = 12", f"years = [[{day_}, 2026-12-31]]"))
    assert "is not a day such as 2026-12-31" in found


def test_a_financial_year_may_be_one_day_and_not_less() -> None:
    text = changed("last_month = 12", "years = [[2026-01-01, 2026-01-01]]")
    assert parse_schedule(text, "x").financial_years.listed == (
        FinancialYear(day("2026-01-01"), day("2026-01-01")),
    )
    (found,) = problems(text.replace("[[2026-01-01", "[[2026-01-02"))
    assert "ends before it begins" in found


# --- periods and years --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("4 weeks", "2026-10-25", "2026-11-22"),
        ("28 days", "2028-02-01", "2028-02-29"),
        ("0 days", "2026-10-25", "2026-10-25"),
        ("1 month", "2027-01-31", "2027-02-28"),
        ("2 years", "2028-02-29", "2030-02-28"),  # an anniversary that is missing: the last day of its month
        ("4 years", "2024-02-29", "2028-02-29"),
        ("13 months", "2026-12-31", "2028-01-31"),
        ("1 year", "9998-06-01", "9999-06-01"),
        ("9999 years", "2026-12-31", "9999-12-31"),
        ("9999 days", "9999-12-31", "9999-12-31"),
    ],
)
def test_a_period_counts_from_the_day_after_its_event(period: str, start: str, end: str) -> None:
    assert parse_period(period).after(day(start)) == day(end)


@pytest.mark.parametrize(
    "text",
    ["", "4", "weeks", "4weeks", "-4 weeks", "4.5 weeks", "4 weekss", " 4 weeks", "4 Weeks", "12345 days"],
)
def test_other_texts_are_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="a period is a number and a unit"):
        parse_period(text)


@given(st.integers(0, 9999), st.sampled_from(Unit))
def test_a_period_is_written_as_it_is_read(count: int, unit: Unit) -> None:
    assert parse_period(str(Period(count, unit))) == Period(count, unit)


@given(DAYS, st.integers(1, 12))
def test_financial_years_by_month_agree_with_walking(on: date, month: int) -> None:
    year = FinancialYears(month).containing(on)
    assert year
    assert (year.end.year, year.end.month, year.end.day) == last_of_financial_year(
        (on.year, on.month, on.day), month
    )
    before = FinancialYears(month).containing(year.start - timedelta(1))
    assert before
    assert before.end == year.start - timedelta(1)


@given(DAYS, st.integers(1, 10))
def test_the_end_of_years_agrees_with_walking(start: date, years: int) -> None:
    end = last_day_of_years(start, years)
    assert end
    assert (end.year, end.month, end.day) == last_of_years((start.year, start.month, start.day), years)


@given(DAYS, st.integers(0, 800))
def test_days_agree_with_walking(start: date, days: int) -> None:
    end = Period(days, Unit.DAY).after(start)
    assert (end.year, end.month, end.day) == walk((start.year, start.month, start.day), days)


def test_the_financial_year_is_the_calendar_year_unless_said() -> None:
    assert FinancialYears().containing(day("2026-05-05")) == (day("2026-01-01"), day("2026-12-31"))


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2025-03-01", 7, "2032-02-29"),
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 4, "2028-02-28"),
        ("2028-02-29", 7, "2035-02-28"),
        ("2024-02-28", 1, "2025-02-27"),
        ("2024-01-29", 1, "2025-01-28"),
        ("2026-01-01", 7, "2032-12-31"),
    ],
)
def test_years_end_on_the_day_before_the_one_they_began_on(start: str, years: int, end: str) -> None:
    assert last_day_of_years(day(start), years) == day(end)


def test_a_year_ends_on_31_december_while_there_is_a_calendar() -> None:
    assert last_day_of_year(2026) == date(2026, 12, 31)
    assert last_day_of_year(9999) == date(9999, 12, 31)
    assert last_day_of_year(10_000) is None


def test_a_moment_has_the_date_of_the_zone_or_the_one_that_is_written_where_there_is_none() -> None:
    amsterdam, new_york = ZoneInfo("Europe/Amsterdam"), ZoneInfo("America/New_York")
    assert calendar_date(date(2026, 7, 1), amsterdam) == date(2026, 7, 1)
    assert calendar_date(datetime(2026, 6, 30, 22, 0, tzinfo=UTC), amsterdam) == date(2026, 7, 1)
    assert calendar_date(datetime(2026, 6, 30, 21, 59, tzinfo=UTC), amsterdam) == date(2026, 6, 30)
    assert calendar_date(datetime(9999, 12, 31, 23, 30, tzinfo=UTC), amsterdam) == date(9999, 12, 31)
    assert calendar_date(datetime(1, 1, 1, 0, 30, tzinfo=UTC), new_york) == date(1, 1, 1)


def test_a_listed_year_holds_its_own_days_and_no_others() -> None:
    listed = tuple(
        FinancialYear(day(start), day(end))
        for start, end in (("2025-01-01", "2025-06-30"), ("2025-07-01", "2026-12-31"))
    )
    years = FinancialYears(listed=listed)
    for first, last in listed:
        assert years.containing(first) == years.containing(last) == (first, last)
    assert years.containing(day("2024-12-31")) is None
    assert years.containing(day("2027-01-01")) is None


def test_financial_years_at_the_edges_of_the_calendar() -> None:
    june = FinancialYears(6)
    assert june.containing(date(1, 1, 1)) == (date(1, 1, 1), date(1, 6, 30))
    assert june.containing(date(2, 6, 30)) == (date(1, 7, 1), date(2, 6, 30))
    assert june.containing(date(9999, 6, 30)) == (date(9998, 7, 1), date(9999, 6, 30))
    assert june.containing(date(9999, 7, 1)) is None, "it would end beyond"
    assert june.containing(date(9998, 12, 31)) == (date(9998, 7, 1), date(9999, 6, 30))


def test_days_stay_within_the_calendar() -> None:
    assert plus_days(date(1, 1, 1), -1) == date(1, 1, 1)
    assert plus_days(date(1, 1, 2), -1) == date(1, 1, 1)
    assert plus_days(date(9999, 12, 30), 1) == date(9999, 12, 31)
    assert plus_days(date(9999, 12, 31), 1) == date(9999, 12, 31)


def test_years_that_end_with_the_calendar() -> None:
    assert last_day_of_years(date(9992, 3, 1), 7) == date(9999, 2, 28)
    assert last_day_of_years(date(9993, 1, 1), 7) is None


@pytest.mark.parametrize(
    ("text", "days"), [("5 days", 5), ("3 weeks", 21), ("2 months", 62), ("2 years", 732)]
)
def test_the_most_days_that_a_period_can_take(text: str, days: int) -> None:
    assert parse_period(text).longest_days == days


def test_a_schedule_without_categories_still_keeps_the_promise() -> None:
    assert [str(period) for period in replace(SCHEDULE, categories={}).promises] == ["4 weeks"]


def test_a_schedule_that_is_wrong_everywhere_says_each_thing_once_with_its_line() -> None:
    text = SHIPPED
    for old, new in (
        ('version = "2026-11-22"', "version = 5"),
        ('time_zone = "Europe/Amsterdam"', "time_zone = 7"),
        ('lead = "0 days"', "lead = 0"),
        ("unaccepted_quotes_fiscal = false", "unaccepted_quotes_fiscal = 0\nfoo = 1"),
        ("last_month = 12", 'last_month = "June"\nyears = [["2026-W01-1", "2026-12-31"], ["20260101", "x"]]'),
        ('general = "7 years"', 'general = "5 years"'),
        ('ledger = "7 years"', 'ledger = "30 days"'),
        ('reports = "4 weeks"', 'reports = "0 days"'),
        ('starts = "recorded_end"', 'starts = ["x"]'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    text += '\n[categories."Bad Name"]\nstarts = "relationship_end"\nperiod = "4 weeks"\nhold = "none"\n'
    found = [re.fullmatch(r"my\.toml, line (\d+): ([^:]+): (.+)", one) for one in problems(text)]
    keys = [one[2] for one in found if one]
    assert keys == [
        "version", "time_zone", "lead", "unaccepted_quotes_fiscal", "foo", "financial_years.last_month",
        "financial_years.years", "financial_years.years", "fiscal.general", "own.ledger", "own.reports",
        "categories.credentials.starts", "categories.Bad Name",
    ]  # fmt: skip
    for one in found:
        assert one, "each names its line"
        assert one[2].split(".")[-1] in text.splitlines()[int(one[1]) - 1]
