"""Connections on which nothing lasts longer than the call, and which remember how far the call came.

`requests` bounds each read, not the call: a vendor that sends one byte a second keeps a call alive for ever.
Here each look-up, connect, handshake, send and read gets only what is left of the call's deadline. And
whether a request was sent is a fact that the connection notes, not a guess from an exception's text.
"""

from __future__ import annotations

import io
import queue
import ssl
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, ProtocolError, SSLError
from urllib3.util.ssl_match_hostname import CertificateError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from urllib3.response import HTTPResponse


@dataclass
class Call:
    """One request under way: when it must have ended (on the monotonic clock), and how far it came."""

    ends: float
    sent: bool = False
    tls_failed: bool = False
    reached_end: bool = False  # the peer closed its side

    def left(self) -> float:
        """Give the seconds that are left; raises `TimeoutError` when none are."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("the call's deadline has passed")
        return seconds

    @property
    def is_late(self) -> bool:
        """Tell whether the deadline has passed."""
        return time.monotonic() >= self.ends


_current: ContextVar[Call] = ContextVar("call")


@contextmanager
def deadline(seconds: float) -> Iterator[Call]:
    """Make everything that a connection of this module does inside the block end within `seconds`."""
    call = Call(time.monotonic() + seconds)
    token = _current.set(call)
    try:
        yield call
    finally:
        _current.reset(token)


class _TimedFile(io.RawIOBase):
    """The reading side of a socket: each read waits for no longer than the call has left."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        call = _current.get()
        self._sock.settimeout(call.left())
        count = self._file.readinto(buffer)
        call.reached_end = count == 0
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


class _TimedSocket:
    """A connected socket with the same promise; everything else is the socket's own."""

    def __init__(self, sock: socket.socket, *, carries_request: bool) -> None:
        self.plain = sock
        self._carries_request = carries_request

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)

    def sendall(self, data: bytes) -> None:
        call = _current.get()
        call.sent = call.sent or self._carries_request
        rest = memoryview(data)
        while rest:
            self.plain.settimeout(call.left())
            rest = rest[self.plain.send(rest) :]

    def makefile(self, *_mode: Any, **_options: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedFile(self.plain))


class _TimedConnection(HTTPConnection):
    """A connection that is made in time, and that takes no half answer for a whole one."""

    def _new_conn(self) -> socket.socket:
        call = _current.get()
        limit = min(self.timeout or call.left(), call.left())
        sock = _in_time(super()._new_conn, limit, self)
        sock.settimeout(min(limit, call.left()))
        # A proxy's answer to CONNECT is read through this one; the request itself is not in it.
        return cast("socket.socket", _TimedSocket(sock, carries_request=False))

    def connect(self) -> None:
        try:
            super().connect()
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            raise  # the line broke during the handshake, which says nothing about certificates
        except (ssl.SSLError, SSLError, CertificateError):
            _current.get().tls_failed = True
            raise
        made = self.sock.plain if isinstance(self.sock, _TimedSocket) else self.sock
        self.sock = _TimedSocket(made, carries_request=True)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own does
        call = _current.get()
        call.reached_end = False
        response = super().getresponse()
        if call.reached_end:
            # http.client takes the end of the stream for the end of the headers.
            response.close()
            raise ProtocolError("the connection was closed within the headers")
        return response


class _TimedTlsConnection(_TimedConnection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TimedTlsConnection


class TimedAdapter(HTTPAdapter):
    """What a `requests` session needs to make only connections of this module, without retries."""

    def __init__(self) -> None:
        super().__init__(max_retries=0, pool_maxsize=4)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools for direct connections."""
        super().init_poolmanager(*args, **options)
        _use_timed_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        """Make the pools for connections through a proxy."""
        manager = super().proxy_manager_for(proxy, **options)
        _use_timed_pools(manager)
        return manager


def _use_timed_pools(manager: Any) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def _in_time(
    connect: Callable[[], socket.socket], seconds: float, connection: HTTPConnection
) -> socket.socket:
    """Connect in a thread of its own: looking a name up cannot be given a time limit.

    A look-up that comes back too late finds nobody waiting, and its connection is closed.
    """
    outcome: queue.SimpleQueue[socket.socket | BaseException] = queue.SimpleQueue()
    lock = threading.Lock()
    abandoned = False

    def run() -> None:
        made: socket.socket | BaseException
        try:
            made = connect()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where it is waited for
            made = error
        with lock:
            if not abandoned:
                outcome.put(made)
                return
        if not isinstance(made, BaseException):
            made.close()

    threading.Thread(target=run, name="syncd-connect", daemon=True).start()
    try:
        result = outcome.get(timeout=seconds)
    except queue.Empty:
        with lock:
            abandoned = outcome.empty()
        if abandoned:
            raise ConnectTimeoutError(connection, "no connection within the time that is left") from None
        result = outcome.get()
    if isinstance(result, BaseException):
        raise result
    return result
