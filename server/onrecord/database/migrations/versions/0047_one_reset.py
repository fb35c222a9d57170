"""One reset of a client waits at a time.

Where two did, the one that was asked for last waits on; one that is being carried out goes before.
"""

from onrecord.database.migrations.ddl import run

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

STEPS = (
    """UPDATE approval_request SET state = 'withdrawn'
    WHERE client IS NOT NULL AND state IN ('pending', 'approved') AND EXISTS (
        SELECT 1 FROM approval_request o WHERE o.client = approval_request.client
        AND o.id <> approval_request.id AND o.state IN ('pending', 'approved')
        AND ((o.state = 'approved' AND approval_request.state = 'pending')
            OR (o.state = approval_request.state AND (o.asked_at > approval_request.asked_at
                OR (o.asked_at = approval_request.asked_at AND o.id > approval_request.id)))))""",
    """CREATE UNIQUE INDEX approval_request_waiting ON approval_request (client)
    WHERE client IS NOT NULL AND state IN ('pending', 'approved')""",
)


def upgrade() -> None:
    """End what waits beside another, and make the index."""
    for statement in STEPS:
        run(statement)
