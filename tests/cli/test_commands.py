"""The commands as a person uses them, against served worlds."""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from syncd.cli import common
from syncd.model import IdentifierKind
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from tests.cli.kit import syncd

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Office


def _queue(office: Office, **wanted: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = office("queue", "list", "--format", "json").values
    return [one for one in lines if all(one[name] == value for name, value in wanted.items())]


def _due(office: Office) -> list[dict[str, Any]]:
    today = clock.today().isoformat()
    return [one for one in _queue(office, state="scheduled") if one["erase_on"] <= today]


# --- looking ------------------------------------------------------------------------------------------------


def test_run_once_says_the_same_as_the_queue_and_the_contacts(office: Office) -> None:
    run = office("run-once", "--format", "json").values
    contacts = office("contact", "list", "--format", "json").values
    counted = Counter(one["decision"] for one in contacts)
    assert run["decisions"] == {name: counted[name] for name in run["decisions"]}
    assert run["flagged"] == sum(1 for one in contacts if one["flagged"])
    orders = Counter(one["state"] for one in _queue(office) if one["order_id"])
    assert run["orders"] == dict(orders)
    assert {one["outcome"] for one in run["accounts"]} == {"complete"}


def test_run_once_reports_for_a_person_without_names(office: Office) -> None:
    said = office("run-once")
    assert said.code == 0
    for part in ("Read", "Waits for a person", "Flagged", "Held by the tax law", "subjects:", "ledger head"):
        assert part in said.out
    assert max(len(line.rstrip()) for line in said.out.splitlines()) <= 80
    for one in office.simulation.world.books.contacts:
        assert one.company_name not in said.out or len(one.company_name) < 4


def test_strict_tells_that_something_waits(office: Office) -> None:
    assert office("run-once").code == 0
    assert office("run-once", "--strict").code == 3


def _status(office: Office) -> Any:
    """Give where things stand, but for the requests that may still leave: also a look spends of those."""
    values = office("status", "--format", "json").values
    for account in values["accounts"]:
        del account["budget_left"]
    return values


@pytest.mark.parametrize("option", [("--dry-run",), ("--as-of", "2030-01-01")], ids=["dry-run", "as-of"])
def test_a_run_that_leaves_no_trace(office: Office, option: tuple[str, ...]) -> None:
    before = (_queue(office), _status(office))
    writes = office.writes()
    result = office("run-once", "--format", "json", *option).values
    assert (_queue(office), _status(office)) == before
    assert office.writes() == writes
    if option[0] == "--as-of":
        assert result["as_of"] == "2030-01-01"
        assert result["orders"] != office("run-once", "--format", "json").values["orders"]


def test_one_account_alone_orders_nothing_new(own_office: Office) -> None:
    said = own_office("run-once", "--account", "books", "--format", "json")
    outcomes = {one["name"]: one["outcome"] for one in said.values["accounts"]}
    assert outcomes == {"books": "complete", "crm": "skipped", "news": "skipped"}
    assert said.values["orders"] == {}


def test_observe_never_writes(own_office: Office) -> None:
    own_office.configure("observe")
    before = own_office.simulation.digests()
    assert own_office("run-once", "--execute").code == 0
    assert own_office("queue", "approve", "--all", "--yes").code == 0
    said = own_office("run-once", "--execute")
    assert "mode is observe" in said.out
    assert own_office.simulation.digests() == before
    assert own_office.writes() == 0


# --- deciding -----------------------------------------------------------------------------------------------


def test_approve_execute_verify(own_office: Office) -> None:
    own_office("run-once")
    wanted = next(one for one in _due(own_office) if one["account"] == "news")
    assert own_office("queue", "approve", wanted["order_id"], "--by", "Anna").code == 0
    result = own_office("run-once", "--execute", "--format", "json").values
    assert (result["sent"], result["verified"]) == (1, 1)
    assert own_office.writes() == 1
    shown = own_office("queue", "show", wanted["order_id"], "--format", "json").values
    assert shown["state"] == "verified"
    assert shown["receipt"]["effect"] == "done"
    assert shown["residue"]


def test_bulk_approval_asks_first(own_office: Office) -> None:
    own_office("run-once")
    waiting = len(_queue(own_office, state="scheduled"))
    said = own_office("queue", "approve", "--all", stdin="n\n")
    assert said.code == 1
    assert f"Approve these {waiting} orders" in said.out
    assert len(_queue(own_office, state="scheduled")) == waiting
    assert own_office("queue", "approve", "--all", stdin="y\n").code == 0
    assert _queue(own_office, state="scheduled") == []


def test_the_brake_holds_and_the_printed_command_goes_on(own_office: Office) -> None:
    own_office("run-once")
    own_office("queue", "approve", "--all", "--yes")
    held = own_office("run-once", "--execute", "--format", "json").values
    stopped = [one for one in held["attention"] if one["code"] == "brake"]
    assert stopped
    for one in stopped:
        command = one["text"].split("syncd ", 1)[1].split()
        assert own_office(*command).code == 0
    assert own_office("run-once", "--execute", "--format", "json").values["verified"] > 0


def test_reject_until_a_day(own_office: Office) -> None:
    own_office("run-once")
    order = _due(own_office)[0]
    said = own_office("queue", "reject", order["order_id"], "--until", "2099-01-01", "--reason", "dispute")
    assert said.code == 0
    own_office("run-once")
    place = (order["account"], order["key"], order["action"])
    assert place not in {
        (one["account"], one["key"], one["action"]) for one in _queue(own_office, state="scheduled")
    }
    shown = own_office("queue", "show", order["order_id"], "--format", "json").values
    assert (shown["state"], shown["code"]) == ("cancelled", "rejected_dispute")


def test_a_relationship_that_ended_and_came_back(own_office: Office) -> None:
    own_office("run-once")
    running = next(
        one
        for one in own_office("contact", "list", "--decision", "keep", "--format", "json").values
        if one["roles"] and not one["erase_on"] and set(one["roles"].values()) == {None}
    )
    subject = running["subject"]

    def decision() -> str:
        return str(own_office("contact", "show", subject, "--format", "json").values["decision"])

    assert own_office("relationship", "end", subject, "--on", "2026-01-31", "--by", "Anna").code == 0
    assert decision() != "keep"
    assert own_office("relationship", "resume", subject).code == 0
    assert decision() == "keep"


def test_an_order_says_what_stays_at_the_vendor_for_every_kind_of_record(office: Office) -> None:
    orders = office("queue", "list", "--format", "json").values
    each = {(one["kind"], one["action"]): one["order_id"] for one in orders if one["order_id"]}
    assert {kind for kind, _ in each} >= {"contact", "contact_person", "note", "item", "file", "member"}
    for order in each.values():
        said = " ".join(office("queue", "show", order).out.split())
        residue = office("queue", "show", order, "--format", "json").values["residue"]
        assert residue
        for one in residue:
            words = " ".join(one["text"].split()).rstrip(".")
            until = f" ({one['days']} days)" if one["days"] else ""
            assert f"stays {words}{until}" in said


def test_an_order_says_why_it_exists_in_sentences_and_with_days(office: Office) -> None:
    orders = [one for one in office("queue", "list", "--format", "json").values if one["order_id"]]
    ended = next(one for one in orders if {"ended", "hold"} <= {*one["basis"]["reasons"]})
    said = " ".join(office("queue", "show", ended["order_id"]).out.split())
    for role, day in ended["basis"]["ended"].items():
        assert f"the relationship ended ({role}): {day}" in said
    why, _, held = said.partition("held because ")
    assert "the tax law wants documents kept for seven years" in held
    assert "tax law" not in why
    assert f"due {ended['erase_on']}" in said
    assert ("flagged" in said) == ended["flagged"]
    for code in ("basis", "reasons", "decision", "True", "False", "contact_details"):
        assert code not in said, code


def test_an_order_for_a_withdrawn_consent_gives_that_as_its_reason(office: Office) -> None:
    orders = [one for one in office("queue", "list", "--format", "json").values if one["order_id"]]
    kept = next(one for one in orders if one["basis"]["decision"] == "keep")
    said = " ".join(office("queue", "show", kept["order_id"]).out.split())
    assert "why consent was withdrawn; the relationship itself goes on" in said
    assert "no end of the relationship" not in said


# --- finding ------------------------------------------------------------------------------------------------


def test_find_reads_from_standard_input_only(office: Office) -> None:
    one = next(each for each in office.simulation.world.books.contacts if each.company_name)
    said = office("contact", "find", "--format", "json", stdin=f"{one.company_name}\n")
    assert any(record["key"] == one.id for subject in said.values for record in subject["records"])
    assert office("contact", "find", stdin="nobody at all by this name\n").out.startswith("Nobody found")


def test_show_explains_in_sentences(office: Office) -> None:
    flagged = office("contact", "list", "--flagged", "--format", "json").values
    assert flagged
    said = office("contact", "show", flagged[0]["subject"])
    assert "Decision: " in said.out
    assert "the relationship ended" in said.out or "organisation" in said.out


def test_names_are_shown_only_when_asked(office: Office) -> None:
    one = next(each for each in office.simulation.world.crm.persons if len(each.name) > 8)
    found = office("contact", "find", "--format", "json", stdin=f"{one.name}\n").values[0]
    assert one.name not in office("contact", "show", found["subject"]).out
    assert one.name in office("contact", "show", found["subject"], "--names").out
    assert IdentifierKind.NAME.value  # names are what this is about


def test_documents_due_are_past_their_hold(office: Office) -> None:
    today = clock.today().isoformat()
    due = office("documents", "due", "--format", "json").values
    assert due
    assert all(one["hold_until"] < today for one in due)
    said = office("documents", "due").out
    assert "syncd never deletes one" in said
    assert all(one["link"] in said.split() for one in due), "an address is in one piece"


def test_documents_due_say_that_the_schedule_lets_go_before_the_law_does(office: Office) -> None:
    due = office("documents", "due", "--format", "json").values
    assert "legal floor" not in office("documents", "due").out
    below = 'general = "5 years"\nbelow_floor_because = "agreed on 1 May"'
    text = default_schedule_text().replace('general = "7 years"', below)
    (office.folder / "retention.toml").write_text(text, encoding="utf-8")
    said = " ".join(office("documents", "due").out.split())
    assert "! " in said
    assert "5 years is below the legal floor of 7 years, because: agreed on 1 May" in said
    assert len(office("documents", "due", "--format", "json").values) > len(due), "two years of papers more"


def test_status_fits_one_screen(office: Office) -> None:
    said = office("status")
    assert said.code == 0
    assert len(said.out.splitlines()) < 24
    values = office("status", "--format", "json").values
    assert {one["name"] for one in values["accounts"]} == {"books", "crm", "news"}
    assert values["waiting"] == len(_queue(office, state="scheduled"))


def test_the_installed_connectors() -> None:
    names = [one["name"] for one in syncd("connectors", "--format", "json").values]
    assert names == ["mailchimp", "moneybird", "podio"]
    assert "administration_id (required)" in syncd("connectors", "moneybird").out
    assert syncd("connectors", "exact").code == 2


@pytest.mark.parametrize("name", ["mailchimp", "moneybird", "podio"])
def test_every_key_of_a_connector_is_explained(name: str) -> None:
    (values,) = syncd("connectors", name, "--format", "json").values
    lines = syncd("connectors", name).out.splitlines()[1:]
    told = [line for line in lines if re.match(r"  [a-z_]+( \([a-z, ]+\))?: \S", line)]
    assert [re.split(r"[ :]", line.strip())[0] for line in told] == list(values["settings"])


# --- policy -------------------------------------------------------------------------------------------------


def test_whoever_is_held_can_be_listed_as_the_report_counts_them(office: Office) -> None:
    """The decision `hold` says less: whoever has something to erase beside the hold is held, too."""
    every = office("contact", "list", "--format", "json").values
    held = office("contact", "list", "--held", "--format", "json").values
    assert [one for one in every if one in held] == held
    assert "erase" in {one["decision"] for one in held}
    count = re.search(r"^held +(\d+)", office("status").out, re.MULTILINE)
    assert count
    assert len(held) == int(count[1])
    assert "more: syncd contact list --flagged" in office("run-once", "--as-of", "2999-01-01").out


def test_policy_show_prints_the_schedule_in_use(office: Office) -> None:
    """Whoever changed the schedule must not be shown the shipped one as the company's promise."""
    own = office.folder / "retention.toml"
    longer = default_schedule_text().replace('general = "7 years"', 'general = "8 years"')
    own.write_text(longer, encoding="utf-8")
    shown = office("policy", "show").out
    assert "8 years" in shown
    assert str(own) in shown.replace("\n", "")
    again = office("policy", "show", "--schedule", str(own), "--format", "json").values
    assert office("policy", "show", "--format", "json").values["digest"] == again["digest"]
    own.write_text(longer.replace('period = "4 weeks"', 'period = "-4 weeks"'), encoding="utf-8")
    assert office("policy", "show").code == 2


def test_policy_test_runs_cases_against_the_schedule_in_use(office: Office) -> None:
    own = office.folder / "retention.toml"
    cases = office.folder / "none.json"
    cases.write_text("[]", encoding="utf-8")
    own.write_text(default_schedule_text().replace('lead = "0 days"', 'lead = "soon"'), encoding="utf-8")
    said = office("policy", "test", str(cases))
    assert said.code == 2
    assert str(own) in said.err


@pytest.mark.parametrize("columns", [60, 80, 200])
def test_no_list_breaks_a_key_or_a_date(
    office: Office, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is broken in two can neither be copied nor be found on the screen."""
    monkeypatch.setattr(common, "console", lambda: Console(width=columns, highlight=False, file=sys.stdout))
    orders = office("queue", "list", "--format", "json").values
    shown = office("queue", "list").out.splitlines()
    assert {f"{one['account']}:{one['kind']}:{one['key']}" for one in orders} <= set(" ".join(shown).split())
    contacts = office("contact", "list")
    assert max(map(len, [*shown, *contacts.out.splitlines()])) <= columns
    words = contacts.out.split()
    for one in office("contact", "list", "--format", "json").values:
        assert {one["subject"], one["kind"], one["decision"]} <= set(words)
        assert {one["erase_on"], one["hold_until"]} - {None} <= set(words)


def test_where_there_is_room_a_list_has_one_line_for_each(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "console", lambda: Console(width=200, highlight=False, file=sys.stdout))
    orders = office("queue", "list", "--format", "json").values
    head, *lines, _count = office("queue", "list").out.splitlines()
    assert len(lines) == len(orders)
    assert head.split() == ["order", "subject", "record", "action", "state", "day"]
    assert len({line.index(each["action"]) for line, each in zip(lines, orders, strict=True)}) == 1


def test_policy_show_in_every_form() -> None:
    assert "fiscal_identity" in syncd("policy", "show").out
    lines = syncd("policy", "show", "--format", "md").out.splitlines()
    assert lines[1].startswith("| ---")
    assert len({line.count("|") for line in lines}) == 1
    categories = syncd("policy", "show", "--format", "json").values["categories"]
    assert {one["category"] for one in categories} >= {"fiscal_identity", "newsletter", "credentials"}


CASE = """[{"id": "A", "text": "ended, no documents",
 "facts": {"today": "2026-11-22", "ended": {"customer": "2026-10-01"}},
 "expected": {"decision": "%s", "partial": false, "flags": ["flagged"], "erase_on": "2026-10-29",
 "hold_until": null}}]"""


@pytest.mark.parametrize(
    ("decision", "code", "last"), [("erase", 0, "1 passed, 0 failed"), ("keep", 1, "0 passed, 1 failed")]
)
def test_policy_test(tmp_path: Path, decision: str, code: int, last: str) -> None:
    file = tmp_path / "cases.json"
    file.write_text(CASE % decision)
    said = syncd("policy", "test", str(file))
    assert said.code == code
    assert said.out.splitlines()[-1] == last
    values = syncd("policy", "test", str(file), "--format", "json").values
    assert (values["passed"], values["failed"]) == ((1, 0) if code == 0 else (0, 1))


# --- the demo and the sandbox -------------------------------------------------------------------------------


def test_the_demo_erases_in_all_services_and_another_seed_changes_all() -> None:
    tails = []
    for seed in ("1", "2"):
        said = syncd("demo", "--seed", seed, "--size", "40")
        assert said.code == 0, said.err
        tail = said.out.split("What the services saw", 1)[1].splitlines()
        tails.append([line.split() for line in tail if line.startswith(("books", "crm", "news"))])
    for first, second in zip(*tails, strict=True):
        assert int(first[2]) > 0, "writes"
        assert first[4] != first[5], "the state changed"
        assert first[4:] != second[4:], "another seed, another world"


def test_the_version() -> None:
    assert syncd("--version").out.startswith("syncd ")


def test_without_a_command_it_says_what_it_can() -> None:
    said = syncd()
    assert "run-once" in said.out + said.err
