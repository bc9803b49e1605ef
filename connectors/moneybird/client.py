"""Speaks to Moneybird's API version 2: the reads, and the five writes inside the fence."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.moneybird.answers import (
    BAD_REQUEST,
    NOT_FOUND,
    OK,
    UNAUTHORISED,
    Listed,
    is_token_refused,
    rejected_fields,
    rows,
    symbolic,
    unusable,
)
from connectors.moneybird.fence import require_allowed, require_question
from connectors.moneybird.limits import answer_day, requests_left
from connectors.moneybird.values import identifier, text
from syncd.contract import Refused, Unusable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from connectors.moneybird.resources import Resource
    from connectors.moneybird.signin import SignIn
    from syncd.http import Answer, Http

BATCH = 100
"""Most ids one call may ask for: Moneybird silently drops those above. Also the largest page."""

ANY_SCOPE = "sales_invoices, documents and estimates"
"""Contacts open with any one of these; syncd needs all three to see every document."""

# Errors are understood here; redirects and throttling are left to the HTTP layer.
_ANSWERS = frozenset({*range(200, 300), *range(400, 500)} - {420, 429})


class Client:
    """One administration behind one way to sign in."""

    def __init__(self, http: Http, administration_id: str, sign_in: SignIn) -> None:
        self._http = http
        self._administration = administration_id
        self._sign_in = sign_in
        # The documented base address ends in /api/v2; an address without any path gets it.
        self._root = "" if urlsplit(http.base_url).path else "/api/v2"
        self._settled: dict[str, tuple[str, ...]] = {}

    @property
    def account(self) -> str:
        """Give the account's name."""
        return self._http.account

    @property
    def website(self) -> str:
        """Give the address of the pages where a person sees this administration."""
        return f"{self._http.base_url.removesuffix('/api/v2')}/{self._administration}"

    # --- the administration ---------------------------------------------------------------------------------

    def administrations(self) -> list[Any]:
        """List the administrations that the token can see."""
        return rows(self._ask(f"{self._root}/administrations.json", what="administrations"))

    def custom_fields(self) -> list[Any]:
        """List the custom fields of the administration."""
        return rows(self._ask(self._address("/custom_fields"), what="custom fields"))

    def require_readable(self, path: str, scope: str, *, optional: bool = False) -> Answer:
        """Read one entry of a list; raises `Unusable` when the token may not. An optional one may be a 404."""
        return self._ask(
            self._address(f"/{path}"),
            {"per_page": "1"},
            what=path,
            scope=scope,
            expect={NOT_FOUND} if optional else (),
        )

    # --- the synchronization endpoints ----------------------------------------------------------------------

    def contact_versions(self) -> Listed:
        """List all contacts, archived ones too."""
        address = self._address("/contacts/synchronization")
        listed = Listed()
        listed.add(self._ask(address, {"include_archived": "true"}, what="contacts"))
        return listed

    def document_versions(self, resource: Resource) -> Listed:
        """List all documents of a resource."""
        answered: list[tuple[tuple[str, ...], Listed]] = []
        for filters in self._spellings(resource):
            listed = self._listed(resource, filters)
            if listed is not None:
                answered.append((filters, listed))
                if listed.versions:
                    break
        if not answered:
            raise self._filter_refused(resource)
        self._settled[resource.kind], listed = answered[-1]
        return listed

    def fetch(self, path: str, ids: Sequence[str], *, scope: str = ANY_SCOPE) -> list[dict[str, Any]]:
        """Read up to a hundred contacts or documents by their ids; those that are gone are left out."""
        address = self._address(f"/{path}/synchronization")
        answer = self._ask(address, what=path, scope=scope, method="POST", json={"ids": list(ids)})
        found = self._own(rows(answer))
        asked = {one: one for one in ids}
        for row in found:
            # What is remembered of a row shares the text of its id with the list that named it.
            row["id"] = asked.get(str(row.get("id")), row.get("id"))
        return found

    def _spellings(self, resource: Resource) -> tuple[tuple[str, ...], ...]:
        """Give the filters to try, or the one that is known to work."""
        settled = self._settled.get(resource.kind)
        return (settled,) if settled else resource.filters

    def _listed(self, resource: Resource, filters: Iterable[str]) -> Listed | None:
        found = Listed()
        for one in filters:
            address = self._address(f"/{resource.path}/synchronization")
            expect = {BAD_REQUEST, NOT_FOUND} if resource.optional else {BAD_REQUEST}
            answer = self._ask(
                address, {"filter": one}, what=resource.path, scope=resource.scope, expect=expect
            )
            if answer.status == BAD_REQUEST:
                return None
            if answer.status == NOT_FOUND:
                return Listed(missing=True)
            found.add(answer)
        return found

    # --- one contact and what refers to it ------------------------------------------------------------------

    def contact(self, key: str) -> dict[str, Any] | None:
        """Read one contact, archived or not; None is a 404, which proves nothing yet."""
        address = self._address(f"/contacts/{identifier(key)}")
        answer = self._ask(address, {"include_archived": "true"}, what="contacts", expect={NOT_FOUND})
        if answer.status == NOT_FOUND:
            return None
        found = self._own([answer.json()])[0]
        if text(found.get("id")) != key:
            raise Unusable("other_record", f"{answer.where} answered with another contact than was asked for")
        return found

    def documents_of(self, resource: Resource, contact: str) -> list[dict[str, Any]]:
        """List all documents of a resource that belong to a contact.

        Checked again on this side: a server that ignores the filter must not turn other people's invoices
        into this contact's, and one that does not know the contact must not hide this one's.
        """
        spellings = self._spellings(resource)
        for filters in spellings:
            found = [self._pages(resource, f"{one},contact_id:{contact}") for one in filters]
            known = [row for page in found if page is not None for row in page]
            if None not in found and (known or filters is spellings[-1]):
                return [row for row in known if text(row.get("contact_id")) == contact]
        raise self._filter_refused(resource)

    def _pages(self, resource: Resource, filters: str) -> list[dict[str, Any]] | None:
        found: dict[str, dict[str, Any]] = {}
        for page in count(1):
            answer = self._ask(
                self._address(f"/{resource.path}"),
                {"filter": filters, "per_page": str(BATCH), "page": str(page)},
                what=resource.path,
                scope=resource.scope,
                expect={BAD_REQUEST, NOT_FOUND},
            )
            if answer.status == BAD_REQUEST:
                return None
            if answer.status == NOT_FOUND:
                return self._pages_without_contact(answer, resource, filters)
            listed = self._own(rows(answer))
            fresh = {identifier(row.get("id")): row for row in listed}
            if listed and fresh.keys() <= found.keys():
                raise Unusable("repeated_page", f"{answer.where} repeats a page of {resource.path}")
            found |= fresh
            if len(listed) < BATCH and 'rel="next"' not in answer.headers.get("link", ""):
                break
        return list(found.values())

    def _pages_without_contact(
        self, answer: Answer, resource: Resource, filters: str
    ) -> list[dict[str, Any]] | None:
        # Some filters look the contact up, and may not find an archived one. Its invoices are still there:
        # read them all and pick.
        if resource.optional and not symbolic(answer):
            return []
        everything, _, contact = filters.partition(",contact_id:")
        if not contact or not symbolic(answer).get("contact_id"):
            raise unusable(answer, resource.path, resource.scope)
        return self._pages(resource, everything)

    def _filter_refused(self, resource: Resource) -> Unusable:
        return Unusable(
            "filter_refused",
            f"account {self.account}: {resource.path} refuses the filter that lists everything: "
            "the interface changed, look for a newer syncd",
        )

    def running_subscriptions(self, contact: str) -> int:
        """Count a contact's subscriptions that still run; none where there are no subscriptions (404)."""
        answer = self._ask(
            self._address("/subscriptions"), {"contact_id": contact},
            what="subscriptions", scope="sales_invoices", expect={NOT_FOUND},
        )  # fmt: skip
        if answer.status == NOT_FOUND:
            return 0
        today = answer_day(answer)
        return sum(1 for one in self._own(rows(answer)) if _runs(one, today))

    def unbilled_charges(self, contact: str) -> int:
        """Count what a contact is still to be billed on top of its subscriptions."""
        address = self._address(f"/contacts/{identifier(contact)}/additional_charges")
        answer = self._ask(address, what="additional charges", scope="sales_invoices", expect={NOT_FOUND})
        return 0 if answer.status == NOT_FOUND else len(self._own(rows(answer)))

    # --- writes ---------------------------------------------------------------------------------------------

    def write(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Send one write inside the fence.

        Gives success, 400 and 404 back; raises `Refused` for what will never be accepted as it is, and
        `Unusable` for a token that lost its rights.
        """
        require_allowed(method, path, body)
        answer = self._http.write(method, self._address(path), headers=self._sign_in.header(), json=body)
        if answer.status in OK or answer.status in {BAD_REQUEST, NOT_FOUND}:
            return answer
        if answer.status == UNAUTHORISED:
            raise unusable(answer, "contacts", ANY_SCOPE)
        fields = ", ".join(rejected_fields(answer))
        raise Refused(
            f"status_{answer.status}",
            f"{answer.where} refused the write with {answer.status}"
            + (f" because of {fields}" if fields else ""),
        )

    # --- asking ---------------------------------------------------------------------------------------------

    def _address(self, path: str) -> str:
        return f"{self._root}/{self._administration}{path}.json"

    def _ask(
        self,
        address: str,
        params: Mapping[str, str] | None = None,
        *,
        what: str,
        scope: str = ANY_SCOPE,
        method: str = "GET",
        json: Any = None,
        expect: Collection[int] = (),
    ) -> Answer:
        require_question(method, address)

        def send() -> Answer:
            found = self._http.read(
                address,
                method=method,
                params=params,
                headers=self._sign_in.header(),
                json=json,
                expect=_ANSWERS,
            )
            self._obey(found)
            return found

        answer = send()
        if is_token_refused(answer) and self._sign_in.renew():
            answer = send()
        if answer.status in OK or answer.status in expect:
            return answer
        raise unusable(answer, what, scope)

    def _obey(self, answer: Answer) -> None:
        if (figures := requests_left(answer)) is not None:
            self._http.budget.observe(*figures)

    def _own(self, found: list[Any]) -> list[dict[str, Any]]:
        """Check that every row is of the pinned administration; raises `Unusable` for another's."""
        for row in found:
            if not isinstance(row, dict):
                raise Unusable(
                    "not_a_record", f"account {self.account} answered with something that is no record"
                )
            other = row.get("administration_id")
            if other is not None and str(other) != self._administration:
                raise Unusable(
                    "other_administration",
                    f"account {self.account} answered for another administration than "
                    f"{self._administration}: check `administration_id`",
                )
        return found


def batches(keys: Iterable[str]) -> Iterator[list[str]]:
    """Give ids in lists that one call may ask for."""
    left = iter(keys)
    while batch := list(islice(left, BATCH)):
        yield batch


def _runs(subscription: Mapping[str, Any], today: str) -> bool:
    end = text(subscription.get("end_date"))
    if not end:
        return not text(subscription.get("cancelled_at"))
    return not today or end[: len(today)] >= today
