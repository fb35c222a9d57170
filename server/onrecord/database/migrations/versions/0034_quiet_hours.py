"""When somebody is told of nothing."""

from onrecord.database.migrations.ddl import grant, run

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    run(
        """CREATE TABLE quiet_hours (
            person {id} PRIMARY KEY,
            zone {text} NOT NULL,
            starts {text} NOT NULL,
            ends {text} NOT NULL,
            weekends {flag} NOT NULL
        {clustered}"""
    )
    grant("quiet_hours", "SELECT", "INSERT", "UPDATE", "DELETE")
