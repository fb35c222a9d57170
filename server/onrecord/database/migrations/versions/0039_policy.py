"""Whose a notice's text is: clients' or the firm's people's."""

from onrecord.database.migrations.ddl import run

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was there is clients'."""
    run("ALTER TABLE notice_version ADD COLUMN kind {text} NOT NULL DEFAULT 'client'")
