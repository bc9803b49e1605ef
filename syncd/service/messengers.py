"""How an alert reaches people: by e-mail, by webhook; and the heartbeat, whose silence is an alert elsewhere."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import requests

from syncd.http.client import outside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.settings import EmailSettings, Settings

    Deliver: TypeAlias = Callable[["Message"], None]

SECONDS = 20.0


@dataclass(frozen=True)
class Message:
    """What people are told: a line for each thing, in their language, its code beside it, and what closes it."""

    title: str
    subject: str
    lines: tuple[str, ...]
    codes: tuple[str, ...]
    closing: tuple[str, ...]
    ledger_head: str

    @property
    def text(self) -> str:
        """The lines as a list, then the closing ones."""
        return "\n".join([*(f"- {one}" for one in self.lines), "", *self.closing]) + "\n"


class UndeliveredError(Exception):
    """An alert was not delivered. `code` says in one word why; the address may be a secret and is not shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def configured(settings: Settings) -> Iterator[tuple[str, Deliver]]:
    """Give the ways that the configuration names, each with what delivers a message by it."""
    email = settings.alerts.email
    if email is not None:
        yield "email", lambda message: send_mail(email, message)
    webhook = settings.alerts.webhook.get_secret_value()
    if webhook:
        yield "webhook", lambda message: post(webhook, message)


def send_mail(email: EmailSettings, message: Message) -> None:
    """Send one message over a verified connection. Raises `UndeliveredError`."""
    letter = EmailMessage()
    letter["Subject"] = message.subject
    letter["From"], letter["To"] = email.sender, ", ".join(email.to)
    letter.set_content(message.text)
    trusted = _trusted()
    try:
        with _connected(email, trusted) as server:
            if email.security == "starttls":
                server.starttls(context=trusted)
            if email.username:
                server.login(email.username, email.password.get_secret_value())
            server.send_message(letter)
    except ssl.SSLError:
        raise UndeliveredError("tls") from None
    except smtplib.SMTPAuthenticationError:
        raise UndeliveredError("credentials") from None
    except smtplib.SMTPException:
        raise UndeliveredError("refused") from None
    except OSError:
        raise UndeliveredError("unreachable") from None


def _trusted() -> ssl.SSLContext:
    """Trust what requests to vendors trust: the authorities of `REQUESTS_CA_BUNDLE`, else those of the host."""
    own = os.environ.get("REQUESTS_CA_BUNDLE")
    if not own:
        return ssl.create_default_context()
    try:
        is_folder = Path(own).is_dir()
        return ssl.create_default_context(
            cafile=None if is_folder else own, capath=own if is_folder else None
        )
    except OSError:
        raise UndeliveredError("certificates") from None


def _connected(email: EmailSettings, trusted: ssl.SSLContext) -> smtplib.SMTP:
    if email.security == "tls":
        return smtplib.SMTP_SSL(email.host, email.port, timeout=SECONDS, context=trusted)
    return smtplib.SMTP(email.host, email.port, timeout=SECONDS)


def post(address: str, message: Message) -> None:
    """Post JSON with `text` (what chat services show) and its parts. Raises `UndeliveredError`."""
    body = {
        "text": f"{message.title}\n{message.text}",
        "title": message.title,
        "alerts": message.lines,
        "codes": message.codes,
        "ledger_head": message.ledger_head,
    }
    _ask("POST", address, body)


def beat(address: str) -> None:
    """Say that a run was. Raises `UndeliveredError`."""
    _ask("GET", address, None)


def _ask(method: str, address: str, body: object) -> None:
    try:
        with outside(address) as (session, proxies):
            answer = session.request(
                method, address, json=body, timeout=SECONDS, allow_redirects=False, proxies=proxies
            )
    except requests.exceptions.SSLError:
        raise UndeliveredError("tls") from None
    except (requests.RequestException, OSError, ValueError):
        raise UndeliveredError("unreachable") from None
    if not answer.ok or answer.is_redirect:
        raise UndeliveredError(f"status_{answer.status_code}")
