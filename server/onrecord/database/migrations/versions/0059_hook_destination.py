"""Where each hook delivers to, as it was last put on the record."""

from onrecord.database.migrations.ddl import run

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column: empty, so that the next start puts each hook's destination on the record."""
    run("ALTER TABLE hook ADD COLUMN destination {text} NOT NULL DEFAULT ''")
