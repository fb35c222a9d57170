"""Files: what was stored, and what each message shows. Both are projections.

The keys are in here, as texts are in `timeline`: they go with the record that carries them.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# ct and sealed: SHA-256 and bytes of the sealed file in the archive.
COLUMNS = """
        name {text} NOT NULL,
        type {text} NOT NULL,
        sha256 {text} NOT NULL,
        size {int} NOT NULL,
        width {int},
        height {int},
        ct {text} NOT NULL,
        sealed {int} NOT NULL,
        file_key {bytes} NOT NULL,"""
TABLES = (
    """CREATE TABLE stored_file (
        blob_id {id} PRIMARY KEY,
        event_id {bytes} NOT NULL UNIQUE,
        stream_key {int} NOT NULL,
        actor {id} NOT NULL,"""
    + COLUMNS.rstrip(",")
    + "{clustered}",
    # target: the archive_index of the message; no: the file's place in it.
    """CREATE TABLE message_file (
        target {int} NOT NULL,
        no {int} NOT NULL,
        blob_id {id} NOT NULL,"""
    + COLUMNS
    + " PRIMARY KEY (target, no){clustered}",
    "CREATE INDEX message_file_blob ON message_file (blob_id)",
)


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        run(statement)
    grant("stored_file", "SELECT", "INSERT", "UPDATE", "DELETE")
    grant("message_file", "SELECT", "INSERT", "UPDATE", "DELETE")
