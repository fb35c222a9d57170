"""How much of a record each hook sees, and of whom: as it was last put on the record."""

from onrecord.database.migrations.ddl import run

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

OPENED = (
    """UPDATE hook SET opening = '{{"sees": "plaintext", "without": []}}' WHERE plaintext = 1"""
)


def upgrade() -> None:
    """Say in words what was a flag."""
    run("ALTER TABLE hook ADD COLUMN opening {text} NOT NULL DEFAULT ''")
    run("ALTER TABLE hook ADD COLUMN people {text} NOT NULL DEFAULT ''")
    run(OPENED)
    run("ALTER TABLE hook DROP COLUMN plaintext")
