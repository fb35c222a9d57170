"""Which secret is the server's own: the fingerprint of secrets/server.key (settings/keys.py)."""

from onrecord.database.migrations.ddl import grant, run

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, without a row: the next start writes it."""
    run("CREATE TABLE server_key (id {key} CHECK (id = 1), sha256 {bytes} NOT NULL {table}")
    grant("server_key", "SELECT", "INSERT", "UPDATE")
