"""What a pull leaves for the next one."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.moneybird.cursor import Known

ids = st.from_regex(r"[0-9]{1,18}", fullmatch=True)
texts = st.dictionaries(ids, ids, max_size=8)


@given(
    versions=st.dictionaries(st.sampled_from(["contact", "sales_invoice", "estimate"]), texts),
    children=texts,
    bookings=texts,
    quotes=st.dictionaries(ids, st.tuples(ids, st.sampled_from(["", "2026-01-31"])), max_size=4),
    busy=st.sets(ids, max_size=4),
)
def test_a_cursor_comes_back_as_it_was_written(
    versions: dict[str, dict[str, str]],
    children: dict[str, str],
    bookings: dict[str, str],
    quotes: dict[str, tuple[str, str]],
    busy: set[str],
) -> None:
    known = Known(versions, children, bookings, quotes, busy)
    cursor = known.to_text("mark")
    again = Known.from_text(cursor, "mark")
    assert again == known
    contacts = [contact for contact, _ in quotes.values()]
    assert [again.expired_quote(one) for one in contacts] == [known.expired_quote(one) for one in contacts]
    assert Known.from_text(cursor, "another") is None


def test_a_large_one_is_written_in_parts() -> None:
    children = {str(key): "note:1" for key in range(2001)}
    known = Known({"contact": {str(key): "7" for key in range(5001)}}, children)
    plain = zlib.decompress(base64.b64decode(known.to_text("mark")))
    assert len(plain.splitlines()) == 1 + 3 + 2
    assert Known.from_text(known.to_text("mark"), "mark") == known


def packed(text: bytes) -> str:
    return base64.b64encode(zlib.compress(text)).decode()


HEAD = b'{"format":3,"mark":"mark","kinds":[],"busy":[]}'


def test_the_head_alone_is_a_cursor() -> None:
    assert Known.from_text(packed(HEAD), "mark") == Known()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "{}",
        "é",
        '{"format":1,"mark":"mark","versions":{}}',
        base64.b64encode(b"not compressed").decode(),
        packed(b""),
        packed(b"[]"),
        packed(b'{"format":99}'),
        packed(HEAD + b'\n[["versions","contact"],{"1":"2"}]'),
        packed(HEAD + b'\n[["quotes"],{"1":"2"}]'),
        packed(HEAD + b"\n7"),
    ],
)
def test_what_cannot_be_understood_is_no_cursor(cursor: str) -> None:
    assert Known.from_text(cursor, "mark") is None
