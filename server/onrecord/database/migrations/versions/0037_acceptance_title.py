"""What a notice was called that somebody accepted, and its language: its text may be gone."""

from onrecord.database.migrations.ddl import run

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty of those from before."""
    for column in ("locale", "title"):
        run(f"ALTER TABLE notice_acceptance ADD COLUMN {column} {{text}}")
