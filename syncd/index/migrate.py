"""Brings an index to the schema of this version; refuses one that is newer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


class SchemaError(Exception):
    """The index has a schema that this version of syncd does not know."""


def config(connection: Connection) -> Config:
    """Give Alembic's configuration for a connection."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["connection"] = connection
    return made


def before_upgrade(engine: Engine) -> str | None:
    """Give the schema that an upgrade would start from; None for a new index, or one that is up to date."""
    with engine.begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        scripts = ScriptDirectory.from_config(config(connection))
    known = {one.revision for one in scripts.walk_revisions()}
    return current if current in known and current != scripts.get_current_head() else None


def schema_of(engine: Engine) -> str | None:
    """Give the schema of an index; None where it has none yet."""
    with engine.begin() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Tell whether an index has the schema of this version."""
    with engine.begin() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(config(connection)).get_current_head()


def upgrade(engine: Engine) -> None:
    """Apply what is missing, in one transaction. Raises `SchemaError` for an index from a newer syncd."""
    with engine.begin() as connection:
        made = config(connection)
        scripts = ScriptDirectory.from_config(made)
        known = {one.revision for one in scripts.walk_revisions()}
        current = MigrationContext.configure(connection).get_current_revision()
        if current is not None and current not in known:
            raise SchemaError(
                f"the index has schema {current}, which this version does not know: "
                "install the newer syncd again, or restore the backup made before the upgrade"
            )
        if current != scripts.get_current_head():
            command.upgrade(made, "head")
