"""Where a session was opened from: administrators see it beside the device's name."""

from onrecord.database.migrations.ddl import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; sessions from before have no address."""
    run("ALTER TABLE session ADD COLUMN address {text}")
