"""One command of moneybird-cli (a third party's, in Python), pointed at another address."""

from __future__ import annotations

import sys

from moneybird_cli import client, main

COMMANDS = {
    "list": ["contacts", "list", "--all"],
    "list with archived": ["contacts", "list", "--all", "--include-archived"],
    "read one": ["contacts", "get", "KEY"],
    "create": ["contacts", "create", "--company-name", "Onafhankelijk B.V.", "--phone", "020 1234567"],
    "update": ["contacts", "update", "KEY", "--phone", ""],
    "delete": ["contacts", "delete", "--yes", "KEY"],
}


def run(address: str, administration: str, operation: str, key: str) -> None:
    client.API_BASE = f"{address}/api/v2"
    words = [key if word == "KEY" else word for word in COMMANDS[operation]]
    sign_in = ["--token", "sandbox-token", "--administration-id", administration]
    main.cli([*sign_in, "--output", "json", *words])


if __name__ == "__main__":
    run(*sys.argv[1:5])
