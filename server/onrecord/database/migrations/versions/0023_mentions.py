"""Whom messages' texts call: a projection of the records that say so."""

from onrecord.database.migrations.ddl import grant, run

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# target: the archive_index of the message; person: empty for everybody.
STATEMENTS = (
    """CREATE TABLE mention (
        target {int} NOT NULL,
        at {int} NOT NULL,
        length {int} NOT NULL,
        person {id} NOT NULL,
        stream_key {int} NOT NULL,
        msg_no {int} NOT NULL,
        author {id} NOT NULL,
        PRIMARY KEY (target, at){clustered}""",
    "CREATE INDEX mention_person ON mention (stream_key, person, msg_no)",
)


def upgrade() -> None:
    """Make the table."""
    for statement in STATEMENTS:
        run(statement)
    grant("mention", "SELECT", "INSERT", "UPDATE", "DELETE")
