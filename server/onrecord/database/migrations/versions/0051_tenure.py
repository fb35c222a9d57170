"""Which server records: the holder of the archiver's row with its beat, and who held it since when.

A server of an older version is no holder: the first start of this one takes the row at once.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

STEPS = (
    # What the process that took the newest epoch calls itself; NULL: nobody records.
    "ALTER TABLE archiver ADD COLUMN holder {text}",
    # Moves while the holder lives; its value says nothing.
    "ALTER TABLE archiver ADD COLUMN beat {int} NOT NULL DEFAULT 0",
    # One row a start: from which entry on (first_index) who recorded, and where its data keys lie.
    """CREATE TABLE tenure (
        epoch {key},
        host {text} NOT NULL,
        data {text} NOT NULL,
        lock {text} NOT NULL,
        key_store {text} NOT NULL,
        first_index {int} NOT NULL,
        at {int} NOT NULL
    {table}""",
)


def upgrade() -> None:
    """Add the columns and the table; nobody records."""
    for statement in STEPS:
        run(statement)
    grant("tenure", "SELECT", "INSERT", "UPDATE")
