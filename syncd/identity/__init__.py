"""Identity: who a record is about. Pure: no I/O, no clock, no randomness.

`resolve` groups records into subjects on strong evidence, proposes what is only likely, and names the
identifiers that unlinked subjects share. Nothing here keeps or prints a value.
"""

from syncd.identity.companies import bears_legal_form
from syncd.identity.facts import unreadable
from syncd.identity.keys import blocking_keys, strong_keys
from syncd.identity.normalising import normalise
from syncd.identity.proposing import FROM_SCORE
from syncd.identity.resolving import resolve
from syncd.identity.results import Answer, Contest, Group, Link, Proposal, Resolution

__all__ = [
    "FROM_SCORE",
    "Answer",
    "Contest",
    "Group",
    "Link",
    "Proposal",
    "Resolution",
    "bears_legal_form",
    "blocking_keys",
    "normalise",
    "resolve",
    "strong_keys",
    "unreadable",
]
