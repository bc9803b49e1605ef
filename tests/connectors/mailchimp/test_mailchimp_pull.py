"""Reading everybody, under a list that moves, and reading only what changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from syncd.contract import Transient, Unusable
from syncd.model import EventKind
from syncd.testing.faults import answer, empty_list, maintenance_page, meanwhile, on, repeated_page
from tests.connectors.mailchimp.kit import MEMBERS, Site, at, contact_id, member, pulled, ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.contract import Page

MEMBER_LIST = on("GET", "*/lists/aud1/members")


def codes(pages: list[Page]) -> list[str]:
    return [problem.code for page in pages for problem in page.problems]


# --- everything ---------------------------------------------------------------------------------------------


def test_every_member_of_every_audience_is_read_once(site: Site) -> None:
    records, pages = pulled(site.connector())
    assert set(records) == {one.contact_id for one in MEMBERS}
    assert sum(len(page.records) for page in pages) == len(MEMBERS)
    assert records[contact_id(9)].ref == ref(9, "aud2")
    assert records[contact_id(4)].restricted
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]
    assert {page.identity for page in pages} == {"acc-77"}
    assert all(page.full for page in pages)


def test_only_the_unsubscribed_cost_a_call_for_their_date(site: Site) -> None:
    records, _ = pulled(site.connector())
    assert sum("activity-feed" in one for one in site.calls()) == 2
    withdrawn = {
        key: next(event for event in one.events if event.kind is EventKind.CONSENT_WITHDRAWN)
        for key, one in records.items()
        if key in {contact_id(2), contact_id(3)}
    }
    assert (withdrawn[contact_id(2)].on, withdrawn[contact_id(2)].not_later) == (at(2025, 6, 3), False)
    assert (withdrawn[contact_id(3)].on, withdrawn[contact_id(3)].not_later) == (at(2025, 12, 31), True)


def test_archived_members_in_the_plain_list_are_not_asked_for_again(site: Site) -> None:
    site.state.lists_archived = True
    records, pages = pulled(site.connector())
    assert set(records) == {one.contact_id for one in MEMBERS}
    assert pages[-1].complete
    assert [
        one.query for one in site.sandbox.requests if "status=archived" in one.query and "aud1" in one.path
    ] == []


def test_only_the_configured_audiences_are_read(site: Site) -> None:
    records, pages = pulled(site.connector(audiences=["aud2"]))
    assert set(records) == {contact_id(9)}
    assert pages[-1].complete
    assert not [one for one in site.calls() if "aud1" in one]


def test_a_configured_audience_that_is_not_there_makes_the_pull_incomplete(site: Site) -> None:
    records, pages = pulled(site.connector(audiences=["aud2", "aud9"]))
    assert set(records) == {contact_id(9)}
    assert codes(pages) == ["audience_missing"]
    assert not pages[-1].complete


def test_only_fields_that_are_needed_are_asked_for(site: Site) -> None:
    pulled(site.connector())
    asked = [one.query for one in site.sandbox.requests if one.path.endswith("/members")]
    assert asked
    assert not [
        query for query in asked if any(word in query for word in ("ip_", "location", "tags", "stats"))
    ]
    assert all("fields=" in query for query in asked)


def test_a_long_list_is_read_in_pages_of_a_thousand(site_of: Callable[..., Site]) -> None:
    site = site_of(*(member(number) for number in range(2500)))
    records, pages = pulled(site.connector())
    assert len(records) == 2500
    assert pages[-1].complete
    lists = [
        one
        for one in site.sandbox.requests
        if one.path.endswith("aud1/members") and "archived" not in one.query
    ]
    assert len(lists) == 3


# --- a list that moves --------------------------------------------------------------------------------------


def moving(site_of: Callable[..., Site]) -> Site:
    return site_of(*(member(number, last_changed=at(2020 + number // 365, 1, 1)) for number in range(1500)))


def remove_first(site: Site) -> None:
    del site.state.audience("aud1").members[site.vendor(0)["id"]]


def test_a_member_that_goes_meanwhile_hides_nobody(site_of: Callable[..., Site]) -> None:
    site = moving(site_of)
    site.sandbox.faults.inject(meanwhile(lambda: remove_first(site)), when=MEMBER_LIST)
    records, pages = pulled(site.connector())
    assert {contact_id(number) for number in range(1, 1500)} <= set(records)
    assert pages[-1].complete


def test_one_that_goes_and_one_that_comes_hide_nobody_though_the_total_stays(
    site_of: Callable[..., Site],
) -> None:
    site = moving(site_of)

    def swap() -> None:
        remove_first(site)
        site.state.add("aud1", {"email_address": "new@example.nl", "status": "subscribed"})

    site.sandbox.faults.inject(meanwhile(swap), when=MEMBER_LIST)
    records, pages = pulled(site.connector())
    assert {contact_id(number) for number in range(1, 1500)} <= set(records)
    assert pages[-1].complete


def test_a_member_that_is_edited_meanwhile_ends_as_it_is_now(site_of: Callable[..., Site]) -> None:
    site = moving(site_of)

    def edit() -> None:
        site.state.edit("aud1", contact_id(3), {"status": "unsubscribed"})

    site.sandbox.faults.inject(meanwhile(edit), when=MEMBER_LIST)
    records, pages = pulled(site.connector())
    assert len(records) == 1500
    assert records[contact_id(3)].version == site.vendor(3)["last_changed"]
    assert EventKind.CONSENT_WITHDRAWN in {event.kind for event in records[contact_id(3)].events}
    assert pages[-1].complete


def test_one_who_subscribes_again_meanwhile_is_not_left_unsubscribed(site_of: Callable[..., Site]) -> None:
    site = site_of(
        member(0, status="unsubscribed", last_changed=at(2019)),
        *(member(number, last_changed=at(2020)) for number in range(1, 1500)),
    )

    def come_back() -> None:
        site.state.edit("aud1", contact_id(0), {"status": "subscribed"})

    site.sandbox.faults.inject(meanwhile(come_back), when=MEMBER_LIST)
    reading = [one for page in site.connector().pull(None) for one in page.records if one.ref == ref(0)]
    assert [one.version for one in reading] == [site.vendor(0)["last_changed"]]
    assert EventKind.CONSENT_GIVEN in {event.kind for event in reading[-1].events}


def test_a_list_that_never_stands_still_is_not_called_complete(site_of: Callable[..., Site]) -> None:
    site = moving(site_of)
    gone = iter(range(1500))

    def remove() -> None:
        number = next(gone)
        del site.state.audience("aud1").members[site.vendor(number)["id"]]

    site.sandbox.faults.inject(meanwhile(remove), when=MEMBER_LIST, times=None)
    _, pages = pulled(site.connector())
    assert codes(pages)[0] == "drift"
    assert not pages[-1].complete
    assert pages[-1].cursor is None


def test_a_page_that_comes_again_and_again_ends_the_reading(site_of: Callable[..., Site]) -> None:
    site = moving(site_of)
    site.sandbox.faults.inject(repeated_page(), when=MEMBER_LIST, times=None)
    records, pages = pulled(site.connector())
    assert len(records) == 1000
    assert codes(pages)[0] == "total_disagrees"
    assert not pages[-1].complete


def test_a_count_that_contradicts_an_empty_list_is_noticed(site: Site) -> None:
    nothing = json.dumps({"members": [], "total_items": 7}).encode()
    site.sandbox.faults.inject(empty_list(nothing), when=MEMBER_LIST, times=None)
    _, pages = pulled(site.connector())
    assert "total_disagrees" in codes(pages)


@pytest.mark.parametrize(
    ("row", "code"),
    [({"email_address": "x@example.nl"}, "no_id"), ("not a member", "no_id")],
)
def test_a_member_without_an_id_makes_the_pull_incomplete(site: Site, row: Any, code: str) -> None:
    body = json.dumps({"members": [row], "total_items": 1}).encode()
    site.sandbox.faults.inject(empty_list(body), when=MEMBER_LIST, times=None)
    _, pages = pulled(site.connector())
    assert code in codes(pages)
    assert not pages[-1].complete


@pytest.mark.parametrize("hostile", [".", ".."])
def test_an_id_that_would_lead_elsewhere_is_not_followed(site: Site, hostile: str) -> None:
    body = json.dumps({"lists": [{"id": hostile}], "total_items": 1}).encode()
    site.sandbox.faults.inject(empty_list(body), when=on("GET", "*/lists"), times=None)
    with pytest.raises(Unusable) as error:
        pulled(site.connector())
    assert error.value.code == "unusable_id"


def test_a_server_that_gives_short_pages_is_read_to_the_end(site_of: Callable[..., Site]) -> None:
    site = site_of(*(member(number) for number in range(25)))
    site.state.largest_page = 10
    records, pages = pulled(site.connector())
    assert len(records) == 25
    assert pages[-1].complete


# --- what changed -------------------------------------------------------------------------------------------


def test_a_quiet_night_reads_ids_and_no_feeds(site: Site) -> None:
    _, pages = pulled(site.connector())
    before = len(site.calls())
    records, again = pulled(site.connector(), pages[-1].cursor)
    night = site.calls()[before:]
    assert (again[-1].complete, again[-1].full, again[-1].gone) == (True, False, ())
    assert [one for one in night if "activity-feed" in one or "merge-fields" in one] == []
    assert records == {}
    # The account, the audiences, the shops; per audience what changed and who is there, archived ones apart.
    assert len(night) == 3 + 2 * (2 + 2)


def test_a_second_that_was_not_over_is_read_again(site: Site) -> None:
    later = datetime.now(UTC) + timedelta(days=1)  # noqa: TID251 - later than the sandbox's own clock
    site.vendor(1)["last_changed"] = later.isoformat(timespec="seconds")
    _, pages = pulled(site.connector())
    site.vendor(1)["merge_fields"] = {"FNAME": "Anna"}
    records, _ = pulled(site.connector(), pages[-1].cursor)
    assert set(records) & {contact_id(1)}


def test_a_second_that_was_over_is_not_read_again_and_a_later_change_is(site: Site) -> None:
    together = [contact_id(number) for number in (1, 2, 3)]
    for number in (1, 2, 3):
        site.vendor(number)["last_changed"] = "2026-02-01T10:00:00+00:00"
    _, pages = pulled(site.connector())
    records, again = pulled(site.connector(), pages[-1].cursor)
    assert records == {}
    site.vendor(2)["last_changed"] = "2026-02-01T10:00:01+00:00"
    records, _ = pulled(site.connector(), again[-1].cursor)
    assert set(records) & set(together) == {contact_id(2)}


def test_an_edit_and_a_newcomer_are_read_and_one_who_went_is_named(site: Site) -> None:
    _, pages = pulled(site.connector())
    site.state.edit("aud1", contact_id(1), {"status": "unsubscribed"})
    added = site.state.add("aud1", {"email_address": "new@example.nl", "status": "subscribed"})
    site.state.forget("aud1", site.vendor(5)["id"])
    site.state.archive("aud1", contact_id(7))
    records, again = pulled(site.connector(), pages[-1].cursor)
    assert {contact_id(1), contact_id(7), added["contact_id"]} <= set(records)
    assert records[contact_id(7)].restricted
    assert again[-1].gone == (ref(5),)
    assert again[-1].complete


def test_a_change_in_the_very_second_of_the_last_one_is_read(site: Site) -> None:
    _, pages = pulled(site.connector())
    site.vendor(7).update(
        last_changed=site.vendor(2)["last_changed"], timestamp_opt="2026-01-09T10:00:00+00:00"
    )
    records, _ = pulled(site.connector(), pages[-1].cursor)
    assert contact_id(7) in records


def test_a_newcomer_with_an_old_date_is_found_all_the_same(site: Site) -> None:
    _, pages = pulled(site.connector())
    added = site.state.add("aud1", {"email_address": "import@example.nl", "status": "subscribed"})
    added["last_changed"] = "2019-01-01T00:00:00+00:00"
    records, again = pulled(site.connector(), pages[-1].cursor)
    assert added["contact_id"] in records
    assert again[-1].complete


def test_the_members_of_an_audience_that_was_deleted_are_gone(site: Site) -> None:
    _, pages = pulled(site.connector())
    del site.state.audiences["aud2"]
    _, again = pulled(site.connector(), pages[-1].cursor)
    assert again[-1].gone == (ref(9, "aud2"),)


def test_nobody_is_gone_after_an_incomplete_night(site: Site) -> None:
    _, pages = pulled(site.connector())
    nothing = json.dumps({"members": [], "total_items": 7}).encode()
    site.sandbox.faults.inject(empty_list(nothing), when=MEMBER_LIST, times=None)
    _, again = pulled(site.connector(), pages[-1].cursor)
    assert (again[-1].complete, again[-1].gone, again[-1].cursor) == (False, (), None)


@pytest.mark.parametrize("cursor", ["", "{}", "nonsense", '{"v": 1}', '{"v": 0, "account": "acc-77"}', "[]"])
def test_a_cursor_that_is_none_of_ours_means_everything(site: Site, cursor: str) -> None:
    records, pages = pulled(site.connector(), cursor)
    assert len(records) == len(MEMBERS)
    assert pages[-1].full


def test_other_audiences_mean_everything(site: Site) -> None:
    _, pages = pulled(site.connector(audiences=["aud1"]))
    records, again = pulled(site.connector(audiences=["aud2", "aud1"]), pages[-1].cursor)
    assert len(records) == len(MEMBERS)
    assert again[-1].full
    _, third = pulled(site.connector(audiences=["aud1", "aud2"]), again[-1].cursor)
    assert not third[-1].full


def test_one_that_went_while_the_night_was_read_is_gone_the_next_night(site: Site) -> None:
    _, pages = pulled(site.connector())
    site.state.edit("aud1", contact_id(1), {"merge_fields": {"FNAME": "Anna"}})
    digest = site.vendor(1)["id"]
    leaves = meanwhile(lambda: site.state.forget("aud1", digest))
    site.sandbox.faults.inject(leaves, when=lambda asked: "since_last_changed" in asked.query)
    records, night = pulled(site.connector(), pages[-1].cursor)
    assert (contact_id(1) in records, night[-1].gone) == (True, ())
    _, next_night = pulled(site.connector(), night[-1].cursor)
    assert next_night[-1].gone == (ref(1),)


def test_another_mapping_of_fields_means_everything(site: Site) -> None:
    _, pages = pulled(site.connector())
    records, again = pulled(site.connector(fields={"phone": "PHONE"}), pages[-1].cursor)
    assert len(records) == len(MEMBERS)
    assert again[-1].full


# --- a vendor that fails ------------------------------------------------------------------------------------


def test_throttling_without_a_body_is_waited_for(site: Site) -> None:
    site.sandbox.faults.inject(answer(429), times=3)
    records, _ = pulled(site.connector())
    assert len(records) == len(MEMBERS)
    assert len(site.waits) == 3


@pytest.mark.parametrize("body", [b"", b"<html>Access denied</html>"])
def test_a_refusal_at_the_edge_is_waited_for(site: Site, body: bytes) -> None:
    site.sandbox.faults.inject(answer(403, body), when=MEMBER_LIST, times=3)
    records, pages = pulled(site.connector())
    assert (len(records), pages[-1].complete) == (len(MEMBERS), True)
    assert len(site.waits) == 3


def test_a_right_that_is_missing_is_not_waited_for(site: Site) -> None:
    site.sandbox.faults.inject(answer(403, b'{"status": 403}'), when=MEMBER_LIST)
    with pytest.raises(Unusable) as error:
        pulled(site.connector())
    assert (error.value.code, site.waits) == ("forbidden", [])


def test_a_refusal_at_the_edge_that_stays_is_for_later(site: Site) -> None:
    site.sandbox.faults.inject(answer(403), when=MEMBER_LIST, times=None)
    with pytest.raises(Transient) as error:
        pulled(site.connector())
    assert error.value.code == "edge_403"


@pytest.mark.parametrize(
    "path", ["*/3.0/", "*/lists", "*/lists/aud1/members", "*/activity-feed", "*/merge-fields"]
)
def test_a_page_for_people_is_one_line_with_a_remedy(site: Site, path: str) -> None:
    site.sandbox.faults.inject(maintenance_page(), when=on("GET", path))
    with pytest.raises(Unusable) as error:
        pulled(site.connector())
    assert error.value.code == "not_json"
    assert str(error.value).startswith("account news")
    assert "example.nl" not in str(error.value)


def test_a_wrong_key_says_where_to_make_one(site: Site) -> None:
    with pytest.raises(Unusable) as error:
        pulled(site.connector(api_key="wrong-us6"))
    assert error.value.code == "credentials"
    assert "wrong" not in str(error.value)


def test_what_came_before_a_failure_still_counts_as_read(site: Site) -> None:
    site.sandbox.faults.inject(answer(500), when=on("GET", "*/lists/aud2/members"), times=None)
    read: list[Page] = []

    def note(pages: Iterator[Page]) -> None:
        for page in pages:
            read.append(page)  # noqa: PERF402  (extend would lose what came before the failure)

    with pytest.raises(Transient):
        note(site.connector().pull(None))
    assert {one.ref.within for page in read for one in page.records} == {"aud1"}
