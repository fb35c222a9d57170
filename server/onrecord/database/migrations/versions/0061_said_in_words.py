"""What other events than messages say is found by what they are, not by a list of their types."""

from onrecord.database.migrations.ddl import run

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index anew: of each row of a timeline that is no message (features/search/said.py).

    A type that has words needs no further step.
    """
    run("DROP INDEX timeline_said")
    run(
        """CREATE INDEX timeline_said ON timeline (stream_key, at, type)
        WHERE listed = 1 AND wire IS NOT NULL"""
    )
