"""Retention: the schedule as values, holds, and decisions. Pure: no I/O, no clock, no randomness."""

from syncd.retention.case_files import CaseError
from syncd.retention.cases import CaseResult, run_cases
from syncd.retention.disposition import dispositions
from syncd.retention.engine import (
    DISPOSE_DOCUMENTS,
    DROP_DRAFTS,
    FLAGGED,
    KEEP_NEWSLETTER,
    decide,
)
from syncd.retention.facts import Facts, Statement, fields_digest, gather
from syncd.retention.follow import follow, followed_of
from syncd.retention.holds import DocumentDue, documents_due
from syncd.retention.overruling import ACCEPTABLE
from syncd.retention.parse import ScheduleError, parse_schedule
from syncd.retention.periods import FinancialYear, FinancialYears, Period, Unit, parse_period
from syncd.retention.reasons import in_words
from syncd.retention.schedule import (
    Category,
    FiscalPeriods,
    Hold,
    PolicyRow,
    Schedule,
    StartingPoint,
    describe,
)
from syncd.retention.winding_up import dated_after

__all__ = [
    "ACCEPTABLE",
    "DISPOSE_DOCUMENTS",
    "DROP_DRAFTS",
    "FLAGGED",
    "KEEP_NEWSLETTER",
    "CaseError",
    "CaseResult",
    "Category",
    "DocumentDue",
    "Facts",
    "FinancialYear",
    "FinancialYears",
    "FiscalPeriods",
    "Hold",
    "Period",
    "PolicyRow",
    "Schedule",
    "ScheduleError",
    "StartingPoint",
    "Statement",
    "Unit",
    "dated_after",
    "decide",
    "describe",
    "dispositions",
    "documents_due",
    "fields_digest",
    "follow",
    "followed_of",
    "gather",
    "in_words",
    "parse_period",
    "parse_schedule",
    "run_cases",
]
