"""The tables of the local index, in portable SQL.

Dates are calendar dates, timestamps are ISO 8601 text in UTC. `ref` columns hold `RecordRef` as
`account|kind|within|key`. Personal data is only in the columns called `sealed` (authenticated encryption) and,
as keyed digests, in `tombstones` and in approvals.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from syncd.index.between import metadata

OPEN_STATES = ("scheduled", "approved", "sent", "accepted", "uncertain", "short", "refused")
"""States in which an order still stands for its record, action and categories."""

meta = Table(
    "meta", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False)
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("connector", String(40), nullable=False),
    Column("identity", String(80), nullable=False, default=""),
    Column("cursor", LargeBinary),
    Column("resume", LargeBinary),
    Column("last_run", String(40)),
    Column("last_complete", String(40)),
    Column("contacts", Integer, nullable=False, default=0),
    Column("documents", Integer, nullable=False, default=0),
)

budgets = Table(
    "budgets",
    metadata,
    Column("account", String(40), primary_key=True),
    Column("boot", String(40), nullable=False),
    Column("counter", Float, nullable=False),
    Column("at", String(40), nullable=False),
    Column("spending", Text, nullable=False),
)
"""Requests spent per account, and under a name of its own (`budgets.COSTLY`) those of a tighter limit.
`counter` is the host's clock that never jumps, good within one `boot`."""

records = Table(
    "records",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("ref", String(255), nullable=False, unique=True),
    Column("account", String(32), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("key", String(120), nullable=False),
    Column("within", String(120), nullable=False),
    Column("parent", String(255)),
    Column("version", String(80), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("categories", Text, nullable=False),
    Column("restricted", Boolean, nullable=False, default=False),
    Column("doubts", Text, nullable=False, default="[]"),
    Column("sealed", LargeBinary),
    Column("member_of", Text, nullable=False, default="[]"),
    Column("state", String(12), nullable=False, default="present"),  # present, vanished, erased
    Column("minimised", Boolean, nullable=False, default=False),
    Column("subject", Integer, ForeignKey("subjects.id")),
    Column("first_seen", String(40), nullable=False),
    Column("seen_in", String(40), nullable=False),
    Column("content", LargeBinary(16)),
    Column("changed", Boolean, nullable=False, default=True),
    Column("found_by", LargeBinary(65_535)),
)
"""`seen_in` names the pull that last saw the record for sure: no later than a place from which an interrupted pull
goes on, or in a pull that came to its end. It is empty for one that is new, or back, and was seen after the last
such place only: the connector's cursor does not know it, so nobody else would notice that it went again.

`content` is the keyed digest of all that a page said of the record, its version aside: a page that says the
same again only moves `seen_in` and `version`. Without one, the next page is written whatever it says.

`member_of` names the organisations that a person belongs to. It is not sealed, for it outlives the record: who
belonged to an organisation that ended does not become a stranger by our own erasure.

`changed` says that the record, its events, its state or a document of it is other than when it was last
resolved: new, edited, back again, vanished, erased, minimised, restricted, or a document came, changed or went.
Whoever resolves it takes the mark away (`syncd.index.records.mark_resolved`).

`found_by` are its rows in `carriers` (`syncd.index.keying`), where its name is `number`: how it was found when it
was last resolved."""
Index("records_by_subject", records.c.subject)
# Both as long as this, or SQLite reads all records of an account to find the few that were not seen for sure.
Index("records_by_account", records.c.account, records.c.state, records.c.parent)
Index("records_by_parent", records.c.parent)
Index(
    "records_not_surely_seen",
    records.c.account,
    records.c.state,
    records.c.parent,
    sqlite_where=records.c.seen_in == "",
    postgresql_where=records.c.seen_in == "",
)
Index(
    "records_changed",
    records.c.changed,
    sqlite_where=records.c.changed,
    postgresql_where=records.c.changed,
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ref", String(255), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("on", String(40)),
    Column("role", String(16)),
    Column("origin", String(120), nullable=False),
    Column("not_later", Boolean, nullable=False, default=False),
)
Index("events_by_ref", events.c.ref)

documents = Table(
    "documents",
    metadata,
    Column("ref", String(255), primary_key=True),
    Column("account", String(32), nullable=False),
    Column("of", String(255), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("facts", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("version", String(80), nullable=False),
    Column("gone", Boolean, nullable=False, default=False),
    Column("seen_in", String(40), nullable=False),
    Column("content", LargeBinary(16)),
)
"""`seen_in` and `content` are as those of `records`; a document that came, changed or went marks the record it is
`of`."""
Index("documents_by_record", documents.c.of)
Index(
    "documents_not_surely_seen",
    documents.c.account,
    sqlite_where=documents.c.seen_in == "",
    postgresql_where=documents.c.seen_in == "",
)

subjects = Table(
    "subjects",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("first_seen", String(40), nullable=False),
    Column("present", Boolean, nullable=False, default=False),
    Column("dirty", Boolean, nullable=False, default=True),
    Column("decision", Text),
    Column("verdict", String(12)),
    Column("flagged", Boolean, nullable=False, default=False),
    Column("held", Boolean, nullable=False, default=False),
    Column("asked", Boolean, nullable=False, default=False),
    Column("living", Boolean, nullable=False, default=True),
    Column("reimported", Boolean, nullable=False, default=False),
    Column("erase_on", Date),
    Column("hold_until", String(10)),
    Column("wakes_on", Date),
    Column("waiting", Text),
    Column("digest", String(64)),
)
Index("subjects_dirty", subjects.c.dirty, sqlite_where=text("dirty"), postgresql_where=text("dirty"))
Index("subjects_by_waking", subjects.c.wakes_on)
Index("subjects_standing", subjects.c.present, subjects.c.verdict, subjects.c.flagged, subjects.c.held)
"""What was decided of each subject, so that only what changed is decided again.

`dirty`: something behind the decision changed since. `wakes_on`: the day on which the decision, or what is asked
of a record, changes by itself. `present`: a record of it still exists. `living`: has not ended as far as anybody
knows, which is what subjects that may be the same one look at. `asked`: something of a record is to go, or held.
`reimported`: a record of it came after an
erasure. `waiting` is what no order can take away. `digest` is that of the last decision in the ledger."""

links = Table(
    "links",
    metadata,
    Column("a", String(255), primary_key=True),
    Column("b", String(255), primary_key=True),
    Column("evidence", Text, nullable=False),
)
Index("links_by_b", links.c.b)

answers = Table(
    "answers",
    metadata,
    Column("a", String(255), primary_key=True),
    Column("b", String(255), primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("by", LargeBinary),
    Column("at", String(40), nullable=False),
)

statements = Table(
    "statements",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", Integer, ForeignKey("subjects.id"), nullable=False),
    Column(
        "kind", String(24), nullable=False
    ),  # ended, resumed, suspended, released; accepted, kept, taken_back
    Column("role", String(16)),
    Column("on", Date),
    Column("fields", String(64), nullable=False, default=""),
    Column("reason", String(40), nullable=False, default=""),
    Column("review_on", Date),  # when a stop is to be looked at again
    Column("by", LargeBinary),
    Column("at", String(40), nullable=False),
)
Index("statements_by_subject", statements.c.subject)

orders = Table(
    "orders",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("subject", Integer, nullable=False),
    Column("ref", String(255), nullable=False),
    Column("account", String(32), nullable=False),
    Column("parent", String(255)),
    Column("action", String(12), nullable=False),
    Column("categories", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("erase_on", Date, nullable=False),
    Column("version", String(80), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("basis", Text, nullable=False),
    Column("born_on", Date, nullable=False),
    Column("late", Boolean, nullable=False, default=False),
    Column("approved_by", LargeBinary),
    Column("approved_on", Date),
    Column("approval", String(8)),  # single, bulk or paper
    # Keyed digests of what identified the record when the order was made, or approved since.
    Column("approved_as", Text),
    Column("rejected_until", Date),
    Column("tries", Integer, nullable=False, default=0),
    Column("sent_at", String(40)),
    Column("receipt", Text),
    Column("residue", Text, nullable=False, default="[]"),
    Column("code", String(60), nullable=False, default=""),
    Column("changed_at", String(40), nullable=False),
    Column(
        "look_again_on", Date
    ),  # when a verified erasure is looked at next; none when it was for the last time
)
Index(
    "one_open_order",
    orders.c.ref,
    orders.c.action,
    orders.c.categories,
    unique=True,
    sqlite_where=text(f"state IN {OPEN_STATES!r}"),
    postgresql_where=text(f"state IN {OPEN_STATES!r}"),
)
Index("orders_by_state", orders.c.state)
Index("orders_by_subject", orders.c.subject)
Index("orders_by_record", orders.c.ref)
Index("orders_by_parent", orders.c.parent)

brakes = Table(
    "brakes",
    metadata,
    Column("account", String(32), primary_key=True),
    Column("what", String(12), primary_key=True),  # writes or absences
    Column("allowed", Integer, nullable=False),
    Column("by", LargeBinary),
    Column("at", String(40), nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("order_id", String(20), primary_key=True),
    Column("what", String(12), nullable=False),  # reference or identifier
    Column("rule", String(60), nullable=False),
    Column("subject", Integer, nullable=False),
    Column("account", String(32), nullable=False),
    Column("residue", Text, nullable=False),
    Column("at", String(40), nullable=False),
)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", Integer, nullable=False),
    Column("on", Date, nullable=False),
    Column("schedule", String(64), nullable=False),
    Column("facts", Text, nullable=False),
    Column("decision", Text, nullable=False),
)
"""Decisions as they were made, with the facts behind them: kinds, dates, roles, references."""
Index("history_by_subject", history.c.subject, history.c.on)

schedules = Table(
    "schedules",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("version", String(60), nullable=False),
    Column("text", Text, nullable=False),
    Column("first_used", Date, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("segment", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("hash"),
)

named_reports = Table(
    "named_reports",
    metadata,
    Column("path", String(500), primary_key=True),
    Column("expires_on", Date, nullable=False),
)
"""Files with names that `syncd report` wrote: where, and the last day on which they may be there."""

runs = Table(
    "runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("started", String(40), nullable=False),
    Column("finished", String(40)),
    Column("as_of", Date, nullable=False),
    Column("mode", String(12), nullable=False),
    Column("summary", Text),
)
