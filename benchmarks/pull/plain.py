"""The least that reads everything: a `requests` loop over the pages, which keeps nothing."""

from __future__ import annotations

import sys

import requests
from clocked import report
from server import ADMINISTRATION


def main(address: str, after: str) -> int:
    session = requests.Session()
    session.headers["Authorization"] = "Bearer benchmark"
    count = page = 0
    while True:
        page += 1
        answer = session.get(
            f"{address}/api/v2/{ADMINISTRATION}/contacts/filter.json",
            params={
                "filter": f"updated_after:{after}", "include_archived": "true",
                "per_page": "100", "page": str(page),
            },
            timeout=60,
        )  # fmt: skip
        answer.raise_for_status()
        rows = answer.json()
        count += len(rows)
        if len(rows) < 100:
            break
    return count


if __name__ == "__main__":
    report(lambda: main(sys.argv[1], sys.argv[3]))
