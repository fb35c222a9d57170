"""How far policies have watched what is published."""

from onrecord.database.migrations.ddl import grant, run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the watch's table."""
    run("CREATE TABLE policy_watch (id {key} CHECK (id = 1), position {int} NOT NULL {table}")
    grant("policy_watch", "SELECT", "INSERT", "UPDATE")
