"""How far a client's reset is that is being carried out.

One that an older version had begun, and not ended, begins anew.
"""

from onrecord.database.migrations.ddl import run

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

STEPS = (
    # identity.clients.assurance_ports.Step; 0: nothing of it was done.
    "ALTER TABLE approval_request ADD COLUMN step {int} NOT NULL DEFAULT 0",
    # What its steps have in common, as JSON (Begun); NULL: nothing of it was done.
    "ALTER TABLE approval_request ADD COLUMN begun {bytes}",
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STEPS:
        run(statement)
