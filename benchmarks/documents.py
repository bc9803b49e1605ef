"""Both directions against the vendors' own interface documents, and clients that nobody here wrote.

    python benchmarks/documents.py --specs FOLDER [--prism PROGRAM] [--pythons JSON]

`FOLDER` holds moneybird.openapi.json and mailchimp.openapi.json. Prism answers as the document says while the
connector works against it, and then stands before the simulated service while the connector and the clients do
their job through it. Ends with 1 when an exchange violates a document or a step ends otherwise than expected.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.clients import mailchimp, moneybird, prism
from benchmarks.clients.stand import work
from benchmarks.environment import python_with
from syncd import log
from syncd.contract import ConnectorError
from syncd.testing.sandbox import serve


def main() -> None:
    parser = argparse.ArgumentParser(description="Hold connectors and simulated services against documents.")
    parser.add_argument("--specs", type=Path, required=True, help="folder with the interface documents")
    parser.add_argument("--prism", help="the program prism; else it is installed with npm")
    parser.add_argument(
        "--pythons", type=json.loads, default={}, help='{"moneybird-cli": "/path/bin/python"}'
    )
    arguments = parser.parse_args()
    missing = [vendor.SPEC for vendor in VENDORS if not (arguments.specs / vendor.SPEC).is_file()]
    if missing:
        parser.error(f"{arguments.specs} has no {', '.join(missing)}")
    log.configure(level="error")
    folder = Path(tempfile.mkdtemp(prefix="syncd-documents-"))
    try:
        program = prism.installed(arguments.prism, folder)
        faults = sum(_vendor(vendor, program, arguments, folder) for vendor in VENDORS)
    finally:
        shutil.rmtree(folder)
    print(f"\n{faults} violations or surprises")
    sys.exit(1 if faults else 0)


VENDORS: tuple[Any, ...] = (moneybird, mailchimp)


def _vendor(vendor: Any, program: str, arguments: argparse.Namespace, folder: Path) -> int:
    spec = arguments.specs / vendor.SPEC
    faults = 0
    print(f"\n{vendor.NAME}: the connector speaks to the document (prism mock)")
    with prism.mock(program, spec, folder / f"{vendor.NAME}.mock") as answering:
        outcome = vendor.against_the_document(answering.address)
        found = answering.violations()
        print(f"  {answering.requests()} requests, {outcome}; violations: {len(found)}")
    faults += _shown(found)
    faults += _through(vendor, "the connector", program, spec, folder, vendor.connector_at_work)
    for client in vendor.CLIENTS:
        name = client.package.partition("==")[0]
        python = arguments.pythons.get(name) or python_with(folder / name, client.package)
        if python is None:
            print(f"\n{vendor.NAME}: {client.package} could not be installed")
            continue
        faults += _through(
            vendor, client.package, program, spec, folder,
            lambda address, service, client=client, python=python: work(client, python, service, address),
        )  # fmt: skip
    return faults


def _through(vendor: Any, who: str, program: str, spec: Path, folder: Path, job: Any) -> int:
    """Let a client do its job on a fresh service through the document; gives violations and surprises."""
    service = vendor.stand()
    print(f"\n{vendor.NAME}: {who} at work on the simulated service (prism proxy --errors)")
    with (
        serve(service.sandbox) as upstream,
        prism.proxy(program, spec, upstream, folder / f"{vendor.NAME}.proxy") as front,
    ):
        try:
            surprises: int = job(front.address, service)
        except ConnectorError as error:
            print(f"  NOT {error}")
            surprises = 1
        violations = front.violations()
        left = vendor.unexplained(violations, service)
    known = len(violations) - len(left)
    print(
        f"  {len(service.sandbox.requests)} requests; violations: {len(left)}"
        + (f", and {known} that is known" if known else "")
    )
    return surprises + _shown(left)


def _shown(violations: list[str]) -> int:
    for one in violations:
        print(f"    {one}")
    return len(violations)


if __name__ == "__main__":
    main()
