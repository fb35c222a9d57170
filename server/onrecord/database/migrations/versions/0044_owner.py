"""Whose a bot is."""

from onrecord.database.migrations.ddl import run

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a bot of before has no owner, so no new tokens."""
    run("ALTER TABLE account ADD COLUMN owner {id} REFERENCES person (id)")
