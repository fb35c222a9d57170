"""How compliance finds what is said in other events than messages and titles (search/said.py).

The index is partial: a message costs nothing more.
"""

from onrecord.database.migrations.ddl import run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    run(
        "CREATE INDEX timeline_said ON timeline (stream_key, at) WHERE type IN ('complaint.closed',"
        " 'complaint.filed', 'device.added', 'notice.accepted', 'out_of_office.replied')"
    )
