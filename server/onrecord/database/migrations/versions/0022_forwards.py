"""Which messages were sent on, and from where: a projection of the records that say so."""

from onrecord.database.migrations.ddl import grant, run

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = """CREATE TABLE forwarded_message (
        archive_index {key},
        source {bytes} NOT NULL,
        at {int} NOT NULL,
        author {id} NOT NULL,
        shown_author {id}
    {table}"""


def upgrade() -> None:
    """Make the table."""
    run(TABLE)
    grant("forwarded_message", "SELECT", "INSERT", "UPDATE", "DELETE")
