"""Which link a session began with, and which link a notice is about: SHA-256 of its token."""

from onrecord.database.migrations.ddl import run

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

STEPS = (
    # NULL: it began otherwise, or before this was noted.
    "ALTER TABLE session ADD COLUMN link {bytes}",
    # NULL: it is about no link.
    "ALTER TABLE account_notice ADD COLUMN link {bytes}",
)


def upgrade() -> None:
    """Add the columns."""
    for statement in STEPS:
        run(statement)
