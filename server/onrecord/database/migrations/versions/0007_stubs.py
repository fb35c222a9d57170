"""Records that the database has without their bodies, after `onrecord adopt` without a key.

The journal's `actor` is empty in their rows for ever; `stub` has it once the body is back.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what waits for its body."""
    # actor is NULL until the body is back.
    run("CREATE TABLE stub (key {key} REFERENCES journal (key), actor {id} {table}")
    # Conversations that nobody reads or writes in until then.
    run("CREATE TABLE closed_stream (stream_key {key} REFERENCES stream (key) {table}")
    grant("stub", "SELECT", "INSERT", "UPDATE")
    grant("closed_stream", "SELECT", "INSERT", "DELETE")
