"""Whether the letter with an invite's link was handed over."""

from onrecord.database.migrations.ddl import run

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

SENT = "UPDATE invite SET sent = 1 WHERE accepted_at IS NOT NULL"


def upgrade() -> None:
    """Add the column. Of open invites nobody knows whether their letter left: send them again."""
    run("ALTER TABLE invite ADD COLUMN sent {int} NOT NULL DEFAULT 0")
    run(SENT)
