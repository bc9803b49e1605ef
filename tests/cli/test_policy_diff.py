"""What another schedule would change is what it changes once it is adopted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.service.defaults import default_schedule_text
from tests.cli.kit import syncd

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Office


def _schedules(folder: Path) -> tuple[str, str]:
    old, new = folder / "old.toml", folder / "new.toml"
    text = default_schedule_text()
    assert '"4 weeks"' in text
    old.write_text(text, encoding="utf-8")
    new.write_text(text.replace('"4 weeks"', '"1 week"'), encoding="utf-8")
    return str(old), str(new)


def test_a_shorter_promise_moves_dates_forward(office: Office, tmp_path: Path) -> None:
    old, new = _schedules(tmp_path)
    before = office("contact", "list", "--format", "json").values
    said = office("policy", "diff", old, new, "--format", "json").values
    assert said["subjects"] == len(before)
    assert said["erase_before"] == sum(1 for one in before if one["decision"] == "erase")
    known = {one["subject"]: one for one in before}
    moved = [one for one in said["changes"] if one["before"]["erase_on"] != one["after"]["erase_on"]]
    assert moved
    for one in said["changes"]:
        assert one["before"]["decision"] == known[one["subject"]]["decision"]
        assert one["before"]["erase_on"] == known[one["subject"]]["erase_on"]
    assert any(
        one["after"]["erase_on"] < one["before"]["erase_on"] for one in moved if one["after"]["erase_on"]
    )
    assert office("contact", "list", "--format", "json").values == before
    told = office("policy", "diff", old, new).out
    assert f"{said['changed']} of {said['subjects']} subjects change" in told


def test_the_same_schedule_changes_nothing_and_the_way_back_mirrors(office: Office, tmp_path: Path) -> None:
    old, new = _schedules(tmp_path)
    assert office("policy", "diff", old, old, "--format", "json").values["changes"] == []
    there = office("policy", "diff", old, new, "--format", "json").values
    back = office("policy", "diff", new, old, "--format", "json").values
    assert [(one["after"], one["before"]) for one in there["changes"]] == [
        (one["before"], one["after"]) for one in back["changes"]
    ]
    assert (there["erase_before"], there["erase_after"]) == (back["erase_after"], back["erase_before"])


def test_a_schedule_that_is_none_is_refused(office: Office, tmp_path: Path) -> None:
    old, _new = _schedules(tmp_path)
    said = office("policy", "diff", old, str(tmp_path / "absent.toml"))
    assert said.code == 2
    assert "absent.toml: cannot be read" in said.err
    assert syncd("policy", "diff", old).code == 2


def test_a_period_below_the_floor_is_said_where_its_effect_is_shown(office: Office, tmp_path: Path) -> None:
    old, _new = _schedules(tmp_path)
    low = tmp_path / "low.toml"
    text = default_schedule_text()
    assert text.count('general = "7 years"') == 1
    below = 'general = "5 years"\nbelow_floor_because = "agreed on 1 May"'
    low.write_text(text.replace('general = "7 years"', below), encoding="utf-8")
    said = "5 years is below the legal floor of 7 years, because: agreed on 1 May"
    for form in ("text", "md"):
        shown = syncd("policy", "show", "--schedule", str(low), "--format", form)
        assert said in " ".join(shown.out.split()), form
    assert said in " ".join(office("policy", "diff", old, str(low)).out.split())
    told = office("policy", "diff", old, str(low)).out.splitlines()
    assert max(map(len, told)) <= 80
