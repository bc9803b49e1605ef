"""Requests of one account: what may be repeated is, and each failure says what surely happened."""

from __future__ import annotations

import ipaddress
import math
import os
import time
from contextlib import contextmanager
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import requests
import tenacity
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from syncd import __version__
from syncd.contract import ConnectorError, Transient, Uncertain, Unusable
from syncd.http.answer import Answer
from syncd.http.budget import LONGEST_WAIT, Budget
from syncd.http.halt import HALTED, Halt
from syncd.http.transport import Call, TimedAdapter, deadline

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime

READ_ATTEMPTS = 4
THROTTLED_STATUSES = frozenset({420, 429})
TRANSIENT_STATUSES = frozenset({408, *THROTTLED_STATUSES, *range(500, 600)})
LARGEST_BODY = 64 * 1024 * 1024
"""Bytes, decoded, beyond which an answer is not read: no vendor's page comes near it."""

_CHUNK = 65_536
_REDIRECTS = range(300, 400)
_QUESTIONS = frozenset({"GET", "HEAD", "POST"})  # some vendors ask by POST
_FATE_UNKNOWN = frozenset({*range(100, 200), 303, *range(500, 600)})
"""Statuses that leave open what became of a write. 303 says that it was carried out and that its result is
elsewhere (RFC 9110, section 15.4.4); 1xx is no final answer."""


def require_safe_url(url: str, *, key: str = "base_url") -> str:
    """Return `url` without trailing slash, or raise `ValueError`: HTTPS, or plain HTTP to loopback."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if "@" in parts.netloc:
        raise ValueError(f"{key} must hold no user name or password: they have keys of their own")
    if host and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))):
        return url.rstrip("/")
    raise ValueError(f"{key} must begin with https:// (plain http:// only for loopback addresses)")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Http:
    """Requests of one account to one base address. One instance per account and thread.

    `retry_after` reads how many seconds a throttled or failing answer asks to wait, None when it says nothing; a
    vendor that does not use the header as RFC 9110 has it needs its own. `is_transient` tells of an answer whose
    status says otherwise that it means "not now": a read is repeated for it. `deadline` is the total seconds of one
    attempt, from looking the name up to the last byte of the body. `last_date` is the vendor's latest `Date`
    header. `halt` says whether requests may still leave; their waits end with it.

    Requests go to the host of `base_url` only, and to those that a connector adds to `hosts`: an address found in
    an answer must not carry the account's credentials elsewhere.

    `before_write` is called just before a write leaves; what it raises keeps the write back.

    Proxies come from the environment (`HTTPS_PROXY`, `NO_PROXY`), never for loopback, a company's own certificates
    from `REQUESTS_CA_BUNDLE`; nothing else: a `.netrc` would replace the account's credentials. `costly` is the
    tighter budget, for reads that say so.
    """

    def __init__(
        self,
        base_url: str,
        *,
        account: str,
        budget: Budget | None = None,
        costly: Budget | None = None,
        deadline: float = 60.0,
        connect_timeout: float = 10.0,
        retry_after: Callable[[Answer], float | None] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
        halt: Halt | None = None,
    ) -> None:
        self.base_url = require_safe_url(base_url)
        self.account = account
        self.halt = halt or Halt()
        sleep = sleep or self.halt.sleep
        self.budget = budget or Budget(None, monotonic=monotonic, sleep=sleep)
        self.costly = costly or Budget(None, monotonic=monotonic, sleep=sleep)
        self.retry_after = retry_after or Answer.retry_after
        self.is_transient: Callable[[Answer], bool] = lambda _answer: False
        self.hosts = {urlsplit(self.base_url).netloc.lower()}
        self.before_write: Callable[[], None] = lambda: None
        self.last_date = ""
        self._last_date_seen = 0.0
        self._deadline = deadline
        self._connect_timeout = connect_timeout
        self._monotonic = monotonic
        self._session = _session()
        self._retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(READ_ATTEMPTS),
            wait=_wait,
            retry=tenacity.retry_if_exception(_worth_waiting),
            sleep=sleep,
            reraise=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def read(
        self,
        path: str,
        *,
        method: str = "GET",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        expect: Collection[int] = (200,),
        costly: bool = False,
    ) -> Answer:
        """Send a request that changes nothing; repeat it while the failure is transient.

        Raises `Transient` when it stays so or the vendor asks for a longer wait than `LONGEST_WAIT`, `Unusable` for
        a status that is neither transient nor expected. Each attempt uses one request of the budget, a costly one
        also of the tighter budget.
        """
        if method not in _QUESTIONS:
            raise ValueError(f"{method} is no way to read: a read is repeated, so it must change nothing")
        parts: dict[str, Any] = {"params": params, "headers": headers, "json": json, "data": data}
        request = requests.Request(method, self._url(path), **parts)

        def attempt() -> Answer:
            answer = self._send(request, is_write=False, costly=costly)
            if (answer.status in TRANSIENT_STATUSES and answer.status not in expect) or self.is_transient(
                answer
            ):
                raise self._not_now(answer)
            return answer

        answer: Answer = self._retrying(attempt)
        if answer.status in expect:
            return answer
        if answer.status in _REDIRECTS:
            raise _redirected(answer)
        raise Unusable(
            f"status_{answer.status}",
            f"{answer.where} answered {answer.status}: check credentials, rights and base_url",
        )

    def write(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        data: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request that changes something, once.

        Raises `Transient` when it surely did not arrive or was throttled, `Uncertain` when its fate is
        unknown (no answer, a cut answer, 5xx), `Unusable` when the certificate cannot be verified or the
        vendor redirects (nothing was done, nothing is followed). Every other answer is returned.
        """
        parts: dict[str, Any] = {"params": params, "headers": headers, "json": json, "data": data}
        answer = self._send(requests.Request(method, self._url(path), **parts), is_write=True)
        if answer.status in THROTTLED_STATUSES:
            raise self._not_now(answer)
        if answer.status in _FATE_UNKNOWN:
            raise Uncertain(
                f"status_{answer.status}",
                f"{answer.where} answered {answer.status} to a write: whether it was done is unknown",
            )
        if answer.status in _REDIRECTS:
            raise _redirected(answer)
        return answer

    def clock_offset(self, now: datetime) -> timedelta | None:
        """Tell how far `now` (with time zone) is ahead of the vendor's clock in whole seconds; None if unknown."""
        try:
            said = parsedate_to_datetime(self.last_date)
        except ValueError:
            return None
        since = timedelta(seconds=self._monotonic() - self._last_date_seen)
        return now - (said if said.tzinfo else said.replace(tzinfo=UTC)) - since

    def _url(self, path: str) -> str:
        """Give the whole address; raises `Unusable` for another host and `ValueError` for no path at all."""
        if path.startswith("/"):
            return self.base_url + path
        url = require_safe_url(path, key="address")
        if urlsplit(url).netloc.lower() not in self.hosts:
            raise Unusable(
                "other_host",
                f"account {self.account}: an address on another host than {urlsplit(self.base_url).hostname} "
                "was not used: check base_url",
            )
        return url

    def _not_now(self, answer: Answer) -> Transient:
        """Make the error for a vendor that asks to come back; what throttles one call throttles all."""
        seconds = self.retry_after(answer)
        if seconds is not None:
            seconds = max(0.0, seconds) if math.isfinite(seconds) else None
        if seconds is not None and answer.status in THROTTLED_STATUSES:
            self.budget.pause(seconds)
        return Transient(
            f"status_{answer.status}", f"{answer.where} answered {answer.status}", retry_after=seconds
        )

    def _send(self, request: requests.Request, *, is_write: bool, costly: bool = False) -> Answer:
        where = f"account {self.account} ({urlsplit(request.url).hostname})"
        self.halt.check()
        if costly:
            self.costly.take()
        self.budget.take()
        if is_write:
            self.before_write()
        with deadline(self._deadline) as call:
            try:
                return self._exchange(request, where)
            except (requests.RequestException, HTTPError, OSError, ValueError, _TooLargeError) as error:
                problem = _explain(error, call, where, is_write=is_write)
        # Raised out here: the library's exception holds the whole address and must not be carried along.
        raise problem

    def _exchange(self, request: requests.Request, where: str) -> Answer:
        prepared = self._session.prepare_request(request)
        url = prepared.url or ""
        response = self._session.send(
            prepared,
            timeout=(self._connect_timeout, self._deadline),
            allow_redirects=False,
            stream=True,
            proxies={} if _is_loopback(urlsplit(url).hostname or "") else get_environ_proxies(url),
        )
        with response:
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise _TooLargeError
        lowered = {name.lower(): value for name, value in response.headers.items()}
        if "date" in lowered:
            self.last_date, self._last_date_seen = lowered["date"], self._monotonic()
        return Answer(response.status_code, lowered, bytes(body), where)


class _TooLargeError(Exception):
    """The answer is larger than `LARGEST_BODY`."""


def _session() -> requests.Session:
    """Make a session that takes no credentials from the environment and keeps no cookies."""
    session = requests.Session()
    session.trust_env = False
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
    session.headers["User-Agent"] = f"syncd/{__version__}"
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("https://", TimedAdapter())
    session.mount("http://", TimedAdapter())
    return session


@contextmanager
def outside(url: str) -> Iterator[tuple[requests.Session, dict[str, str]]]:
    """Give a session and the proxies for an address that belongs to no account: an alert's webhook, a heartbeat.

    It has the same certificates and proxies as an account's requests, and connections without a call's deadline.
    """
    with requests.Session() as session:
        session.trust_env = False
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        session.headers["User-Agent"] = f"syncd/{__version__}"
        yield session, {} if _is_loopback(urlsplit(url).hostname or "") else get_environ_proxies(url)


def _redirected(answer: Answer) -> Unusable:
    return Unusable("redirect", f"{answer.where} redirects elsewhere: put the final address in base_url")


def _explain(error: Exception, call: Call, where: str, *, is_write: bool) -> ConnectorError:
    """Say what surely happened to a call that brought no whole answer."""
    if is_write and call.sent:
        return Uncertain("no_answer", f"{where}: the write was sent and no whole answer came back")
    return _unusable(error, call, where) or _transient(call, where)


def _unusable(error: Exception, call: Call, where: str) -> Unusable | None:
    bundle_missing = isinstance(error, OSError) and not isinstance(error, requests.RequestException)
    if call.tls_failed or bundle_missing:
        return Unusable(
            "tls",
            f"{where}: the certificate could not be verified; for a company's own certificate authority "
            "let REQUESTS_CA_BUNDLE name its file",
        )
    if isinstance(error, _TooLargeError):
        return Unusable("too_large", f"{where} answered with more than {LARGEST_BODY} bytes: check base_url")
    if isinstance(error, ValueError):
        return Unusable(
            "bad_request", f"{where}: the request could not be made: check base_url, secrets and proxy"
        )
    return None


def _transient(call: Call, where: str) -> Transient:
    if call.is_late:
        return Transient("deadline", f"{where} did not answer in time")
    if call.sent:
        return Transient("broken_off", f"{where} broke off its answer")
    return Transient("unreachable", f"{where} cannot be reached: check base_url, network and proxy")


def _worth_waiting(error: BaseException) -> bool:
    if not isinstance(error, Transient) or error.code in {"budget", *HALTED}:
        return False
    return error.retry_after is None or error.retry_after <= LONGEST_WAIT


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Transient) and error.retry_after is not None:
        return error.retry_after
    return float(tenacity.wait_random_exponential(multiplier=0.5, max=20)(state))
