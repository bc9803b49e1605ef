"""One operation of moneybird-mcp's client, pointed at another address. Runs where moneybird-mcp is installed."""

from __future__ import annotations

import json
import sys
from typing import Any

from moneybird_mcp.client import MoneybirdClient

TOKEN, ARCHIVED_TOO = "sandbox-token", {"include_archived": "true"}


def main(address: str, administration: str, operation: str, key: str) -> Any:
    client = MoneybirdClient(TOKEN, administration)
    client.base_url = f"{address}/api/v2"
    done = {
        "administrations": client.list_administrations,
        "list": lambda: client.list_contacts(limit=100),
        "versions": client.list_contact_versions,
        "read by ids": lambda: client.fetch_contacts_by_ids([key]),
        "read one": lambda: client.get_contact(key),
        "read one with archived": lambda: client.raw_get(f"contacts/{key}", ARCHIVED_TOO),
        "invoice versions": lambda: client.list_sales_invoice_versions(filter="period:20000101..21001231"),
        "create": lambda: client.create_contact(
            {"company_name": "Onafhankelijk B.V.", "phone": "020 1234567"}
        ),
        "update": lambda: client.update_contact(key, {"phone": ""}),
        "archive": lambda: client.archive_contact(key),
    }
    return done[operation]()


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:5])))
