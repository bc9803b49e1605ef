"""The same list through dlt into SQLite, merged by id, incremental by `updated_at`. Runs where dlt is installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dlt
import requests
from clocked import report
from server import ADMINISTRATION

if TYPE_CHECKING:
    from collections.abc import Iterator


@dlt.resource(name="contacts", primary_key="id", write_disposition="merge")
def contacts(
    address: str,
    updated: Any = dlt.sources.incremental("updated_at", initial_value="1970-01-01T00:00:00.000Z"),  # noqa: B008
) -> Iterator[list[dict[str, Any]]]:
    session = requests.Session()
    page = 0
    while True:
        page += 1
        answer = session.get(
            f"{address}/api/v2/{ADMINISTRATION}/contacts/filter.json",
            params={
                "filter": f"updated_after:{updated.start_value}", "include_archived": "true",
                "per_page": "100", "page": str(page),
            },
            timeout=60,
        )  # fmt: skip
        answer.raise_for_status()
        rows = answer.json()
        if rows:
            yield rows
        if len(rows) < 100:
            return


def main(address: str, folder: Path) -> int:
    pipeline = dlt.pipeline(
        "benchmark",
        pipelines_dir=str(folder / "pipelines"),
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{folder}/dlt.sqlite"),
        dataset_name="main",
    )
    pipeline.run(contacts(address)).raise_on_failed_jobs()
    with pipeline.sql_client() as client:
        return int(client.execute_sql("SELECT count(*) FROM contacts")[0][0])


if __name__ == "__main__":
    report(lambda: main(sys.argv[1], Path(sys.argv[2])))
