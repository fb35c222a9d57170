"""How compliance finds what is changed and what is a system stream, without reading all rows.

Both indexes are partial: a plain message costs nothing more.
"""

from onrecord.database.migrations.ddl import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    run(
        "CREATE INDEX timeline_change ON timeline (stream_key, target)"
        " WHERE type IN ('message.edited', 'message.removed')"
    )
    run("CREATE INDEX stream_system ON stream (id) WHERE kind NOT IN ('direct', 'group')")
