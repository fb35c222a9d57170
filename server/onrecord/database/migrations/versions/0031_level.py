"""A muting that lets through what names one."""

from onrecord.database.migrations.ddl import run

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what comes through a muting."""
    run("ALTER TABLE conversation_mark ADD COLUMN level {text}")
