"""What `run-once --execute` changes at the services: exactly what was approved, and nothing after a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.service import clock
from syncd.testing.faults import answer, on

if TYPE_CHECKING:
    from tests.cli.conftest import Office


def _due(office: Office, account: str, action: str) -> list[dict[str, Any]]:
    """Give the orders on records of their own that may be sent today."""
    today = clock.today().isoformat()
    lines: list[dict[str, Any]] = office(
        "queue", "list", "--state", "scheduled", "--account", account, "--format", "json"
    ).values
    return [
        one for one in lines if one["erase_on"] <= today and one["action"] == action and one["parent"] is None
    ]


def test_exactly_the_approved_record_is_gone_and_every_other_service_is_as_it_was(own_office: Office) -> None:
    own_office("run-once")
    service = own_office.simulation.sandboxes["crm"]
    before, digests = service.state.snapshot()["items"], own_office.simulation.digests()
    wanted = _due(own_office, "crm", "erase")[0]
    own_office("queue", "approve", wanted["order_id"])
    result = own_office("run-once", "--execute", "--format", "json")
    assert result.code == 0
    assert (result.values["sent"], result.values["verified"]) == (1, 1)
    after = service.state.snapshot()["items"]
    assert {str(key) for key in set(before) - set(after)} == {wanted["key"]}
    assert after == {key: before[key] for key in after}
    changed = {name for name, digest in own_office.simulation.digests().items() if digest != digests[name]}
    assert changed == {"crm"}
    assert own_office.writes() == 1


def test_a_refused_order_waits_for_a_person_and_goes_again_after_retry_and_a_new_approval(
    own_office: Office,
) -> None:
    own_office("run-once")
    order = _due(own_office, "crm", "erase")[0]["order_id"]
    own_office("queue", "approve", order)
    service = own_office.simulation.sandboxes["crm"]
    service.faults.inject(answer(403, b'{"error":"forbidden"}'), when=on("DELETE"), times=1)
    refused = own_office("run-once", "--execute", "--format", "json")
    assert refused.code == 1
    (told,) = [one["text"] for one in refused.values["attention"] if one["code"] == "order_refused"]
    assert f"syncd queue retry {order}" in told
    assert own_office("run-once", "--execute", "--format", "json").values["sent"] == 0, "not by itself"

    again = own_office("queue", "retry", order.removeprefix("O-").lstrip("0"))
    assert (again.code, again.out.split()[0]) == (0, order)
    assert own_office("run-once", "--execute", "--format", "json").values["sent"] == 0, (
        "approval is asked anew"
    )
    assert own_office("queue", "approve", order).code == 0
    done = own_office("run-once", "--execute", "--format", "json")
    assert (done.code, done.values["verified"]) == (0, 1)
    assert own_office("queue", "retry", order).code == 2


def test_a_retried_order_is_nobodys_so_in_automatic_mode_the_brake_counts_it(own_office: Office) -> None:
    own_office("run-once")
    today = clock.today().isoformat()
    order = next(one for one in _due(own_office, "crm", "erase") if one["erase_on"] == today)["order_id"]
    own_office("queue", "approve", order)
    service = own_office.simulation.sandboxes["crm"]
    service.faults.inject(answer(403, b'{"error":"forbidden"}'), when=on("DELETE"), times=1)
    own_office("run-once", "--execute")
    assert own_office("queue", "retry", order).code == 0
    written = own_office.writes()
    own_office.configure("automatic", **{name: {"brake": 0} for name in ("books", "crm", "news")})
    braked = own_office("run-once", "--execute", "--format", "json").values
    assert "crm" in {one["account"] for one in braked["attention"] if one["code"] == "brake"}
    assert own_office.writes() == written


def test_looking_at_another_day_or_at_one_account_sends_nothing_of_what_was_approved(
    own_office: Office,
) -> None:
    own_office("run-once")
    own_office("queue", "approve", "--all", "--yes")
    digests = own_office.simulation.digests()
    for option in (("--dry-run",), ("--as-of", "2031-01-01"), ("--account", "crm"), ()):
        own_office("run-once", *option)
    assert own_office.simulation.digests() == digests
    assert own_office.writes() == 0


def test_a_search_that_finds_many_says_how_many_it_does_not_show(office: Office) -> None:
    found = office("contact", "find", "--format", "json", stdin="an\n").values
    lines = office("contact", "find", stdin="an\n").out.splitlines()
    assert len(found) > len(lines)
    assert lines[-1] == f"and {len(found) - len(lines) + 1} more: say more of it"
