"""Identity: who a record is about. Pure: no I/O, no clock, no randomness.

`resolve` groups records into subjects on strong evidence, proposes what is only likely, and names the
identifiers that unlinked subjects share. Nothing here keeps or prints a value.
"""

from syncd.identity.comparing import plainly_two
from syncd.identity.facts import STRONG, Facts, read, unreadable
from syncd.identity.keys import strong_keys
from syncd.identity.kinds import (
    names_by_given_name,
    names_organisation,
    names_person,
    names_site,
    names_trade,
)
from syncd.identity.normalising import normalise
from syncd.identity.partial import resolve_part
from syncd.identity.proposing import FROM_SCORE, PER_GROUP, likeliest
from syncd.identity.resolving import resolve
from syncd.identity.results import Answer, Contest, Group, Link, Part, Proposal, Resolution
from syncd.identity.surroundings import Keys, Naming, Surroundings, keys_of, member_key

__all__ = [
    "FROM_SCORE",
    "PER_GROUP",
    "STRONG",
    "Answer",
    "Contest",
    "Facts",
    "Group",
    "Keys",
    "Link",
    "Naming",
    "Part",
    "Proposal",
    "Resolution",
    "Surroundings",
    "keys_of",
    "likeliest",
    "member_key",
    "names_by_given_name",
    "names_organisation",
    "names_person",
    "names_site",
    "names_trade",
    "normalise",
    "plainly_two",
    "read",
    "resolve",
    "resolve_part",
    "strong_keys",
    "unreadable",
]
