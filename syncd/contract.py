"""What a connector is: a plugin, four methods, a set of capabilities and five errors.

The engine knows connectors only through this module. A connector imports `contract`, `model`, `http` and, for
its sandbox, `testing`; never another connector and nothing else of syncd.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from syncd.http import Http
    from syncd.model import Action, DataCategory, Document, Order, Presence, Receipt, Record, RecordRef

CONTRACT_VERSION = 1


# --- errors: each says what the engine does next ------------------------------------------------------------


class ConnectorError(Exception):
    """Root of the five. Its text is for an operator: no personal data, and it says where and what to do.

    `code` is stable and goes to logs, reports and the ledger.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Transient(ConnectorError):
    """Surely nothing happened; try later. `retry_after` is seconds from now when the vendor said so."""

    def __init__(self, code: str, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(code, text)
        self.retry_after = retry_after


class Stale(ConnectorError):
    """The record changed since the decision: pull and decide again."""


class Refused(ConnectorError):
    """The order will never be accepted as it is: block it and show a person."""


class Uncertain(ConnectorError):
    """The write was sent and its fate is unknown: look before anything else, never repeat blindly.

    `evidence` is what the connector took down before the write, codes and counts only, as on a `Receipt`: a
    write that was done all the same destroyed what it came from.
    """

    def __init__(self, code: str, text: str, *, evidence: Mapping[str, str] | None = None) -> None:
        super().__init__(code, text)
        self.evidence = dict(evidence or {})


class Unusable(ConnectorError):
    """Credentials, scope or protocol: stop this account for this run."""


# --- capabilities -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Residue:
    """What stays at the vendor after an action. `days` is how long, None when the vendor does not say."""

    code: str
    text: str
    days: int | None = None


@dataclass(frozen=True)
class Capability:
    """An action by effect on one kind of record.

    `categories` are those that the action can take away. `erase` takes the whole record, so it is possible
    only when every category on the record is due. `exclusive_of_documents` says that the vendor keeps the
    record while documents refer to it.
    """

    kind: str
    action: Action
    categories: frozenset[DataCategory]
    reversible: bool = False
    exclusive_of_documents: bool = False
    residue: tuple[Residue, ...] = ()


@dataclass(frozen=True)
class CategoryFields:
    """In which of the vendor's fields one kind of record holds a data category.

    `kind` is a kind of record, or of document for `FISCAL_DOCUMENTS`. `fields` are the vendor's own names, also of
    fields that the connector does not read; a name that ends in `*` is every other field. They are shown to people,
    and nothing is decided by them.
    """

    kind: str
    category: DataCategory
    fields: tuple[str, ...]


# --- pulling ------------------------------------------------------------------------------------------------

Cursor = str
"""Opaque to the engine: what a connector wants back to read only what changed."""


@dataclass(frozen=True)
class Problem:
    """Something on a page that could not be read: a code, how often, and the remedy. No values."""

    code: str
    text: str
    count: int = 1


@dataclass(frozen=True)
class Page:
    """A part of a pull.

    `full` says that this pull lists everything the account has, so that absence means something. `complete`
    is true on exactly the last page of a pull that missed nothing; a pull that ends without it proves no
    absence. `identity` is the vendor's own id of the account that answered.
    `problems` are records that could not be read: they make the pull incomplete.

    `cursor` on the last page is where the next pull begins. On an earlier page it is a place from which an
    interrupted pull can go on: a pull from it gives everything that this page and those before it did not,
    and says `full=False`. It is kept only while there were no problems.
    """

    records: tuple[Record, ...] = ()
    documents: tuple[Document, ...] = ()
    gone: tuple[RecordRef, ...] = ()
    cursor: Cursor | None = None
    full: bool = True
    complete: bool = False
    identity: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: `level` is ok, warning or error; `remedy` says what to do."""

    level: Literal["ok", "warning", "error"]
    code: str
    text: str
    remedy: str = ""


class Connector(Protocol):
    """A live connection to one account."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What can be done to which kind of record, and what stays behind."""
        ...

    def check(self) -> Iterable[Finding]:
        """Look at credentials, rights and limits; reads only."""
        ...

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """Read everything, or what changed since a cursor.

        Raises `Transient` or `Unusable`; pages given before that still count as read.
        """
        ...

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one record now, after proving that this account could see it.

        With `documents`, also read the documents that refer to the record. What hangs on the record and a pull
        need not have read is in `Presence.children`. Raises `Transient`, `Unusable`.
        """
        ...

    def dispose(self, order: Order) -> Receipt:
        """Carry out one order with at most one write.

        Undeclared action: `Refused`, no I/O. Effect already there: `ALREADY`, no write. Version differs from
        the order's: `Stale`, no write. Raises any of the five.
        """
        ...


# --- plugins ------------------------------------------------------------------------------------------------


_RATE = re.compile(r"[1-9][0-9]*/[1-9][0-9]*[smh]")


def _rate(text: str) -> str:
    if not _RATE.fullmatch(text):
        raise ValueError('write a count, a slash and a period in s, m or h, such as "150/5m"')
    return text


class AccountSettings(BaseModel):
    """Keys that every account takes. A connector's settings derive from this and add their own.

    An unknown key is an error that names it. Secrets are `SecretStr`. A key says what it is in its
    field's `description` where `syncd init` is to ask for it, else in the `title`; `syncd connectors NAME`
    prints both.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    connector: Annotated[str, Field(title="which connector speaks to it")]
    base_url: Annotated[str, Field(title="another address of the service")] = ""
    share: Annotated[float, Field(gt=0, le=1, title="how much of the vendor's request limit syncd takes")] = (
        0.8
    )
    rate: Annotated[
        Annotated[str, AfterValidator(_rate)] | None,
        Field(title='the vendor\'s limit where yours is another, such as "150/5m"'),
    ] = None
    brake: Annotated[
        Annotated[int, Field(ge=0)] | None,
        Field(title="the most writes in 24 hours before a person has to say go on"),
    ] = None


@dataclass(frozen=True)
class Rate:
    """A vendor's limit: so many requests in so many seconds."""

    requests: int
    seconds: float


SettingsT = TypeVar("SettingsT", bound=AccountSettings)


@dataclass(frozen=True)
class Plugin(Generic[SettingsT]):
    """What an entry point of the group `syncd.connectors` names.

    `connect(name, settings, http)` makes a connector for the account called `name`; `http` already keeps the
    account's request budget. `base_url(settings)` gives the address when the settings name none. `rate` is
    the vendor's documented limit, None when it has none; `costly` is a tighter one for its costly operations, which
    the connector asks for with `costly=True`. `sandbox(world, faults)` gives the simulated service
    as an ASGI application with the attributes of `syncd.testing.sandbox.Sandbox`; `sandbox_account(sandbox)`
    gives the settings of an account that signs in to it.

    `open_questions` are what no document of the vendor settles and a first live run should: one sentence
    each, printed by `syncd check`. `discover(connector)` looks around with a live connector and gives ready
    TOML for the account's table; None where there is nothing to discover.

    `fields(settings)` tells for each kind of record, and each data category that it can hold, in which of the
    vendor's fields that is, for `syncd policy coverage`. It asks the vendor nothing.

    `texts` names the package with what the reports of other languages than English say: a file such as `nl.toml`
    with the tables `kind` (record kinds), `residue` and `fault` (codes of `Residue` and of errors).
    """

    name: str
    settings: type[SettingsT]
    connect: Callable[[str, SettingsT, Http], Connector]
    base_url: Callable[[SettingsT], str]
    sandbox: Callable[..., Any]
    rate: Rate | None = None
    costly: Rate | None = None
    contract: int = CONTRACT_VERSION
    sandbox_account: Callable[[Any], dict[str, Any]] = lambda sandbox: dict(sandbox.credentials)
    open_questions: tuple[str, ...] = ()
    discover: Callable[[Any], str] | None = None
    fields: Callable[[SettingsT], Iterable[CategoryFields]] = lambda _: ()
    texts: str | None = None
