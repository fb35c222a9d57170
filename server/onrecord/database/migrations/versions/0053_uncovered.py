"""Clients' conversations that nobody answers for since an account ended, and who was told of it."""

from onrecord.database.migrations.ddl import grant, run

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

TABLES = (
    # No projection: since when, and of whom the conversation was told. since_seq: theirs since.
    """CREATE TABLE uncovered (
        conversation {id} PRIMARY KEY,
        former {id} NOT NULL,
        since_seq {int} NOT NULL,
        at {int} NOT NULL
    {clustered}""",
    # Which administrator has had the alarm of which conversation.
    """CREATE TABLE uncovered_told (
        conversation {id} NOT NULL,
        person {id} NOT NULL,
        PRIMARY KEY (conversation, person)
    {clustered}""",
)


def upgrade() -> None:
    """Make the tables. Who comes back has no successor any more."""
    for statement in TABLES:
        run(statement)
    for table in ("uncovered", "uncovered_told"):
        grant(table, "SELECT", "INSERT", "DELETE")
    grant("succession", "DELETE")
