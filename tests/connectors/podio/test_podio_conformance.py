"""The contract, shown on a generated world: what every connector must do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from connectors.podio import PodioSettings, plugin
from connectors.podio.sandbox import PodioState, account_table
from syncd.model import EventKind
from syncd.testing.conformance import ConnectorConformance
from syncd.testing.faults import answer
from syncd.testing.sandbox import Sandbox
from tests.connectors.worlds import fresh_world

if TYPE_CHECKING:
    from syncd.contract import Plugin
    from syncd.testing.world.shapes import Crm

TODAY = date(2026, 11, 24)


class TestConformance(ConnectorConformance):
    plugin: Plugin[PodioSettings] = plugin
    account = "crm"
    size = 40
    throttled = answer(420, b'{"error_description": "Please wait 3 seconds before trying again"}')

    def make_sandbox(self) -> Sandbox:
        made = plugin.sandbox(fresh_world(7, self.size, TODAY))
        assert isinstance(made, Sandbox)
        assert isinstance(made.state, PodioState)
        ended = [one.id for one in made.state.world.crm.organisations if one.ended_on]
        for item_id in ended[:3]:
            comment = made.state.hang("comment", item_id, "Belt terug")
            made.state.hang("file", item_id, "offerte.pdf")
            made.state.hang("file", item_id, "foto.jpg", on=comment)
            made.state.hang("task", item_id, "Nabellen")
        return made

    def settings(self, address: str, sandbox: Sandbox) -> dict[str, Any]:
        table = account_table(sandbox)
        table["apps"]["relaties"]["categories"] = {"opmerkingen": "credentials"}
        return {**table, "base_url": address}

    def wrong_credentials(self, sandbox: Sandbox) -> dict[str, str]:
        del sandbox  # its credentials hold more than an account takes
        return {"password": "another"}

    def bystanders(self, snapshot: Any, ref: Any) -> Any:
        rest = super().bystanders(snapshot, ref)
        return {**rest, "trash": [key for key in rest["trash"] if key != ref.key]}

    @pytest.mark.parametrize("seed", [1, 2])
    def test_every_fact_of_the_world_is_read(self, seed: int) -> None:
        sandbox = plugin.sandbox(fresh_world(seed, 200, TODAY))
        assert isinstance(sandbox.state, PodioState)
        crm: Crm = sandbox.state.world.crm
        with self.bench(sandbox) as bench:
            records = bench.records()
        read = {record.ref.key: record for record in records if record.ref.kind == "item"}
        assert len(read) == len(crm.organisations) + len(crm.persons) + len(crm.projects)
        hung = {(record.ref.kind, record.ref.key) for record in records if record.ref.kind != "item"}
        there = {(one.kind, str(one.id)): one.item for one in crm.attachments}
        ended = {one.id for one in crm.organisations if one.ended_on}
        ended |= {one.id for one in crm.persons if ended.issuperset(one.organisations)}
        assert hung == {place for place, item in there.items() if item in ended}
        assert {doubt for record in read.values() for doubt in record.doubts} == set()
        for one in crm.organisations:
            events = read[str(one.id)].events
            assert {event.on for event in events if event.kind is EventKind.ENDED} == {one.ended_on} - {None}
            assert {event.on for event in events if event.kind is EventKind.RESUMED} == {one.resumed_on} - {
                None
            }
            assert len([event for event in events if event.kind is EventKind.ROLE]) == len(one.relation)
        for person in crm.persons:
            assert {ref.key for ref in read[str(person.id)].member_of} == {
                str(key) for key in person.organisations
            }
