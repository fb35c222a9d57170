"""Which messages are parts of a broadcast: a projection of the records that say so."""

from onrecord.database.migrations.ddl import grant, run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = """CREATE TABLE broadcast_message (
        archive_index {key},
        broadcast {bytes} NOT NULL
    {table}"""


def upgrade() -> None:
    """Make the table."""
    run(TABLE)
    grant("broadcast_message", "SELECT", "INSERT", "UPDATE", "DELETE")
