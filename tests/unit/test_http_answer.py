"""What an answer gives to whoever reads it: its body as the documents promise it, and how long to wait."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from syncd.contract import Unusable
from syncd.http import Answer, Http
from syncd.testing.faults import answer
from syncd.testing.sandbox import Sandbox, serve

DATE = "Wed, 25 Nov 2026 09:00:00 GMT"


class Person(BaseModel):
    id: int
    name: str
    custom: dict[str, int] = Field(default_factory=dict)


def said(body: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(200, named, json.dumps(body).encode(), "account books (api.example)")


def test_a_body_is_read_as_what_is_promised() -> None:
    assert said({"id": 7, "name": "Anna", "new": True}).read_as(Person) == Person(id=7, name="Anna")


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"id": "Anna de Vries", "name": "x"}, "(id)"),
        ({"name": ["Anna de Vries"]}, "(id, name)"),
        ({"id": 7, "name": "x", "custom": {"Anna de Vries": "Anna de Vries"}}, "(custom)"),
        (["Anna de Vries"], "(as a whole)"),
        (None, "(as a whole)"),
    ],
)
def test_another_body_is_told_by_its_fields_and_shows_nothing_of_itself(body: Any, shown: str) -> None:
    with pytest.raises(Unusable) as found:
        said(body).read_as(Person)
    assert (found.value.code, found.value.__cause__, found.value.__context__) == (
        "unknown_answer",
        None,
        None,
    )
    assert shown in str(found.value)
    assert "api.example" in str(found.value)
    assert "Anna" not in str(found.value)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "12"}, 12.0),
        ({"retry_after": "Wed, 25 Nov 2026 09:01:30 GMT", "date": DATE}, 90.0),
        ({"retry_after": "Wed, 25 Nov 2026 08:00:00 GMT", "date": DATE}, 0.0),
        ({"retry_after": "Wed, 25 Nov 2026 09:01:30 GMT"}, None),
        ({"retry_after": "Wed, 25 Nov 2026 09:01:30", "date": DATE}, None),
        ({"retry_after": "²"}, None),
        ({"retry_after": "soon", "date": DATE}, None),
        ({}, None),
    ],
)
def test_how_long_to_wait_is_a_number_or_a_date_on_the_vendors_clock(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert said(**headers).retry_after() == seconds


@given(wait=st.text(), date=st.text())
def test_no_header_stops_a_connector(wait: str, date: str) -> None:
    seconds = said(retry_after=wait, date=date).retry_after()
    assert seconds is None or seconds >= 0


def test_a_throttled_read_waits_that_long_without_any_help_of_the_connector() -> None:
    async def fine(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    class Nothing:
        def snapshot(self) -> dict[str, Any]:
            return {}

    waits: list[float] = []
    sandbox = Sandbox(fine, Nothing())
    sandbox.faults.inject(answer(503, headers={"Retry-After": "7"}))
    with serve(sandbox) as address, Http(address, account="books", sleep=waits.append) as http:
        assert http.read("/").status == 200
    assert waits == [7.0]


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (rb'"Zwaan \ud83d"', "Zwaan \ufffd"),
        (rb'"\uDE00 \ud83d\ud83d\uDE00"', "\ufffd \ufffd\U0001f600"),
        (b'"Zwaan \xed\xa0\xbd \xed\x95\x9c"', "Zwaan \ufffd \ud55c"),
        (rb'"\\ud83d \u00e9 \" \\"', '\\ud83d é " \\'),
    ],
    ids=["escaped", "two-and-a-whole-one", "not-escaped", "no-half-at-all"],
)
def test_f40_half_a_character_becomes_one_that_can_be_stored(body: bytes, read: str) -> None:
    text = Answer(200, {}, body, "account books (api.example)").json()
    assert text == read
    assert text.encode().decode() == read


@given(st.text())
def test_f40_a_whole_text_is_read_as_it_is(text: str) -> None:
    for escapes in (True, False):
        body = json.dumps(text, ensure_ascii=escapes).encode("utf-8", "surrogatepass")
        assert Answer(200, {}, body, "").json() == text
