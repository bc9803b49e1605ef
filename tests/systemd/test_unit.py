"""The service as it is installed, under a real systemd that is booted for the purpose.

Needs root, systemd, unshare, a cgroup v2 hierarchy and a Python that every user can run (`/usr/bin/python3` with
venv). `.ci/run` installs what is missing; elsewhere the test says what it lacks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

HERE = Path(__file__).parent
PYTHON = Path("/usr/bin/python3")


def _lacking() -> str:
    """Name what this host lacks; empty when nothing."""
    if os.geteuid() != 0:
        return "root"
    for program in ("unshare", "systemd-analyze", "systemd-sysusers", "runuser"):
        if shutil.which(program) is None:
            return f"{program} (Debian: systemd, util-linux)"
    if "cgroup2" not in Path("/proc/mounts").read_text(encoding="utf-8"):
        return "a cgroup v2 hierarchy"
    version = f"import sys, venv; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", version], check=False).returncode:  # noqa: S603
        return f"{PYTHON} of this version, with venv"
    return ""


pytestmark = [
    pytest.mark.ci,
    pytest.mark.skipif(bool(_lacking()), reason=f"boots a systemd: lacks {_lacking()}"),
]


def _venv(folder: Path) -> Path:
    """Install the wheel into an environment that every user can run, as if it had been made under /opt."""
    venv = folder / "venv"
    _do(PYTHON, "-m", "venv", "--without-pip", venv)
    _do(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    inside = venv / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    shutil.copytree(
        sysconfig.get_paths()["purelib"], inside, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*syncd*")
    )
    (wheel,) = folder.glob("*.whl")
    _do(sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "-q", "--no-deps", wheel)
    command = venv / "bin" / "syncd"
    command.write_text(
        command.read_text(encoding="utf-8").replace(str(venv), "/opt/syncd/venv"), encoding="utf-8"
    )
    return venv


def _do(*command: object, cwd: Path | None = None) -> None:
    done = subprocess.run(  # noqa: S603 - fixed commands
        [str(one) for one in command], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Boot, let the probe do its steps, and give what it took down."""
    folder = tmp_path_factory.mktemp("systemd")
    venv, made = _venv(folder), folder / "out"
    done = subprocess.run(  # noqa: S603 - our own script
        [HERE / "boot.sh", HERE / "probe.sh", made, "600", f"{venv}:/opt/syncd/venv"],
        capture_output=True,
        text=True,
        check=False,
    )
    said = "\n".join(
        (made / name).read_text(encoding="utf-8", errors="replace")[-3000:]
        for name in ("boot.log", "probe.log", "notes")
        if (made / name).exists()
    )
    assert done.returncode == 0, done.stderr + said
    return made


@pytest.fixture(scope="module")
def notes(out: Path) -> dict[str, str]:
    """Give what the probe noted of each step."""
    text = (out / "notes").read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in text.splitlines())


def test_every_step_came_to_its_end(notes: dict[str, str]) -> None:
    assert "waited_in_vain" not in notes


def test_it_is_installed_with_the_right_owners_and_modes(out: Path, notes: dict[str, str]) -> None:
    assert notes["install"] == "0", (out / "install.txt").read_text(encoding="utf-8")
    assert (out / "modes").read_text(encoding="utf-8").splitlines() == [
        "700 syncd syncd /var/lib/syncd",
        "750 root syncd /etc/syncd",
        "640 root syncd /etc/syncd/.env",
        "640 root syncd /etc/syncd/syncd.toml",
        "440 root root /etc/sudoers.d/syncd",
    ]


def test_the_units_are_clean_and_closed(out: Path, notes: dict[str, str]) -> None:
    assert notes["verify"] == "0", (out / "verify").read_text(encoding="utf-8")
    assert (out / "verify").read_text(encoding="utf-8") == ""
    for unit in ("syncd", "syncd-audit"):
        assert notes[f"security_{unit}"] == "0", (out / f"security-{unit}").read_text(encoding="utf-8")[-200:]


def test_it_becomes_ready_and_runs_with_its_credential(notes: dict[str, str]) -> None:
    assert notes["start"] == "0"
    assert notes["complete"] == "3"
    assert notes["status"].startswith("mode approve; last run ")


def test_a_look_beside_it_works(out: Path, notes: dict[str, str]) -> None:
    assert notes["beside"] == "0", (out / "beside.txt").read_text(encoding="utf-8")


def test_a_bad_configuration_is_refused_and_a_good_one_taken(notes: dict[str, str]) -> None:
    assert notes["after_bad_reload"].startswith("active the changed configuration is not valid")
    assert notes["after_good_reload"] == "active"


def test_the_watchdog_ends_a_process_that_hangs_and_it_is_started_again(notes: dict[str, str]) -> None:
    """A stopped process does not end by itself: only the watchdog can have restarted it."""
    assert int(notes["watchdog"]) == 1


def test_f46_without_the_watchdog_a_process_that_hangs_is_not_ended(notes: dict[str, str]) -> None:
    """Stopped before a process beside it, and stopped still when that one's watchdog had ended it."""
    assert notes["unguarded"].split() == ["0", "0", "T"]


def test_killed_in_the_middle_of_an_order_it_recovers(out: Path, notes: dict[str, str]) -> None:
    assert notes["approve"] == "0", (out / "approve.txt").read_text(encoding="utf-8")
    states = [one["state"] for one in json.loads((out / "queue.json").read_text(encoding="utf-8"))]
    assert states.count("verified") > int(notes["verified_before_the_kill"])
    assert not {"sent", "uncertain", "accepted"} & set(states)


def test_it_stops_clean_and_the_audit_needs_no_attention_of_systemd(notes: dict[str, str]) -> None:
    assert notes["stop"] == "success 0"
    code, result, status = notes["audit"].split()
    assert (code, result) == ("0", "success")
    assert status in {"0", "3"}
    assert notes["timer"] == "0"


def test_an_upgrade_replaces_the_units_and_nothing_that_is_the_installation_s_own(
    out: Path, notes: dict[str, str]
) -> None:
    assert notes["backup"] == "0", (out / "backup.txt").read_text(encoding="utf-8")
    assert notes["upgrade"] == "0", (out / "upgrade.txt").read_text(encoding="utf-8")
    assert notes["older"] == "0"
    before = (out / "before").read_text(encoding="utf-8")
    assert len(before.splitlines()) == 6
    assert (out / "after").read_text(encoding="utf-8") == before


def test_an_upgrade_to_another_schema_keeps_a_copy_and_the_way_back_is_that_copy(
    out: Path, notes: dict[str, str]
) -> None:
    assert notes["newer"] == "0", (out / "newer.txt").read_text(encoding="utf-8")
    assert "index-before-upgrade-of-schema-0001" in (out / "newer.txt").read_text(encoding="utf-8")
    assert notes["refused"] == "1"
    assert "which this version does not know" in (out / "refused.txt").read_text(encoding="utf-8")
    assert notes["back"] == "0", (out / "back.txt").read_text(encoding="utf-8")
    assert notes["back_again"] == "0 1", (out / "back.txt").read_text(encoding="utf-8")


def test_the_last_words_of_an_installation_and_of_an_upgrade_say_what_comes_next(out: Path) -> None:
    assert "sudo syncd init " in (out / "install.txt").read_text(encoding="utf-8")
    upgraded = (out / "upgrade.txt").read_text(encoding="utf-8")
    assert "sudo systemctl restart syncd" in upgraded
    assert "sudo syncd init " not in upgraded


def test_who_may_not_read_the_configuration_is_told_how(out: Path, notes: dict[str, str]) -> None:
    assert notes["nobody"] == "2"
    said = (out / "nobody.txt").read_text(encoding="utf-8").splitlines()
    assert len(said) == 1
    assert "sudo -u syncd" in said[0]


def test_a_configuration_that_is_not_valid_is_not_tried_again(notes: dict[str, str]) -> None:
    _code, status, restarts = notes["invalid"].split()
    assert (status, restarts) == ("2", "0")


def test_removing_leaves_what_must_be_kept(out: Path, notes: dict[str, str]) -> None:
    assert notes["stamp"] == "1"
    assert notes["remove"] == "0", (out / "remove.txt").read_text(encoding="utf-8")
    assert (out / "left_behind").read_text(encoding="utf-8") == ""
    kept = (out / "kept").read_text(encoding="utf-8").split()
    assert {"index.sqlite", "tombstone.key", "index.key", "syncd.toml"} <= set(kept)
    assert notes["user"] == "syncd"


def test_the_journal_names_nobody(out: Path) -> None:
    journal = (out / "journal").read_text(encoding="utf-8")
    assert '"event": "run.finished"' in journal
    assert "@" not in journal
