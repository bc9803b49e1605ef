"""What a connector raises beside the five errors is a fault of that connector, and stays its own.

One account's surprise must not end the run of the others, and its message must not be shown: an exception that
nobody foresaw can carry the value it stumbled over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from syncd.contract import ConnectorError, Uncertain, Unusable
from syncd.index.seal import KeyFaultError
from syncd.index.store import IndexFaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from syncd.contract import Capability, Connector, Cursor, Finding, Page
    from syncd.model import Order, Presence, Receipt, RecordRef

FAULT = "connector_fault"
"""Code of an error that a connector should not have raised."""

_OURS = (ConnectorError, IndexFaultError, KeyFaultError)
"""What passes as it is: the five, and a fault of the index, in which the budget counts requests."""

T = TypeVar("T")


class Guarded:
    """A connector of which only the five errors come out.

    Anything else becomes `Unusable`, and `Uncertain` where a write may have left; its text names the type of the
    exception and the place in the connector's code, never the message.
    """

    def __init__(self, connector: Connector, account: str) -> None:
        self._connector = connector
        self._account = account

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What can be done to which kind of record, and what stays behind."""
        return self._connector.capabilities

    def check(self) -> Iterator[Finding]:
        """Look at credentials, rights and limits."""
        return self._each(self._connector.check)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """Read everything, or what changed since a cursor."""
        return self._each(lambda: self._connector.pull(since))

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one record now."""
        return self._tried(lambda: self._connector.probe(ref, documents=documents))

    def dispose(self, order: Order) -> Receipt:
        """Carry out one order with at most one write. A fault on the way leaves open whether it was sent."""
        return self._tried(lambda: self._connector.dispose(order), raises=Uncertain)

    def discover(self, look: Callable[[Connector], T]) -> T:
        """Let a plugin look around with the connector itself."""
        return self._tried(lambda: look(self._connector))

    def _tried(self, act: Callable[[], T], raises: type[Unusable | Uncertain] = Unusable) -> T:
        return guard(self._account, self._connector, act, raises=raises)

    def _each(self, begin: Callable[[], Iterable[T]]) -> Iterator[T]:
        steps = self._tried(lambda: iter(begin()))
        while (step := self._tried(lambda: next(steps, _END))) is not _END:
            yield cast("T", step)


_END = object()


def guard(
    account: str, whose: object, act: Callable[[], T], *, raises: type[Unusable | Uncertain] = Unusable
) -> T:
    """Do something in `whose` code for an account, and turn what nobody foresaw into an error about it."""
    try:
        return act()
    except _OURS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the other accounts go on
        problem = raises(
            FAULT,
            f"account {account}: the connector stopped with {type(error).__name__} at {_place(error, whose)}: "
            "a fault in the connector, to be reported to its author with this line",
        )
    # Raised out here, so that the exception and its message are not carried along.
    raise problem


def _place(error: Exception, whose: object) -> str:
    """Give the innermost line of the connector's own package, or of anything where none is its own."""
    package = _module(whose).partition(".")[0]
    inmost = own = ""
    step = error.__traceback__
    while step is not None:
        module = str(step.tb_frame.f_globals.get("__name__", "?"))
        inmost = f"{module}:{step.tb_lineno}"
        if module.partition(".")[0] == package:
            own = inmost
        step = step.tb_next
    return own or inmost


def _module(whose: object) -> str:
    return str(getattr(whose, "__module__", ""))
