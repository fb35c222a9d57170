"""Voice notes: how long they are, in milliseconds, and how loud, step by step."""

from onrecord.database.migrations.ddl import run

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("stored_file", "message_file"):
        run(f"ALTER TABLE {table} ADD COLUMN voice_ms {{int}}")
        run(f"ALTER TABLE {table} ADD COLUMN wave {{text}}")
