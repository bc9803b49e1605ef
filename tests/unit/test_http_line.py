"""What `Http` makes of broken lines: drips, cuts, resets, certificates, proxies. Raw sockets throughout."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import syncd.http.client
from syncd.contract import Transient, Uncertain, Unusable
from syncd.http import LARGEST_BODY, READ_ATTEMPTS, Http

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Behaviour = Callable[[socket.socket], None]

DEADLINE = 0.3
MARGIN = 0.5  # seconds that a busy machine may add to one call
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def listening(behaviour: Behaviour) -> Iterator[int]:
    """Let each connection to the port be treated like this, in a thread of its own."""
    stopped = threading.Event()
    connections: list[socket.socket] = []

    def treat(connection: socket.socket) -> None:
        try:
            behaviour(connection)
        except OSError:
            pass  # the client has left, which is what most of these tests are about
        finally:
            connection.close()

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if stopped.is_set():
                connection.close()
                return
            connections.append(connection)
            threading.Thread(target=treat, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        yield port
        stopped.set()
        socket.create_connection(("127.0.0.1", port)).close()
        accepting.join()


@contextmanager
def client_of(behaviour: Behaviour, *, deadline: float = DEADLINE) -> Iterator[Http]:
    with (
        listening(behaviour) as port,
        Http(f"http://127.0.0.1:{port}", account="books", deadline=deadline, sleep=lambda _: None) as http,
    ):
        yield http


def call(http: Http, method: str, path: str = "/things/1") -> None:
    if method == "GET":
        http.read(path)
    else:
        http.write(method, path)


def hear(connection: socket.socket) -> bytes:
    """Take one request without body."""
    heard = b""
    while not heard.endswith(b"\r\n\r\n"):
        more = connection.recv(65_536)
        if not more:
            raise OSError
        heard += more
    return heard


def saying(*parts: bytes) -> Behaviour:
    def behave(connection: socket.socket) -> None:
        hear(connection)
        for part in parts:
            connection.sendall(part)

    return behave


def dripping(before: bytes, drop: bytes) -> Behaviour:
    """Send one drop every 20 ms for ever: each single read succeeds in time."""

    def behave(connection: socket.socket) -> None:
        hear(connection)
        connection.sendall(before)
        while True:
            connection.sendall(drop)
            time.sleep(0.02)

    return behave


def resetting(connection: socket.socket) -> None:
    hear(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def silent(connection: socket.socket) -> None:
    hear(connection)
    connection.recv(1)  # until the client leaves


SLOW = {
    "no answer": silent,
    "status line": dripping(b"HTTP/1.1 ", b"2"),
    "headers": dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "many headers": dripping(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
    "body": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"1"),
    "chunks": dripping(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n1\r\n"),
}
CUT = {
    "nothing": saying(),
    "status line": saying(b"HTTP/1.1 20"),
    "after the status line": saying(b"HTTP/1.1 204 No Content\r\n"),
    "header name": saying(b"HTTP/1.1 204 No Content\r\nDa"),
    "before the empty line": saying(b"HTTP/1.1 204 No Content\r\nA: b\r\n"),
    "body": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}"),
    "empty body": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"),
    "chunk": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}"),
    "between chunks": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    "gzip": saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
    "reset": resetting,
    "not HTTP": saying(b"SSH-2.0-OpenSSH_9.2\r\n"),
}


@pytest.mark.parametrize("where", SLOW)
def test_a_read_ends_at_its_deadline_however_the_answer_drips(where: str) -> None:
    with client_of(SLOW[where]) as http:
        began = time.monotonic()
        with pytest.raises(Transient) as caught:
            http.read("/things")
        took = time.monotonic() - began
    assert caught.value.code == "deadline"
    assert http.budget.used == READ_ATTEMPTS
    assert DEADLINE * READ_ATTEMPTS <= took < (DEADLINE + MARGIN) * READ_ATTEMPTS


@pytest.mark.parametrize("where", SLOW)
def test_a_write_ends_at_its_deadline_and_is_uncertain(where: str) -> None:
    with client_of(SLOW[where]) as http:
        began = time.monotonic()
        with pytest.raises(Uncertain):
            http.write("DELETE", "/things/1")
        assert time.monotonic() - began < DEADLINE + MARGIN
    assert http.budget.used == 1


def test_a_peer_that_takes_nothing_ends_at_the_deadline_too() -> None:
    left = threading.Event()
    with client_of(lambda _connection: assert_set(left), deadline=3) as http:
        with pytest.raises(Uncertain):
            http.write("POST", "/things", data={"much": "x" * 20_000_000})
        left.set()


def assert_set(event: threading.Event) -> None:
    assert event.wait(120)


@pytest.mark.parametrize("where", CUT)
def test_a_cut_answer_to_a_read_is_transient(where: str) -> None:
    with client_of(CUT[where], deadline=5) as http, pytest.raises(Transient) as caught:
        http.read("/things", expect=(200, 204))
    assert caught.value.code == "broken_off"


@pytest.mark.parametrize("where", CUT)
def test_a_cut_answer_to_a_write_is_uncertain(where: str) -> None:
    with client_of(CUT[where], deadline=5) as http, pytest.raises(Uncertain) as caught:
        http.write("DELETE", "/things/1")
    assert caught.value.code == "no_answer"
    assert http.budget.used == 1


def test_a_whole_answer_is_none_of_this_and_the_connection_is_used_again() -> None:
    connections = []

    def behave(connection: socket.socket) -> None:
        connections.append(connection)
        while True:
            hear(connection)
            connection.sendall(OK)

    with client_of(behave, deadline=5) as http:
        assert [http.read("/things").json() for _ in range(3)] == [{}, {}, {}]
        assert http.write("DELETE", "/things/1").status == 200
    assert len(connections) == 1


def test_a_connection_that_the_vendor_closed_meanwhile_makes_no_write_uncertain() -> None:
    closed = threading.Event()

    def behave(connection: socket.socket) -> None:
        hear(connection)
        connection.sendall(OK)
        connection.close()
        closed.set()

    with client_of(behave, deadline=5) as http:
        http.read("/things")
        assert closed.wait(120)
        assert http.write("DELETE", "/things/1").status == 200


def test_each_call_on_a_connection_has_its_own_deadline() -> None:
    def behave(connection: socket.socket) -> None:
        while True:
            hear(connection)
            time.sleep(DEADLINE * 0.4)
            connection.sendall(OK)

    with client_of(behave, deadline=DEADLINE + MARGIN) as http:
        began = time.monotonic()
        while time.monotonic() - began < 1.5 * (DEADLINE + MARGIN):
            http.write("DELETE", "/things/1")


def test_a_body_beyond_all_reason_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syncd.http.client, "LARGEST_BODY", 100_000)
    big = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    with client_of(saying(big % 100_000, b"x" * 100_000), deadline=5) as http:
        assert len(http.read("/things").body) == 100_000
    with (
        client_of(saying(big % 100_001, b"x" * 100_001), deadline=5) as http,
        pytest.raises(Unusable) as caught,
    ):
        http.read("/things")
    assert caught.value.code == "too_large"


def test_a_small_answer_that_unpacks_into_a_huge_one_is_not_unpacked() -> None:
    packed = gzip.compress(bytes(LARGEST_BODY + 1))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with client_of(saying(head, packed), deadline=30) as http, pytest.raises(Unusable) as caught:
        http.read("/things")
    assert caught.value.code == "too_large"


def test_an_interim_answer_does_not_tell_what_became_of_a_write() -> None:
    early = saying(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n", OK)
    with client_of(early, deadline=5) as http, pytest.raises(Uncertain):
        http.write("DELETE", "/things/1")


# --- nothing was sent ---------------------------------------------------------------------------------------


def test_a_refused_connection_means_that_nothing_was_sent() -> None:
    with listening(silent) as port:
        pass
    with Http(f"http://127.0.0.1:{port}", account="books", sleep=lambda _: None) as http:
        for method in ("GET", "DELETE"):
            with pytest.raises(Transient) as caught:
                call(http, method)
            assert caught.value.code == "unreachable"


def test_an_unknown_name_means_that_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_args: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Http("https://vendor.example", account="books") as http, pytest.raises(Transient) as caught:
        http.write("DELETE", "/things/1")
    assert caught.value.code == "unreachable"


def test_a_name_server_that_does_not_answer_keeps_no_call_beyond_its_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = threading.Event()

    def hang(*_args: object, **_options: object) -> None:
        answers.wait(30)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with Http("https://vendor.example", account="books", deadline=DEADLINE) as http:
        began = time.monotonic()
        with pytest.raises(Transient):
            http.write("DELETE", "/things/1")
        assert time.monotonic() - began < DEADLINE + MARGIN
    answers.set()


@pytest.mark.parametrize("secret", ["sleutel\n", "sleutel\u20ac"], ids=["line break", "no Latin letter"])
def test_a_secret_that_no_header_can_hold_is_a_matter_of_configuration(secret: str) -> None:
    with client_of(saying(OK), deadline=5) as http, pytest.raises(Unusable) as caught:
        http.write("DELETE", "/things/1", headers={"Authorization": f"Bearer {secret}"})
    assert caught.value.code == "bad_request"
    assert "sleutel" not in str(caught.value) + repr(caught.value.__context__)


def test_no_error_carries_the_address_along() -> None:
    with client_of(CUT["body"], deadline=5) as http:
        for method in ("GET", "DELETE"):
            with pytest.raises((Transient, Uncertain)) as caught:
                call(http, method, "/search?email=jan@voorbeeld.example")
            assert (caught.value.__cause__, caught.value.__context__) == (None, None)
            assert "jan" not in str(caught.value)


# --- TLS ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the key and the self-signed certificate of `vendor.example` and 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vendor.example")])
    now = datetime.now(UTC)  # noqa: TID251 - the TLS library reads the host's clock
    names = x509.SubjectAlternativeName(
        [x509.DNSName("vendor.example"), x509.IPAddress(ip_address("127.0.0.1"))]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "vendor.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def over_tls(certificate: Path, behaviour: Behaviour) -> Behaviour:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def behave(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            behaviour(secured)

    return behave


def test_a_trusted_certificate_is_accepted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with (
        listening(over_tls(certificate, saying(OK))) as port,
        Http(f"https://127.0.0.1:{port}", account="books") as http,
    ):
        assert http.read("/things").json() == {}


def test_the_deadline_holds_over_tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with (
        listening(over_tls(certificate, SLOW["headers"])) as port,
        Http(f"https://127.0.0.1:{port}", account="books", deadline=DEADLINE) as http,
    ):
        began = time.monotonic()
        with pytest.raises(Uncertain):
            http.write("DELETE", "/things/1")
        assert time.monotonic() - began < DEADLINE + MARGIN


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"], ids=["untrusted", "another name"])
def test_a_certificate_that_proves_nothing_stops_the_account_before_anything_is_sent(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    if host == "localhost":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    heard: list[bytes] = []

    def listen(connection: socket.socket) -> None:
        heard.append(hear(connection))

    with (
        listening(over_tls(certificate, listen)) as port,
        Http(f"https://{host}:{port}", account="books", sleep=lambda _: None) as http,
    ):
        for method in ("GET", "DELETE"):
            with pytest.raises(Unusable) as caught:
                call(http, method)
            assert caught.value.code == "tls"
    assert heard == []
    assert http.budget.used == 2  # not repeated


def test_a_certificate_file_that_is_not_there_is_a_matter_of_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    with Http("https://127.0.0.1:9", account="books") as http, pytest.raises(Unusable) as caught:
        http.read("/things")
    assert caught.value.code == "tls"


@pytest.mark.parametrize(
    "behaviour",
    [lambda connection: connection.recv(1), lambda connection: connection.recv(65_536)],
    ids=["reset", "closed"],
)
def test_a_line_that_breaks_during_the_handshake_means_that_nothing_was_sent(behaviour: Behaviour) -> None:
    with (
        listening(behaviour) as port,
        Http(f"https://127.0.0.1:{port}", account="books") as http,
        pytest.raises(Transient) as caught,
    ):
        http.write("DELETE", "/things/1")
    assert caught.value.code == "unreachable"


# --- proxies ------------------------------------------------------------------------------------------------


def test_a_public_host_is_reached_through_the_proxy_of_the_environment(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []
    vendor = over_tls(certificate, saying(OK))

    def proxy(connection: socket.socket) -> None:
        asked.append(hear(connection).splitlines()[0])
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        vendor(connection)

    with listening(proxy) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        with Http("https://vendor.example", account="books") as http:
            assert http.read("/things").json() == {}
    assert [line.rsplit(b" ", 1)[0] for line in asked] == [b"CONNECT vendor.example:443"]


@pytest.mark.parametrize(
    "behaviour",
    [
        saying(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
        saying(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        saying(),
    ],
    ids=["407", "502", "drip", "closed"],
)
def test_a_proxy_that_does_not_connect_means_that_nothing_was_sent(
    behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(behaviour) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with Http("https://vendor.example", account="books", deadline=DEADLINE) as http:
            began = time.monotonic()
            with pytest.raises(Transient):
                http.write("DELETE", "/things/1")
            assert time.monotonic() - began < DEADLINE + MARGIN
