"""Alembic's entry: runs the steps on the connection that `storage.migrate` opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # `storage.migrate` holds one transaction around all steps, on both databases.
    transactional_ddl=False,
)
context.run_migrations()
