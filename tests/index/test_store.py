"""Opening the index: its keys, its schema, and what is said when something is wrong with it."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from syncd.index import accounts as stored_accounts
from syncd.index import ledger, runs, store
from syncd.index import orders as journal
from syncd.index.between import metadata
from syncd.index.migrate import SchemaError
from syncd.index.seal import KEY_BYTES, KeyFaultError, Keys
from syncd.index.store import FILE, IndexFaultError, open_index
from syncd.index.tables import accounts
from syncd.settings import SettingsError
from tests.index.kit import AT, DAY, PLANTED, a_record, an_order, known, opened, ordered, pulled

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from syncd.index.store import Index


# --- keys and sealing ---------------------------------------------------------------------------------------


def test_keys_are_made_once_and_only_their_owner_can_read_them(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with opened(state) as first:
        keys = first.keys
    with opened(state) as again:
        assert again.keys == keys
    assert keys.index != keys.tombstone
    modes = {
        str(path.relative_to(state)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in (state, state / "keys", state / FILE, *(state / "keys").iterdir())
    }
    assert modes == {
        ".": "0o700", "keys": "0o700", FILE: "0o600", "keys/index.key": "0o600", "keys/tombstone.key": "0o600",
    }  # fmt: skip


def test_keys_from_the_environment_or_a_credential_are_used_and_not_written(tmp_path: Path) -> None:
    one, other = (base64.b64encode(bytes([number] * KEY_BYTES)).decode() for number in (1, 2))
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "tombstone.key").write_text(other)
    environment = {"SYNCD_INDEX_KEY": one, "CREDENTIALS_DIRECTORY": str(credentials)}
    with opened(tmp_path / "state", environment) as index:
        assert index.keys == Keys(bytes([1] * KEY_BYTES), bytes([2] * KEY_BYTES))
    assert not (tmp_path / "state" / "keys").exists()


@given(st.binary(max_size=200), st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=60)
def test_what_is_sealed_opens_with_its_key_for_its_row_and_in_no_other_way(
    plain: bytes, row: str, other: str
) -> None:
    keys, others = (Keys(bytes([number] * KEY_BYTES), bytes(KEY_BYTES)) for number in (1, 2))
    sealed = keys.seal(plain, row)
    assert keys.unseal(sealed, row) == plain
    with pytest.raises(KeyFaultError):
        others.unseal(sealed, row)
    if other != row:
        with pytest.raises(KeyFaultError):
            keys.unseal(sealed, other)
    with pytest.raises(KeyFaultError):
        keys.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), row)


def test_the_same_text_is_never_sealed_the_same_twice() -> None:
    keys = Keys(bytes(KEY_BYTES), bytes(KEY_BYTES))
    assert keys.seal(b"x", "row") != keys.seal(b"x", "row")


def test_digests_are_keyed_and_no_plain_hash() -> None:
    keys, others = (Keys(bytes([number] * KEY_BYTES), bytes([number] * KEY_BYTES)) for number in (1, 2))
    assert keys.digest("email:a@b.example") == keys.digest("email:a@b.example")
    assert keys.digest("email:a@b.example") != others.digest("email:a@b.example")
    assert keys.tombstone_digest("email:a@b.example") != others.tombstone_digest("email:a@b.example")


def test_no_key_is_ever_shown() -> None:
    assert repr(Keys(b"secret" * 6, b"hidden" * 6)) == "Keys()"


@pytest.mark.parametrize("name", ["index", "tombstone"])
def test_another_key_than_the_one_the_index_was_made_with_is_refused_by_name(
    tmp_path: Path, name: str
) -> None:
    with opened(tmp_path):
        pass
    other = base64.b64encode(bytes([7] * KEY_BYTES)).decode()
    with pytest.raises(KeyFaultError, match=rf"keys/{name}\.key"):
        open_index(tmp_path, {f"SYNCD_{name.upper()}_KEY": other})


@pytest.mark.parametrize("name", ["index", "tombstone"])
def test_a_key_that_was_lost_is_not_silently_replaced(tmp_path: Path, name: str) -> None:
    with opened(tmp_path):
        pass
    (tmp_path / "keys" / f"{name}.key").unlink()
    for _attempt in range(2):
        with pytest.raises(KeyFaultError, match=rf"restore keys/{name}\.key"):
            open_index(tmp_path, {})


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe\x00", base64.b64encode(b"x" * 31)])
def test_a_key_file_that_holds_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    with opened(tmp_path):
        pass
    (tmp_path / "keys" / "index.key").write_bytes(content)
    with pytest.raises(KeyFaultError, match=r"index\.key: a key is 32 bytes in base64"):
        open_index(tmp_path, {})


# --- the file -----------------------------------------------------------------------------------------------


def test_nothing_in_the_files_tells_who_somebody_is(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        pulled(index, a_record())
        held = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        assert (tmp_path / f"{FILE}-wal").stat().st_size > 0
    held += (tmp_path / FILE).read_bytes()
    assert b"relation_record" in held, "the search sees what is stored in the open"
    for value in PLANTED:
        for spelt in (value, value.casefold(), value.upper(), value.encode("utf-16-le").decode("latin-1")):
            assert spelt.encode("latin-1") not in held, value


def test_a_scratch_copy_starts_the_same_and_leaves_no_trace(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        pulled(index, a_record())
        before = _dump(index.engine)
        copy = index.scratch()
        assert _dump(copy.engine) == before
        pulled(copy, a_record("2"), run="R-2")
        with copy.begin() as connection:
            ordered(connection, an_order(1))
        assert set(known(copy)) == {"1", "2"}
        copy.close()
        assert _dump(index.engine) == before
        assert set(known(index)) == {"1"}


def _dump(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr)  # noqa: S608
            for name in metadata.tables
        }


def _order_twice(index: Index) -> None:
    with index.begin() as connection:
        ordered(connection, an_order(1))
        ordered(connection, an_order(2))


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        with pytest.raises(IntegrityError):
            _order_twice(index)
        with index.begin() as connection:
            assert journal.find(connection) == []
            assert ledger.count(connection) == 0


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough to look at" * 100, b"\x00" * 4096]
)
def test_a_file_that_is_no_index_is_named_with_the_remedy(tmp_path: Path, content: bytes) -> None:
    with opened(tmp_path):
        pass
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(IndexFaultError, match=rf"{FILE}: is damaged or no index of syncd: syncd db restore"):
        open_index(tmp_path, {})


def test_an_index_that_is_damaged_in_the_middle_is_said_to_be_when_it_is_read(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        pulled(index, *(a_record(str(number)) for number in range(300)))
    path = tmp_path / FILE
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] + b"\xa5" * (len(whole) - half))
    with pytest.raises(IndexFaultError, match="is damaged"):
        _read_everything(tmp_path)


def _read_everything(folder: Path) -> None:
    with opened(folder) as index:
        known(index)


def test_a_folder_that_cannot_be_used_is_a_problem_of_the_configuration(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("a file")
    with pytest.raises(SettingsError) as caught:
        open_index(in_the_way, {})
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith(f"service.state_dir: {in_the_way} cannot be used")


# --- the schema ---------------------------------------------------------------------------------------------


def test_the_migrations_build_exactly_the_schema_of_the_tables(tmp_path: Path) -> None:
    plain = create_engine("sqlite://")
    metadata.create_all(plain)
    with opened(tmp_path) as index:
        migrated = _schema(index.engine)
    assert migrated.pop("alembic_version")
    assert migrated == _schema(plain)
    plain.dispose()


def _schema(engine: Engine) -> dict[str, object]:
    """Describe every table: columns with type and nullability, keys, indexes with their conditions."""
    seen = inspect(engine)
    return {
        name: {
            "columns": {one["name"]: (str(one["type"]), one["nullable"]) for one in seen.get_columns(name)},
            "key": seen.get_pk_constraint(name)["constrained_columns"],
            "indexes": {
                one["name"]: (one["column_names"], bool(one["unique"]), _condition(one))
                for one in seen.get_indexes(name)
            },
            "unique": sorted(tuple(one["column_names"]) for one in seen.get_unique_constraints(name)),
            "references": sorted(
                (tuple(one["constrained_columns"]), one["referred_table"], str(one["options"]))
                for one in seen.get_foreign_keys(name)
            ),
        }
        for name in seen.get_table_names()
    }


def _condition(found: object) -> str:
    options = found.get("dialect_options", {}) if isinstance(found, dict) else {}
    return str(options.get("sqlite_where", ""))


def test_opening_again_changes_nothing_in_the_schema(tmp_path: Path) -> None:
    with opened(tmp_path) as index:
        before = _schema(index.engine)
    with opened(tmp_path) as index:
        assert _schema(index.engine) == before


def test_an_index_from_a_newer_syncd_is_refused_and_left_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as index, index.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        SchemaError, match="has schema 9999, which this version does not know: install the newer"
    ):
        open_index(tmp_path, {})
    plain = create_engine(f"sqlite:///{tmp_path / FILE}")
    with plain.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    plain.dispose()


# --- what the index knows of accounts and runs --------------------------------------------------------------


def test_counts_cursor_and_identity_are_remembered_only_of_a_complete_pull(tmp_path: Path) -> None:
    with opened(tmp_path) as index, index.begin() as connection:
        assert stored_accounts.account_state(connection, "books") == stored_accounts.AccountState(
            "books", "", None, 0, 0
        )
        told = {"identity": "administration 1", "contacts": 5, "documents": 6, "cursor": "c-1"}
        stored_accounts.save_account(index, connection, "books", "moneybird", at="t1", complete=False, **told)  # type: ignore[arg-type]
        assert stored_accounts.account_state(connection, "books").last_complete is None
        assert stored_accounts.account_cursor(index, connection, "books") is None
        stored_accounts.save_account(index, connection, "books", "moneybird", at="t2", complete=True, **told)  # type: ignore[arg-type]
        expected = stored_accounts.AccountState("books", "administration 1", "t2", 5, 6, "moneybird")
        assert stored_accounts.account_state(connection, "books") == expected
        assert stored_accounts.account_cursor(index, connection, "books") == "c-1"


def test_where_a_pull_was_interrupted_is_kept_sealed_until_one_is_complete(tmp_path: Path) -> None:
    point = stored_accounts.Resume(
        "c-9 of Zwaan", "administration 1", "R-1", full=True, gone=("crm|item|7|1",)
    )
    told = {"identity": "administration 1", "contacts": 5, "documents": 6, "cursor": "c-1"}
    with opened(tmp_path) as index, index.begin() as connection:
        assert stored_accounts.resume_point(index, connection, "crm") is None
        stored_accounts.save_resume_point(index, connection, "crm", "podio", point)
        assert stored_accounts.resume_point(index, connection, "crm") == point
        assert stored_accounts.resume_point(index, connection, "books") is None
        assert b"Zwaan" not in connection.execute(select(accounts.c.resume)).scalar_one()
        stored_accounts.save_account(index, connection, "crm", "podio", at="t1", complete=True, **told)  # type: ignore[arg-type]
        assert stored_accounts.resume_point(index, connection, "crm") is None


def test_the_latest_run_is_the_one_that_finished_last(tmp_path: Path) -> None:
    with opened(tmp_path) as index, index.begin() as connection:
        assert runs.latest(connection) is None
        for hour in (9, 11, 10):
            at = AT.replace(hour=hour)
            runs.save(connection, f"R-{hour}", at, at, DAY, "observe", {"sent": hour})
        latest = runs.latest(connection)
    assert latest is not None
    assert (latest.id, latest.summary) == ("R-11", {"sent": 11})


def test_a_remembered_value_is_replaced(tmp_path: Path) -> None:
    with opened(tmp_path) as index, index.begin() as connection:
        assert store.remembered(connection, "mode") is None
        store.remember(connection, "mode", "observe")
        store.remember(connection, "mode", "approve")
        assert store.remembered(connection, "mode") == "approve"
