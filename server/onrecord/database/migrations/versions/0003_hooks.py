"""How far each hook is, and which streams wait for it."""

from onrecord.database.migrations.ddl import grant, run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    # plaintext: the setting as it was last put on the record.
    """CREATE TABLE hook (
        name {id} PRIMARY KEY,
        position {int} NOT NULL,
        plaintext {flag} NOT NULL
    {clustered}""",
    """CREATE TABLE hook_blocked (
        hook {id} NOT NULL REFERENCES hook (name),
        stream {id} NOT NULL,
        archive_index {int} NOT NULL,
        since {int} NOT NULL,
        detail {text} NOT NULL,
        PRIMARY KEY (hook, stream)
    {clustered}""",
)


def upgrade() -> None:
    """Make the tables."""
    for table in TABLES:
        run(table)
    grant("hook", "SELECT", "INSERT", "UPDATE")
    grant("hook_blocked", "SELECT", "INSERT", "UPDATE", "DELETE")
