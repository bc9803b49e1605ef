"""The suite accepts a sound connector, and catches each broken one in the test that is meant for it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from syncd.contract import (
    Capability,
    ConnectorError,
    Finding,
    Page,
    Refused,
    Transient,
    Uncertain,
    Unusable,
)
from syncd.model import Action, Effect, Presence, PresenceState, Receipt, Record, RecordRef
from syncd.testing.conformance import ConnectorConformance
from tests.unit.conformance.toy import PAGE, PERSON, Toy, make_sandbox, plugin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.model import Order
    from syncd.testing.sandbox import Sandbox


class TestSoundConnector(ConnectorConformance):
    plugin = plugin_of(Toy)

    def make_sandbox(self) -> Sandbox:
        return make_sandbox()


class NamesNoFieldOfPhoneNumbers(Toy):
    fields = tuple(one for one in Toy.fields if one.category != "contact_details")


class LeavesTheFieldsOfACategoryOut(Toy):
    fields = tuple(replace(one, fields=()) for one in Toy.fields)


class DeclaresAnActionTwice(Toy):
    capabilities = Toy.capabilities | {Capability(PERSON, Action.ERASE, frozenset({"relation_record"}))}


# --- pulling ------------------------------------------------------------------------------------------------


class SaysCompleteOnEveryPage(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:
        for page in super().pull(since):
            yield replace(page, complete=True, cursor="c")


class ForgetsToSayComplete(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:
        for page in super().pull(since):
            yield replace(page, complete=False)


class GoesOn(Toy):
    """Marks a place after each page, and goes on from there."""

    offset = 0

    def pull(self, since: str | None) -> Iterator[Page]:
        page = int(since) if since and since.isdigit() else 0
        total = page * PAGE + 1
        while page * PAGE < total:
            page += 1
            body = self.list_page(page)
            total = body["total"]
            records, done = tuple(self.record(raw) for raw in body["people"]), page * PAGE >= total
            place = None if done else str(page + self.offset)
            yield Page(records, identity="toy-1", complete=done, cursor=place, full=not since)


class SkipsAPageAtAPlace(GoesOn):
    offset = 1


class CompleteInSpiteOfAFailedPage(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:
        try:
            yield from super().pull(since)
        except (Transient, Unusable) as error:
            if error.code == "status_401":
                raise
            yield Page(identity="toy-1", complete=True)


class TakesAnotherShapeForTheEnd(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:
        try:
            yield from super().pull(since)
        except Unusable as error:
            if error.code != "shape":
                raise
            yield Page(identity="toy-1", complete=True)


class StumblesOverAnotherShape(Toy):
    def list_page(self, page: int) -> Any:
        body = self.http.read("/people", params={"page": str(page)}, headers=self.headers).json()
        return {"people": body["people"], "total": body["total"]}


class CountsRowsInsteadOfRecords(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:  # noqa: ARG002
        read, page, total = 0, 0, 1
        while read < total:
            page += 1
            body = self.list_page(page)
            read, total = read + len(body["people"]), body["total"]
            yield Page(
                tuple(self.record(raw) for raw in body["people"]), identity="toy-1", complete=read >= total
            )


class WaitsForAnEmptyPage(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:  # noqa: ARG002
        page = 1
        while people := self.list_page(page)["people"]:
            yield Page(tuple(self.record(raw) for raw in people), identity="toy-1")
            page += 1
        yield Page(identity="toy-1", complete=True)


class GivesARecordTwice(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:
        for page in super().pull(since):
            yield replace(page, records=(*page.records, *page.records[:1]))


class NumbersRecordsByPosition(Toy):
    counted = 0

    def pull(self, since: str | None) -> Iterator[Page]:
        for page in super().pull(since):
            yield replace(page, records=tuple(self.numbered(record) for record in page.records))

    def numbered(self, record: Record) -> Record:
        self.counted += 1
        return replace(record, link=f"/rows/{self.counted}")


class TellsNoGoneRecords(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:
        if since is None:
            yield from super().pull(since)
        else:
            yield Page(full=False, complete=True, identity="toy-1", cursor=since)


class MarksWhatItReadsAsSeen(Toy):
    def pull(self, since: str | None) -> Iterator[Page]:
        for page in super().pull(since):
            for record in page.records:
                self.http.write("POST", f"/people/{record.ref.key}/seen", headers=self.headers)
            yield page


# --- personal data ------------------------------------------------------------------------------------------


class ShowsTheNameInItsReferences(Toy):
    def record(self, raw: dict[str, Any]) -> Record:
        record = super().record(raw)
        return replace(
            record, events=tuple(replace(one, origin=f"card of {raw['name']}") for one in record.events)
        )


class KeysByDigestOfTheAddress(Toy):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.numbers: dict[str, str] = {}

    def record(self, raw: dict[str, Any]) -> Record:
        record = super().record(raw)
        key = hashlib.md5(raw["email"].encode(), usedforsecurity=False).hexdigest()
        self.numbers[key] = raw["id"]
        return replace(record, ref=replace(record.ref, key=key))

    def look(self, ref: RecordRef) -> Any:
        return super().look(replace(ref, key=self.numbers.get(ref.key, "0")))

    def send(self, order: Order) -> Receipt:
        return super().send(replace(order, ref=replace(order.ref, key=self.numbers[order.ref.key])))


# --- probing ------------------------------------------------------------------------------------------------


class ProbesWithoutVersion(Toy):
    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        return replace(super().probe(ref, documents=documents), version="")


class ProbesFromMemory(Toy):
    """Answers from what the pull saw: a second look that is none."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.seen: dict[RecordRef, Record] = {}

    def record(self, raw: dict[str, Any]) -> Record:
        record = super().record(raw)
        return self.seen.setdefault(record.ref, record)

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        if ref in self.seen:
            known = self.seen[ref]
            return Presence(ref, PresenceState.PRESENT, known.version, known.categories, known)
        return super().probe(ref, documents=documents)


class TakesAbsentForAnError(Toy):
    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        seen = super().probe(ref, documents=documents)
        if seen.state is PresenceState.ABSENT and len(ref.key) > 1:
            raise Unusable("status_404", f"account {self.name}: not found")
        return seen


class ChecksNothing(Toy):
    def check(self) -> Iterator[Finding]:
        yield Finding("ok", "token", "the token works")


class TakesNoRightsForAbsent(Toy):
    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        try:
            return super().probe(ref, documents=documents)
        except Unusable:
            return Presence(ref, PresenceState.ABSENT)


class TakesNotFoundForAbsent(Toy):
    """Does not ask itself whether it could see anything at all."""

    def look(self, ref: RecordRef) -> Any:
        answer = self.http.read(f"/people/{ref.key}", headers=self.headers, expect=(200, 404))
        return answer.json() if answer.status == 200 else None


class TellsANeighbourAsItsChild(Toy):
    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        seen = super().probe(ref, documents=documents)
        return replace(seen, children=(self.record(self.list_page(1)["people"][-1]),))


# --- writing ------------------------------------------------------------------------------------------------


class ArchivesAndCallsItErased(Toy):
    def send(self, order: Order) -> Receipt:
        if order.action is Action.ERASE:
            self.http.write("POST", f"/people/{order.ref.key}/archive", headers=self.headers)
            return Receipt(order.id, Effect.DONE)
        return super().send(order)


class TakesTheNeighbourAlong(Toy):
    def send(self, order: Order) -> Receipt:
        if order.action is Action.ERASE:
            self.http.write("POST", f"/people/{order.ref.key}/delete-with-next", headers=self.headers)
            return Receipt(order.id, Effect.DONE)
        return super().send(order)


class WritesWithoutLooking(Toy):
    def has_effect(self, raw: dict[str, Any], order: Order) -> bool:  # noqa: ARG002
        return False


class DoesWhateverItIsTold(Toy):
    def dispose(self, order: Order) -> Receipt:
        known = replace(order, ref=replace(order.ref, kind=PERSON))
        return super().dispose(known)


class IgnoresTheVersion(Toy):
    def dispose(self, order: Order) -> Receipt:
        raw = self.look(order.ref) if order.ref.kind == PERSON else None
        return super().dispose(replace(order, version=str(raw["revision"])) if raw else order)


class TriesAWriteAgain(Toy):
    def send(self, order: Order) -> Receipt:
        try:
            return super().send(order)
        except Uncertain:
            return super().send(order)


class CallsUncertainTransient(Toy):
    def send(self, order: Order) -> Receipt:
        try:
            return super().send(order)
        except Uncertain as error:
            raise Transient(error.code, str(error)) from None


class BelievesAnyAnswer(Toy):
    def answered(self, order: Order, status: int) -> Receipt:  # noqa: ARG002
        return Receipt(order.id, Effect.DONE)


class SendsARefusedWriteEveryNight(Toy):
    def answered(self, order: Order, status: int) -> Receipt:
        if status == 403:
            raise Transient("status_403", f"{order.ref}: not now")
        return super().answered(order, status)


class CallsThrottledRefused(Toy):
    def send(self, order: Order) -> Receipt:
        try:
            return super().send(order)
        except Transient as error:
            raise Refused(error.code, str(error)) from None


EXPECTED = {
    NamesNoFieldOfPhoneNumbers: "test_every_category_names_the_fields_that_it_is_in",
    LeavesTheFieldsOfACategoryOut: "test_every_category_names_the_fields_that_it_is_in",
    DeclaresAnActionTwice: "test_the_plugin_speaks_this_contract",
    ProbesWithoutVersion: "test_a_probe_sees_what_the_pull_saw",
    SaysCompleteOnEveryPage: "test_a_full_pull_ends_in_exactly_one_complete_page",
    ForgetsToSayComplete: "test_a_full_pull_ends_in_exactly_one_complete_page",
    SkipsAPageAtAPlace: "test_a_pull_goes_on_from_a_place_that_it_marked",
    CompleteInSpiteOfAFailedPage: "test_a_pull_that_breaks_off_is_not_complete",
    TakesAnotherShapeForTheEnd: "test_an_answer_of_another_shape_proves_nothing",
    StumblesOverAnotherShape: "test_an_answer_of_another_shape_proves_nothing",
    CountsRowsInsteadOfRecords: "test_a_page_that_repeats_is_noticed",
    WaitsForAnEmptyPage: "test_a_page_that_repeats_is_noticed",
    GivesARecordTwice: "test_references_are_unique_and_lead_somewhere",
    NumbersRecordsByPosition: "test_a_second_pull_finds_the_same",
    TellsNoGoneRecords: "test_a_pull_from_a_cursor_misses_nothing",
    MarksWhatItReadsAsSeen: "test_looking_writes_nothing",
    ShowsTheNameInItsReferences: "test_identifiers_stay_out_of_repr",
    KeysByDigestOfTheAddress: "test_keys_do_not_derive_from_personal_data",
    ProbesFromMemory: "test_each_capability_has_its_effect_and_touches_nothing_else",
    TellsANeighbourAsItsChild: "test_what_hangs_on_a_record_is_told_with_it",
    TakesAbsentForAnError: "test_a_record_that_is_not_there_is_absent",
    ChecksNothing: "test_unknown_credentials_make_the_account_unusable",
    TakesNoRightsForAbsent: "test_unknown_credentials_make_the_account_unusable",
    TakesNotFoundForAbsent: "test_a_lost_scope_proves_no_absence",
    ArchivesAndCallsItErased: "test_each_capability_has_its_effect_and_touches_nothing_else",
    TakesTheNeighbourAlong: "test_each_capability_has_its_effect_and_touches_nothing_else",
    WritesWithoutLooking: "test_an_order_carried_out_twice_writes_once",
    DoesWhateverItIsTold: "test_an_undeclared_action_is_refused_without_a_request",
    IgnoresTheVersion: "test_an_order_on_another_version_is_stale_and_writes_nothing",
    TriesAWriteAgain: "test_a_write_without_a_good_answer_is_uncertain_and_sent_once",
    CallsUncertainTransient: "test_a_write_without_a_good_answer_is_uncertain_and_sent_once",
    BelievesAnyAnswer: "test_a_refused_write_is_no_success",
    SendsARefusedWriteEveryNight: "test_a_refused_write_is_no_success",
    CallsThrottledRefused: "test_a_throttled_write_is_transient_and_changes_nothing",
}


@pytest.mark.parametrize(("broken", "meant"), EXPECTED.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_a_broken_connector_is_caught_by_the_test_meant_for_it(broken: type[Toy], meant: str) -> None:
    class Suite(TestSoundConnector):
        plugin = plugin_of(broken)

    with pytest.raises((AssertionError, ConnectorError)):
        getattr(Suite(), meant)()


def test_every_test_of_the_suite_has_a_connector_that_it_catches() -> None:
    tests = {name for name in dir(ConnectorConformance) if name.startswith("test_")}
    assert tests == set(EXPECTED.values())


def test_a_connector_that_goes_on_from_its_places_is_sound() -> None:
    class Suite(TestSoundConnector):
        plugin = plugin_of(GoesOn)

    Suite().test_a_pull_goes_on_from_a_place_that_it_marked()
    Suite().test_a_pull_from_a_cursor_misses_nothing()
