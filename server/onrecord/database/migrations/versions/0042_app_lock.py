"""Sessions that their person has locked, and since when."""

from onrecord.database.migrations.ddl import run

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was there is open."""
    run("ALTER TABLE session ADD COLUMN locked_at {int}")
