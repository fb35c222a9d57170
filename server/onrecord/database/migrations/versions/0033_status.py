"""What each of the firm's people says of themself: not to be disturbed, a few words, until when."""

from onrecord.database.migrations.ddl import grant, run

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; nobody says anything yet."""
    run(
        """CREATE TABLE person_status (
            person {id} PRIMARY KEY REFERENCES person (id),
            text {text},
            quiet {flag} NOT NULL,
            until {int}
        {clustered}"""
    )
    grant("person_status", "SELECT", "INSERT", "UPDATE")
