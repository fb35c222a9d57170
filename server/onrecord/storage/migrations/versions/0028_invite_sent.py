"""Whether the letter with an invite's link was handed over."""

from onrecord.storage.migrations.ddl import run

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. Of earlier letters nobody knows better than that they left."""
    run("ALTER TABLE invite ADD COLUMN sent {int} NOT NULL DEFAULT 0")
    run("UPDATE invite SET sent = 1")
