"""Resets of clients wait: until when, and which secret stops them.

No request is under way when a server starts, so what was left `taken` waits again.
"""

from onrecord.database.migrations.ddl import run

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

STEPS = (
    # Whom a client's reset is about; NULL: the request is for something else.
    "ALTER TABLE approval_request ADD COLUMN client {id}",
    # NULL: it takes a second person.
    "ALTER TABLE approval_request ADD COLUMN takes_effect_at {int}",
    # SHA-256 of the secret in the letter to the client's address of before.
    "ALTER TABLE approval_request ADD COLUMN objection {bytes}",
    "UPDATE approval_request SET state = 'pending' WHERE state = 'taken'",
    "CREATE INDEX approval_request_client ON approval_request (client)",
    "CREATE INDEX approval_request_objection ON approval_request (objection)",
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STEPS:
        run(statement)
