"""Alembic's entry: runs on the connection that `syncd.index.migrate` hands over."""

from alembic import context

from syncd.index import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.meta.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
