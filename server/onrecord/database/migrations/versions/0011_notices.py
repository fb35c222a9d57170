"""Texts of the recording notice that administrators published, with their history."""

from onrecord.database.migrations.ddl import grant, run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table. Rows stay; one that has not taken effect yet can be withdrawn."""
    run(
        """CREATE TABLE notice_version (
            id {id} PRIMARY KEY,
            locale {text} NOT NULL,
            title {text} NOT NULL,
            text {text} NOT NULL,
            from_at {int} NOT NULL,
            made_at {int} NOT NULL,
            made_by {text} NOT NULL,
            withdrawn_at {int}
        {table}"""
    )
    grant("notice_version", "SELECT", "INSERT", "UPDATE")
