"""How an alert reaches people: by e-mail, by webhook; and the heartbeat, whose silence is an alert elsewhere."""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import requests

from syncd.http.client import outside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.settings import EmailSettings, Settings

    Deliver: TypeAlias = Callable[[str, list[str], str], None]

SECONDS = 20.0


class UndeliveredError(Exception):
    """An alert was not delivered. `code` says in one word why; the address may be a secret and is not shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def configured(settings: Settings) -> Iterator[tuple[str, Deliver]]:
    """Give the ways that the configuration names. Each takes a title, lines and the ledger's head."""
    email = settings.alerts.email
    if email is not None:
        yield "email", lambda title, lines, head: send_mail(email, title, lines, head)
    webhook = settings.alerts.webhook.get_secret_value()
    if webhook:
        yield "webhook", lambda title, lines, head: post(webhook, title, lines, head)


def send_mail(email: EmailSettings, title: str, lines: list[str], head: str) -> None:
    """Send one message over a verified connection. Raises `UndeliveredError`."""
    message = EmailMessage()
    message["Subject"] = f"{title}: {len(lines)} to look at" if len(lines) > 1 else f"{title}: one to look at"
    message["From"], message["To"] = email.sender, ", ".join(email.to)
    message.set_content(_text(lines, head))
    trusted = _trusted()
    try:
        with _connected(email, trusted) as server:
            if email.security == "starttls":
                server.starttls(context=trusted)
            if email.username:
                server.login(email.username, email.password.get_secret_value())
            server.send_message(message)
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


def post(address: str, title: str, lines: list[str], head: str) -> None:
    """Post JSON with `text` (what chat services show) and its parts. Raises `UndeliveredError`."""
    body = {"text": f"{title}\n{_text(lines, head)}", "title": title, "alerts": lines, "ledger_head": head}
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


def _text(lines: list[str], head: str) -> str:
    return (
        "\n".join([*(f"- {one}" for one in lines), "", f"Ledger head: {head}", "More: syncd status"]) + "\n"
    )
