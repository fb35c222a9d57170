"""Messages that wait for their time: their author's alone, in no record and no projection."""

from onrecord.database.migrations.ddl import grant, run

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = (
    # sealed: what is said, and how it came in, under a key of the server's.
    """CREATE TABLE scheduled (
        person {id} NOT NULL,
        id {id} NOT NULL,
        conversation {id} NOT NULL,
        at {int} NOT NULL,
        written_at {int} NOT NULL,
        sealed {bytes} NOT NULL,
        state {text} NOT NULL,
        code {text},
        detail {text},
        PRIMARY KEY (person, id)
    {clustered}""",
    "CREATE INDEX scheduled_due ON scheduled (at) WHERE state <> 'refused'",
)


def upgrade() -> None:
    """Make the table."""
    for statement in TABLES:
        run(statement)
    grant("scheduled", "SELECT", "INSERT", "UPDATE", "DELETE")
