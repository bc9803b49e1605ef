"""A clean Debian on which nothing was ever installed: the commands of docs/install.md, word for word.

Needs root, debootstrap, what `test_unit` needs, and the way to a Debian mirror and a package index. With
`SYNCD_CLEAN_ROOT` a Debian that debootstrap made before is used, and not changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, fences
from tests.systemd import test_unit

HERE = Path(__file__).parent
PAGE = ROOT / "docs" / "install.md"
STEPS = {
    "install": "git clone",
    "look": "syncd run-once",
    "upgrade": "git pull",
    "remove": "init --system --remove",
    "rest": "rm -rf /opt/syncd",
}
"""The steps, each with a word by which its commands are found in the page."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        bool(test_unit._lacking()) or not shutil.which("debootstrap"), reason="boots a clean Debian"
    ),
]


def _do(*command: object) -> None:
    subprocess.run([str(one) for one in command], check=True, capture_output=True)  # noqa: S603 - fixed commands


def _commands(word: str) -> str:
    """Give the commands of the page in which a word stands, for a host where nobody is there to say yes."""
    found = [one.text for one in fences(PAGE) if one.language == "sh" and word in one.text]
    text = found[0].replace("https://YOUR-COPY-OF/syncd.git", "file:///srv/syncd.git")
    return text.replace("apt install", "apt install -y")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a Debian, boot it, and let the probe follow the page; gives what it took down."""
    folder = tmp_path_factory.mktemp("clean")
    made = os.environ.get("SYNCD_CLEAN_ROOT")
    root = Path(made) if made else folder / "root"
    if not made:
        packages = "--include=systemd,systemd-sysv,dbus,sudo,adduser"
        _do("debootstrap", "--variant=minbase", packages, "bookworm", root)
    # On a branch, also where this checkout is on none.
    bare = ("git", "--git-dir", folder / "syncd.git")
    _do("git", "clone", "--quiet", "--bare", ROOT, folder / "syncd.git")
    _do(*bare, "branch", "--force", "published", "HEAD")
    _do(*bare, "symbolic-ref", "HEAD", "refs/heads/published")
    (folder / "steps").mkdir()
    for name, word in STEPS.items():
        (folder / "steps" / f"{name}.sh").write_text(_commands(word), encoding="utf-8")
    # How this host reaches others holds inside, too: its resolver, and who it trusts.
    (folder / "pip.conf").write_text("[global]\ncert = /srv/authorities.crt\n", encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - our own script
        [
            HERE / "boot.sh", HERE / "clean.sh", folder / "out", "1200",
            f"{folder}/syncd.git:/srv/syncd.git",
            f"{folder}/steps:/srv/steps",
            f"{folder}/pip.conf:/etc/pip.conf",
            "/etc/ssl/certs/ca-certificates.crt:/srv/authorities.crt",
            "/etc/resolv.conf:/etc/resolv.conf",
        ],
        env={**os.environ, "BOOT_ROOT": str(root), "BOOT_NETWORK": "host"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "out"


def test_every_step_of_the_page_works_and_what_stays_is_what_must(out: Path) -> None:
    notes = dict(line.split("=", 1) for line in (out / "notes").read_text(encoding="utf-8").splitlines())
    for name in STEPS:
        assert notes[name] == "0", (out / f"{name}.txt").read_text(encoding="utf-8")[-2000:]
    assert "sudo syncd init " in (out / "install.txt").read_text(encoding="utf-8")
    assert "complete" in (out / "look.txt").read_text(encoding="utf-8")
    assert "the index has schema" in (out / "upgrade.txt").read_text(encoding="utf-8")
    owned = (out / "owned").read_text(encoding="utf-8").splitlines()
    assert owned
    assert all(one.startswith(("/var/lib/syncd", "/etc/syncd")) for one in owned)
    assert {
        f"/var/lib/syncd/{one}" for one in ("index.sqlite", "keys/index.key", "keys/tombstone.key")
    } <= set(owned)
    assert (out / "named").read_text(encoding="utf-8").split() == ["/etc/syncd", "/etc/syncd/syncd.toml"]
