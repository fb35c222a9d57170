"""Whether a hook delivers nothing until somebody resumes it."""

from onrecord.database.migrations.ddl import run

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    run("ALTER TABLE hook ADD COLUMN paused {flag} NOT NULL DEFAULT 0")
