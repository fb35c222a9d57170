"""Alembic's entry: runs the steps on the connection that `storage.migrate` opened."""

from collections.abc import Collection, Mapping

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo


def _advanced(
    ctx: MigrationContext, step: MigrationInfo, heads: Collection[str], run_args: Mapping[str, str]
) -> None:
    """Tell how many of all steps the database has now."""
    steps = [each.revision for each in context.script.walk_revisions()][::-1]
    done = max(steps.index(head) for head in heads) + 1
    context.config.attributes["advance"](done, len(steps))


context.configure(
    connection=context.config.attributes["connection"],
    # `storage.migrate` holds one transaction around all steps, on both databases.
    transactional_ddl=False,
    on_version_apply=_advanced,
)
context.run_migrations()
