"""Where in the firm somebody works: their branch."""

from onrecord.database.migrations.ddl import run

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody has one yet."""
    run("ALTER TABLE person ADD COLUMN branch TEXT")
