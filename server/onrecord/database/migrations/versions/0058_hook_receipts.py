"""The receipts of hooks, and from which entry on they are kept."""

from onrecord.database.migrations.ddl import grant, run

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

# What each column is: core/hooks/receipts.py. first, past: the lowest entry, and the highest + 1.
RECEIPTS = """CREATE TABLE hook_receipts (
    hook {id} NOT NULL REFERENCES hook (name),
    number {int} NOT NULL,
    count {int} NOT NULL,
    first {int} NOT NULL,
    past {int} NOT NULL,
    began_at {int} NOT NULL,
    ended_at {int} NOT NULL,
    sha256 {bytes} NOT NULL,
    run {int} NOT NULL,
    block {bytes} NOT NULL,
    PRIMARY KEY (hook, number)
{table}"""
# Receipts for entries below it came before they were kept.
KEPT_FROM = "UPDATE hook SET kept_from = position"


def upgrade() -> None:
    """Make the table, and note how far each hook is that has delivered before."""
    run(RECEIPTS)
    run("ALTER TABLE hook ADD COLUMN kept_from {int} NOT NULL DEFAULT 0")
    run(KEPT_FROM)
    grant("hook_receipts", "SELECT", "INSERT", "DELETE")
