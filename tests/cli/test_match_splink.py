"""`syncd contact match --with splink`: more proposals and no other link; a plain word where it is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.matching import dutch
from syncd.cycle.matching import LISTED_FROM
from tests.cli.kit import syncd

if TYPE_CHECKING:
    from pathlib import Path

ROWS = """id,kind,given_name,family_name,street,house_number,postcode,city
1,person,Anna,Smit,Dorpsstraat,12,1234AB,Ede
2,person,Bram,Bakker,Kerkweg,3,4321AB,Goes
"""
NEEDS = ("splink>=5,<6", "duckdb>=1.5", "pyarrow>=18")


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    file = tmp_path / "crm.csv"
    file.write_text(ROWS, encoding="utf-8")
    said = syncd("contact", "match", str(file), "--with", "splink")
    assert (said.code, said.out) == (2, "")
    assert said.complaints == ["syncd: --with splink: is not installed; pip install 'syncd[match]'"]
    assert syncd("contact", "match", str(file), "--with", "dedupe").code == 2


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An interpreter of its own that has the extra, and everything else from this one's environment."""
    folder = tmp_path_factory.mktemp("extra")
    venv.create(folder, with_pip=True)
    packages = next(folder.glob("lib/*/site-packages"))
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    found = str(folder / "bin" / "python")
    install = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDS]
    subprocess.run(install, check=True)  # noqa: S603
    return found


@pytest.mark.ci
def test_it_adds_proposals_of_low_score_and_links_nothing(python: str, tmp_path: Path) -> None:
    made = dutch.make(3, 12)
    files = [str(file) for file in made.write(tmp_path)]

    def match(*more: str) -> Any:
        command = [python, "-m", "syncd", "contact", "match", *files, *more, "--format", "json"]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        assert answer.stderr == ""
        return json.loads(answer.stdout)

    plain, more = match(), match("--with", "splink")
    assert more["links"] == plain["links"]
    added = [one for one in more["proposals"] if one["evidence"] == ["splink"]]
    assert added
    assert [one for one in more["proposals"] if one not in added] == plain["proposals"]
    assert max(one["score"] for one in added) <= LISTED_FROM
    rows = {row["id"]: row for some in made.rows.values() for row in some}
    for one in added:
        a, b = rows[one["a"]], rows[one["b"]]
        assert a["kind"] == b["kind"]
        for veto in ("kvk", "vat", "birth_date"):
            assert not a.get(veto) or not b.get(veto) or a[veto] == b[veto]
