"""Nothing that identifies a person is found outside what is sealed, in no spelling that a search would try."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from syncd import log
from syncd.cli import common
from syncd.index.store import FILE
from syncd.service import clock
from syncd.service.simulation import simulate
from syncd.testing.faults import any_write, meanwhile
from tests.cli.conftest import Office

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW, SUBJECTS = 12, 40
AT_DEBUG_LEVEL = """
import sys
from syncd import log
from syncd.cli import common, run_command
common.setup_logging = lambda **_how: log.configure(level="debug")
sys.exit(run_command(sys.argv[1:]))
"""
SHORT = 9
"""Below so many characters a number may stand in a hash by chance: it counts only as a word of its own."""


@dataclass
class Searched:
    """An office after a whole cycle, what its commands printed, and the sealed rows of whoever was erased."""

    office: Office
    printed: dict[str, bytes]
    midway: dict[str, bytes] = field(default_factory=dict)
    sealed_before: dict[str, bytes] = field(default_factory=dict)


def _planted(office: Office, most: int = SUBJECTS) -> set[str]:
    world = office.simulation.world
    found: set[str] = set()
    for one in world.books.contacts[:most]:
        found |= {
            one.email, one.phone, one.iban, one.chamber_of_commerce, one.tax_number, one.company_name,
            f"{one.firstname} {one.lastname}".strip(),
        }  # fmt: skip
        for person in one.people:
            found |= {person.email, person.phone, f"{person.firstname} {person.lastname}".strip()}
    for item in world.crm.organisations[:most]:
        found |= {item.name, item.kvk, item.vat, item.iban, item.email, item.phone}
    for someone in world.crm.persons[:most]:
        found |= {someone.name, someone.email, someone.phone}
    for member in world.news.members[:most]:
        found |= {member.email, f"{member.first_name} {member.last_name}".strip()}
    found |= {one.email for one in world.news.customers[:most]}
    return {one for one in found if len(one) > SHORT - 2}


def _spellings(value: str) -> Iterator[bytes]:
    """Give every way in which a value could stand somewhere, in lower case where case does not matter."""
    for text in {value, value.casefold(), re.sub(r"[\s-]", "", value)}:
        raw = text.encode()
        yield from (raw, quote(text, safe="").encode(), quote_plus(text).encode(), raw.hex().encode())
        yield json.dumps(text).strip('"').encode()
        yield from (text.encode("utf-16-le"), text.encode("utf-16-be"))
        for shift in range(3):  # where base64 of a longer text that holds the value would begin
            code = base64.b64encode(bytes(shift) + raw).rstrip(b"=")
            yield code[(0, 2, 3)[shift] : -1]
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, raw, usedforsecurity=False)
            yield from (digest.digest(), digest.hexdigest().encode())


def _found(places: dict[str, bytes], values: set[str]) -> set[str]:
    """Give the places in which a value stands in any spelling."""
    lowered = {name: content.lower() for name, content in places.items()}
    found = set()
    for spelling in {each.lower() for value in values for each in _spellings(value)}:
        word = re.compile(rb"(?<![0-9a-f.-])" + re.escape(spelling) + rb"(?![0-9a-f])")
        for name, content in lowered.items():
            if spelling in content and (len(spelling) >= SHORT or word.search(content)):
                found.add(name)
    return found


def _files(folder: Path) -> dict[str, bytes]:
    files = {str(one.relative_to(folder)): one for one in folder.rglob("*") if one.is_file()}
    return {name: one.read_bytes() for name, one in files.items()} | {"names": "\n".join(files).encode()}


def _sealed(office: Office, where: str) -> dict[str, bytes]:
    with sqlite3.connect(office.folder / "state" / FILE) as connection:
        found = dict(connection.execute(f"SELECT ref, sealed FROM records WHERE {where}").fetchall())  # noqa: S608
    connection.close()
    return found


def _in_a_process(made: Searched, *words: str) -> None:
    """Run a command as a process of its own, and look at it and its files while a write is at the vendor."""
    office = made.office
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", AT_DEBUG_LEVEL, *words, "--config", str(office.folder / "syncd.toml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    def look() -> None:
        place = Path("/proc") / str(process.pid)
        made.midway |= {
            f"process {name}": (place / name).read_bytes() for name in ("cmdline", "environ", "comm")
        }
        made.midway |= {f"midway {name}": text for name, text in _files(office.folder / "state").items()}

    for sandbox in office.simulation.sandboxes.values():
        sandbox.faults.inject(meanwhile(look), when=any_write)
    out, err = process.communicate(timeout=120)
    made.printed[" ".join(words)] = out + err


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Searched]:
    with simulate(9, 24, clock.today()) as simulation, pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "setup_logging", lambda **_how: log.configure(level="debug"))
        office = Office(tmp_path_factory.mktemp("leaks"), simulation)
        office.configure()
        made = Searched(office, {})

        def ask(*words: str, stdin: str = "") -> None:
            said = office(*words, stdin=stdin)
            assert said.code in {0, 1}, said.err
            made.printed[" ".join(words[:3])] = (said.out + said.err).encode()

        ask("run-once", "--verbose", "--report", str(office.folder / "first"))
        for account in simulation.sandboxes:
            ask("queue", "approve", "--brake", account, "--count", "500")
        ask("queue", "approve", "--all", "--yes")
        ask("db", "backup")
        made.sealed_before = _sealed(office, "sealed IS NOT NULL")
        _in_a_process(made, "run-once", "--execute", "--report", str(office.folder / "second"))
        ask("queue", "list", "--all")
        ask("queue", "show", "O-000001")
        ask("contact", "list")
        ask("report", "--format", "json")
        ask("ledger", "export")
        ask("contact", "was-erased", stdin="\n".join(_planted(office)))
        yield made


@pytest.mark.parametrize("most", [FEW, pytest.param(SUBJECTS, marks=pytest.mark.ci)])
def test_no_planted_value_is_found_anywhere(searched: Searched, most: int) -> None:
    values = _planted(searched.office, most)
    assert len(values) > 5 * most
    files = _files(searched.office.folder)
    assert {FILE, "tombstones.jsonl"} <= {name.rpartition("/")[2] for name in files}
    said = next(text for name, text in searched.printed.items() if name.startswith("run-once --execute"))
    assert b"run.finished" in said
    assert b"--execute" in searched.midway["process cmdline"]
    assert len(searched.midway[f"midway {FILE}-wal"]) > 0
    assert [name for name in files if name.startswith("state/backups/")]
    assert _found(files | searched.midway | searched.printed, values) == set()


@pytest.mark.parametrize("number", range(20))
def test_a_value_that_leaks_on_purpose_is_found_in_each_spelling(searched: Searched, number: int) -> None:
    value = next(one for one in sorted(_planted(searched.office)) if "@" in one)
    spellings = sorted(set(_spellings(value)))
    log = searched.office.folder / "leaking.log"
    log.write_bytes(b'{"event": "' + spellings[number % len(spellings)] + b'"}\n')
    try:
        assert _found(_files(searched.office.folder), {value}) == {"leaking.log"}
    finally:
        log.unlink()


def test_what_was_sealed_of_an_erased_record_is_gone_from_the_file_itself(searched: Searched) -> None:
    erased = _sealed(searched.office, "state = 'erased'")
    assert erased
    assert not any(erased.values())
    state = searched.office.folder / "state"
    content = b"".join(one.read_bytes() for one in state.glob(f"{FILE}*"))
    before = {ref: sealed for ref, sealed in searched.sealed_before.items() if ref in erased}
    assert before
    assert [ref for ref, sealed in before.items() if sealed[:32] in content] == []
    still = {ref for ref, sealed in _sealed(searched.office, "sealed IS NOT NULL").items() if sealed}
    kept = [sealed for ref, sealed in searched.sealed_before.items() if ref in still]
    assert any(sealed[:32] in content for sealed in kept), "the search finds what is still there"
