"""Complaints: as the conversation's lock protects the open ones, and as people read them."""

from onrecord.database.migrations.ddl import grant, run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = (
    # As journaled, a JSON list (core/journal/open_complaints.py). Never read for display.
    """CREATE TABLE stream_complaint (
        stream_key {key} REFERENCES stream (key),
        complaints {text} NOT NULL
    {table}""",
    # closed_seq is NULL while it is open; target is NULL where it is about the conversation.
    """CREATE TABLE complaint (
        stream_key {int} NOT NULL,
        filed_seq {int} NOT NULL,
        event_id {bytes} NOT NULL,
        reference {text} NOT NULL,
        category {text} NOT NULL,
        about {text} NOT NULL,
        person {id} NOT NULL,
        filed_at {int} NOT NULL,
        due {int} NOT NULL,
        target {bytes},
        target_seq {int},
        closed_seq {int},
        closed_at {int},
        closed_by {id},
        outcome {text},
        PRIMARY KEY (stream_key, filed_seq)
    {clustered}""",
    "CREATE INDEX complaint_open ON complaint (due) WHERE closed_seq IS NULL",
)

RIGHTS = {
    "stream_complaint": ("SELECT", "INSERT", "UPDATE"),
    "complaint": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        run(statement)
    for table, rights in RIGHTS.items():
        grant(table, *rights)
