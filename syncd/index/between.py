"""The tables of what is between subjects: who belongs to whom, who may be whom, and what is common to whom."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, MetaData, String, Table, Text

metadata = MetaData()
"""Of all tables of the index: those here and those in `syncd.index.tables`."""

belongs = Table(
    "belongs",
    metadata,
    Column("subject", Integer, primary_key=True),
    Column("organisation", Integer, primary_key=True),
)
Index("belongs_by_organisation", belongs.c.organisation)

contests = Table(
    "contests",
    metadata,
    Column("contest", Integer, primary_key=True),
    Column("subject", Integer, primary_key=True),
)
Index("contests_by_subject", contests.c.subject)
"""Subjects that may be one: all with the same number of a contest share an identifier."""

proposals = Table(
    "proposals",
    metadata,
    Column("a", String(255), primary_key=True),
    Column("b", String(255), primary_key=True),
    Column("one", Integer, nullable=False),
    Column("other", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("place_one", Integer, nullable=False, default=0),
    Column("place_other", Integer, nullable=False, default=0),
)
Index("proposals_by_one", proposals.c.one)
Index("proposals_by_other", proposals.c.other)
"""Records `a` and `b` of the subjects `one` and `other` that are likely to be the same; a person may say so.

`place_one` is how many likelier ones `one` has, `place_other` how many `other` has: the first few are asked."""

carriers = Table(
    "carriers",
    metadata,
    Column("digest", BigInteger, primary_key=True, autoincrement=False),
    Column("record", Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""Which records have an identifier, a resemblance or an organisation: `digest` is a keyed digest of 64 bits of it,
`record` the number of the record. It finds candidates; what is compared is read from the records themselves."""

shared_by_many = Table(
    "shared_by_many", metadata, Column("digest", BigInteger, primary_key=True, autoincrement=False)
)
"""Identifiers, as in `carriers`, that so many share that they say nothing."""
