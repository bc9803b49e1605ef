"""A list server of Moneybird's shape, light enough that it is never what is measured.

Every contact is serialised once. `POST /change` gives the next part of them (in thousandths) another version.
Prints its address and serves until it is ended.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ADMINISTRATION = "178732006913750222"
FIRST_ID = 496_081_411_808_167_496
CREATED, CHANGED = 1_700_000_000, 1_790_000_000
TOWNS = ("Utrecht", "Gouda", "Zwolle", "Almelo", "Venlo", "Delft", "Hoorn", "Tiel", "Breda", "Assen")
NAMES = ("Jansen", "De Vries", "Bakker", "Visser", "Smit", "Meijer", "Mulder", "Bos", "Vos", "Peters")


def stamp(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def contact(number: int, version: int) -> dict[str, Any]:
    """Give a contact as GET shows it: three in four are companies, one in four has a contact person or a note."""
    key = str(FIRST_ID + number)
    name = f"{NAMES[number % 10]} {number}"
    company = "" if number % 4 == 0 else f"{name} {('Bouw', 'Advies', 'Techniek')[number % 3]} B.V."
    email = f"info{number}@voorbeeld{number % 997}.example"
    event: dict[str, Any] = {
        "administration_id": ADMINISTRATION, "user_id": "496081346724103269", "action": "contact_created",
        "link_entity_id": None, "link_entity_type": None, "data": {}, "created_at": stamp(CREATED),
        "updated_at": stamp(CREATED),
    }  # fmt: skip
    child = {"administration_id": ADMINISTRATION, "created_at": stamp(CREATED), "updated_at": stamp(version)}
    person = {
        **child, "id": str(FIRST_ID * 2 + number), "contact_id": key, "firstname": "Anna",
        "lastname": NAMES[number // 10 % 10], "phone": None, "email": f"anna{number}@voorbeeld.example",
        "department": None, "version": version,
    }  # fmt: skip
    note: dict[str, Any] = {
        **child, "id": str(FIRST_ID * 3 + number), "entity_id": key, "entity_type": "Contact",
        "user_id": "496081346724103269", "assignee_id": None, "todo": False, "note": "Belt liever 's middags.",
        "completed_at": None, "completed_by_id": None, "todo_type": None, "data": {},
    }  # fmt: skip
    return {
        "id": key, "administration_id": ADMINISTRATION, "company_name": company,
        "firstname": "" if company else "Jan", "lastname": "" if company else name,
        "address1": f"Dorpsstraat {number % 300 + 1}", "address2": "",
        "zipcode": f"{1000 + number % 9000} AB", "city": TOWNS[number % 10], "country": "NL",
        "phone": f"0{100_000_000 + number * 7 % 900_000_000}" if number % 2 else "",
        "delivery_method": "Email", "customer_id": f"K{number}", "tax_number": "",
        "chamber_of_commerce": f"{10_000_000 + number:08}" if company else "",
        "bank_account": "", "is_trusted": False, "max_transfer_amount": None, "attention": "", "email": email,
        "email_ubl": True, "send_invoices_to_attention": "", "send_invoices_to_email": email,
        "send_estimates_to_attention": "", "send_estimates_to_email": email, "direct_debit": False,
        "sepa_active": False, "sepa_iban": "", "sepa_iban_account_name": "", "sepa_bic": "",
        "sepa_mandate_id": "", "sepa_mandate_date": None, "sepa_sequence_type": "RCUR",
        "credit_card_number": "", "credit_card_reference": "", "credit_card_type": None,
        "tax_number_validated_at": None, "tax_number_valid": None, "invoice_workflow_id": None,
        "estimate_workflow_id": None, "si_identifier": "", "si_identifier_type": None,
        "moneybird_payments_mandate": False, "created_at": stamp(CREATED), "updated_at": stamp(version),
        "version": version, "sales_invoices_url": f"https://moneybird.com/{ADMINISTRATION}/sales_invoices/{key}",
        "notes": [note] if number % 8 == 1 else [], "custom_fields": [],
        "contact_people": [person] if number % 8 == 3 else [], "archived": number % 20 == 0,
        "events": [event],
    }  # fmt: skip


class Contacts:
    """What the server holds."""

    def __init__(self, count: int) -> None:
        self.keys = [str(FIRST_ID + number) for number in range(count)]
        self.place = {key: number for number, key in enumerate(self.keys)}
        self.versions = [CREATED + number % 1000 for number in range(count)]
        self.texts = [self._text(number) for number in range(count)]
        self._changed = 0
        self._filtered: tuple[str, list[bytes]] = ("", self.texts)

    def _text(self, number: int) -> bytes:
        return json.dumps(contact(number, self.versions[number]), separators=(",", ":")).encode()

    def change(self, thousandths: int) -> bytes:
        """Change the next contacts, spread over all pages. Gives a moment that all these changes are after."""
        before = stamp(CHANGED + self._changed)
        self._changed += 1
        self._filtered = ("", self.texts)
        for number in range(self._changed, len(self.keys), 1000 // thousandths):
            self.versions[number] = CHANGED + self._changed
            self.texts[number] = self._text(number)
        return json.dumps(before).encode()

    def listed(self) -> bytes:
        rows = (f'{{"id":"{k}","version":{v}}}' for k, v in zip(self.keys, self.versions, strict=True))
        return f"[{','.join(rows)}]".encode()

    def picked(self, ids: list[str]) -> bytes:
        return b"[" + b",".join(self.texts[self.place[key]] for key in ids[:100] if key in self.place) + b"]"

    def page(self, number: int, size: int, after: str) -> bytes:
        if after != self._filtered[0]:
            limit = datetime.fromisoformat(after).timestamp()
            found = [text for text, at in zip(self.texts, self.versions, strict=True) if at > limit]
            self._filtered = (after, found)
        return b"[" + b",".join(self._filtered[1][(number - 1) * size : number * size]) + b"]"


class Handler(BaseHTTPRequestHandler):
    """Answers on connections that stay open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    contacts: Contacts

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.endswith("/contacts/synchronization.json"):
            self._answer(self.contacts.listed())
        elif parts.path.endswith(("/contacts.json", "/contacts/filter.json")):
            after = query.get("filter", "").partition("updated_after:")[2]
            self._answer(self.contacts.page(int(query.get("page", 1)), int(query.get("per_page", 25)), after))
        else:
            self._answer(b"[]")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/change":
            self._answer(self.contacts.change(int(body)))
        elif self.path.endswith("/contacts/synchronization.json"):
            self._answer(self.contacts.picked(json.loads(body)["ids"]))
        else:
            self._answer(b"[]")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def main() -> None:
    Handler.contacts = Contacts(int(sys.argv[1]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
