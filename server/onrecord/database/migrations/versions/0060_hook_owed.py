"""The entry that the record is owed of each hook, and what it was ordered and has not begun."""

from onrecord.database.migrations.ddl import run

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. owed: JSON (core/hooks/records.py: Owed), empty: nothing is owed."""
    run("ALTER TABLE hook ADD COLUMN owed {text} NOT NULL DEFAULT ''")
    run("ALTER TABLE hook ADD COLUMN replay_from {int}")
    run("ALTER TABLE hook ADD COLUMN comparison_ordered {flag} NOT NULL DEFAULT 0")
