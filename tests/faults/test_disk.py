"""A disk that is full or cannot be written: a real one of 24 MB, in a mount namespace of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from syncd.model import OrderState
from tests.cycle.kit import Installation
from tests.faults.kit import GUARDED, Ready, writes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.ci

ROOT = Path(__file__).parents[2]
NAMESPACE = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
TOO_LITTLE = 4 << 20
"""Bytes: enough for a run to note what it read, less than what must be free before a write."""


@contextmanager
def _small_disk(folder: Path) -> Iterator[Callable[..., Any]]:
    """Let the installation's state be on a small disk; gives what tells it what to do."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [*NAMESPACE, sys.executable, "-m", "tests.faults.small_disk", str(folder)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None

    def do(what: str, **how: Any) -> Any:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps({"do": what, **how}), file=process.stdin, flush=True)
        return json.loads(process.stdout.readline())

    with process:
        assert json.loads(process.stdout.readline()) == "ready"
        yield do
        process.stdin.close()


def _kept(here: Installation) -> Installation:
    return Installation(here.simulation, here.folder / "kept")


@GUARDED
def test_f32_with_too_little_room_nothing_is_sent_until_there_is_more(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        here.app().close()  # writes the configuration
        with _small_disk(here.folder) as do:
            do("fill", left=TOO_LITTLE)
            said = do("run", room=None if guarded else 0)
            assert bool(writes(here)) is not guarded
            if guarded:
                assert said["code"] == 1
                assert "less than 8 MB free" in said["out"]
                do("free")
                assert do("run")["code"] == 0
        if guarded:
            assert writes(here) > 0

    ready.apart(tmp_path, play)


def test_f32_a_disk_that_fills_up_while_a_write_is_at_the_vendor_loses_nothing_and_repeats_nothing(
    ready: Ready, tmp_path: Path
) -> None:
    def play(here: Installation) -> None:
        here.app().close()
        with _small_disk(here.folder) as do:
            said = do("run", fill_at_write=True)
            assert said["code"] == 1
            assert "see that the disk has room" in said["err"]
            assert "Traceback" not in said["err"]
            assert writes(here) == 1
            do("free")
            do("run")
            do("keep")
        written = [each.path for some in here.writes().values() for each in some]
        assert len(set(written)) == len(written) > 1
        assert {one.state for one in _kept(here).orders() if one.tries} == {OrderState.VERIFIED}
        assert _kept(here).ledger(), "and its chain holds"

    ready.apart(tmp_path, play)


@pytest.mark.parametrize("how", ["full", "read-only"])
def test_f32_a_disk_that_takes_nothing_is_one_clear_word_and_nothing_is_sent(
    ready: Ready, tmp_path: Path, how: str
) -> None:
    def play(here: Installation) -> None:
        here.app().close()
        with _small_disk(here.folder) as do:
            if how == "full":
                do("fill")
            else:
                do("remount", how="ro")
            said = do("run", room=0)
            assert said["code"] in {1, 2}
            assert len(said["err"].splitlines()) == 1, said["err"]
            assert str(here.folder / "state") in said["err"]
            assert writes(here) == 0
            if how == "read-only":
                do("remount", how="rw")
            else:
                do("free")
            assert do("run")["code"] == 0
        assert writes(here) > 0

    ready.apart(tmp_path, play)
