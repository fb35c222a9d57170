"""Invites by the address that they are for."""

from onrecord.database.migrations.ddl import run

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    run("CREATE INDEX invite_address ON invite (address)")
