"""The one HTTP layer: a total deadline per call, a request budget per account, retries on reads only.

TLS is always verified, plain HTTP is for loopback only, redirects are never followed. A write is sent once:
what happened to it is either surely nothing (`Transient`), an answer, or unknown (`Uncertain`).
"""

from syncd.http.answer import Answer
from syncd.http.budget import LONGEST_WAIT, Budget
from syncd.http.client import LARGEST_BODY, READ_ATTEMPTS, TRANSIENT_STATUSES, Http, require_safe_url
from syncd.http.halt import HALTED, Halt
from syncd.http.spending import BudgetStore, Spending

__all__ = [
    "HALTED",
    "LARGEST_BODY",
    "LONGEST_WAIT",
    "READ_ATTEMPTS",
    "TRANSIENT_STATUSES",
    "Answer",
    "Budget",
    "BudgetStore",
    "Halt",
    "Http",
    "Spending",
    "require_safe_url",
]
