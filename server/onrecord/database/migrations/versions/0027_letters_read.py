"""What a client had read when they were told that something waits."""

from onrecord.database.migrations.ddl import run

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column: message numbers read, summed over conversations; of old letters, nothing."""
    run("ALTER TABLE unread_letter ADD COLUMN read_before {int} NOT NULL DEFAULT 0")
