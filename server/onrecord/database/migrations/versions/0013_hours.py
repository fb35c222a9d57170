"""Office hours: the firm's, and what each of its people has otherwise, as JSON."""

from onrecord.database.migrations.ddl import grant, run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    run("CREATE TABLE firm_hours (id {key} CHECK (id = 1), hours {text} NOT NULL{table}")
    run(
        """CREATE TABLE own_hours (
            person {id} PRIMARY KEY REFERENCES person (id),
            hours {text} NOT NULL
        {clustered}"""
    )
    for table in ("firm_hours", "own_hours"):
        grant(table, "SELECT", "INSERT", "UPDATE")
