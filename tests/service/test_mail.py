"""Alerts over TLS: a real mail server that wants it, with a company's own certificate authority."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from syncd.service import messengers
from syncd.settings import EmailSettings
from tests.service.kit import served

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "0123456789abcdef" * 4
LINES = ("Orders wait for approval: 3 orders wait. See syncd queue list", "S-12: flagged since 01-10-2026")
MESSAGE = messengers.Message(
    title="syncd on host", subject="syncd on host: 2 things to look at", lines=LINES,
    codes=("waits_approval", "flagged"), closing=(f"Ledger head: {HEAD}", "More: syncd status"),
    ledger_head=HEAD,
)  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give the file of an own authority, and one with the key and certificate that it gave to 127.0.0.1."""
    folder = tmp_path_factory.mktemp("authority")
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "The company's own")])
    ca = (
        _blank(ca_name, ca_name, ca_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    host = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    mine = (
        _blank(x509.Name([]), ca_name, key).add_extension(host, critical=True).sign(ca_key, hashes.SHA256())
    )
    trusted, served = folder / "ca.pem", folder / "host.pem"
    trusted.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    served.write_bytes(secret + mine.public_bytes(serialization.Encoding.PEM))
    return trusted, served


def _blank(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)  # noqa: TID251 - the TLS library reads the host's clock
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    return made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))


class _Mail(socketserver.ThreadingTCPServer):
    """A mail server that takes a message only over TLS and from whoever signed in."""

    daemon_threads = True

    def __init__(self, certificate: Path, *, starttls: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.starttls = starttls
        self.messages: list[str] = []
        self.in_the_clear: list[bytes] = []

    def handle_error(self, *_arguments: object) -> None:
        """A client that does not trust the certificate leaves: that is what is tested."""


class _Session(socketserver.BaseRequestHandler):
    server: _Mail

    def handle(self) -> None:
        secured = not self.server.starttls
        line = self.server.context.wrap_socket(self.request, server_side=True) if secured else self.request
        signed_in = False
        line.sendall(b"220 here\r\n")
        while said := _line(line):
            if not secured:
                self.server.in_the_clear.append(said)
            word = said.split(b" ")[0].strip().upper()
            if word == b"EHLO":
                line.sendall(b"250-here\r\n250 " + (b"AUTH PLAIN\r\n" if secured else b"STARTTLS\r\n"))
            elif word == b"STARTTLS":
                line.sendall(b"220 go on\r\n")
                line, secured = self.server.context.wrap_socket(line, server_side=True), True
            elif word == b"AUTH":
                signed_in = base64.b64decode(said.split()[2]) == b"\0syncd\0hush"
                line.sendall(b"235 yes\r\n" if signed_in else b"535 no\r\n")
            elif word == b"DATA":
                line.sendall(b"354 go on\r\n" if secured and signed_in else b"530 no\r\n")
                if secured and signed_in:
                    self.server.messages.append(_text(line))
                    line.sendall(b"250 yes\r\n")
            else:
                line.sendall(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")
        line.close()


def _text(connection: Any) -> str:
    return b"".join(iter(lambda: _line(connection), b".\r\n")).decode()


def _line(connection: Any) -> bytes:
    read = b""
    while not read.endswith(b"\n") and (one := connection.recv(1)):
        read += one
    return read


def _email(server: _Mail, *, security: str, knows: bool = True) -> EmailSettings:
    return EmailSettings.model_validate(
        {
            "host": "127.0.0.1",
            "port": server.server_address[1],
            "security": security,
            "sender": "syncd@example.com",
            "to": ["privacy@example.com", "it@example.com"],
            "username": "syncd",
            "password": "hush" if knows else "no idea",
        }
    )


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_is_signed_in_and_sent_over_tls_alone_by_the_companys_own_authority(
    authority: tuple[Path, Path], security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, certificate = authority
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    with served(_Mail(certificate, starttls=security == "starttls")) as server:
        messengers.send_mail(_email(server, security=security), MESSAGE)
    (message,) = server.messages
    assert "Subject: syncd on host: 2 things to look at" in message
    assert "To: privacy@example.com, it@example.com" in message
    assert all(one in message for one in (*LINES, HEAD))
    assert {one.split(b" ")[0].strip().upper() for one in server.in_the_clear} <= {b"EHLO", b"STARTTLS"}


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_who_shows_a_certificate_of_nobody_gets_neither_the_password_nor_the_mail(
    authority: tuple[Path, Path], security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with served(_Mail(authority[1], starttls=security == "starttls")) as server:
        with pytest.raises(messengers.UndeliveredError) as caught:
            messengers.send_mail(_email(server, security=security), MESSAGE)
        assert caught.value.code == "tls"
        assert server.messages == []
        assert all(b"AUTH" not in one for one in server.in_the_clear)


def test_a_server_that_offers_no_tls_gets_nothing(
    authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority[0]))
    with served(_Mail(authority[1], starttls=True)) as server:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # has no certificate: nothing can be agreed
        with pytest.raises(messengers.UndeliveredError):
            messengers.send_mail(_email(server, security="starttls"), MESSAGE)
        assert server.messages == []
        assert all(b"AUTH" not in one for one in server.in_the_clear)


def test_a_password_that_is_wrong_and_an_authority_that_is_not_there_are_told_apart(
    authority: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority[0]))
    with served(_Mail(authority[1], starttls=False)) as server:
        with pytest.raises(messengers.UndeliveredError) as caught:
            messengers.send_mail(_email(server, security="tls", knows=False), MESSAGE)
        assert caught.value.code == "credentials"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
        with pytest.raises(messengers.UndeliveredError) as caught:
            messengers.send_mail(_email(server, security="tls"), MESSAGE)
        assert caught.value.code == "certificates"


# --- the webhook and the heartbeat --------------------------------------------------------------------------


class _Hook(BaseHTTPRequestHandler):
    posted: list[dict[str, Any]]
    beats: int

    def do_POST(self) -> None:
        self.server.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))  # type: ignore[attr-defined]
        self.do_GET()

    def do_GET(self) -> None:
        self.server.asked.append(self.command)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


def test_webhook_and_heartbeat_trust_the_companys_own_authority_too(
    authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, certificate = authority
    hook: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
    hook.posted, hook.asked = [], []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    hook.socket = context.wrap_socket(hook.socket, server_side=True)
    address = f"https://127.0.0.1:{hook.server_address[1]}/"
    with served(hook):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        messengers.post(address, MESSAGE)
        messengers.beat(address)
    assert hook.asked == ["POST", "GET"]
    (posted,) = hook.posted
    assert (posted["alerts"], posted["ledger_head"]) == (list(LINES), HEAD)
