"""What each hook may see, and what the last comparison of its other side found."""

from onrecord.database.migrations.ddl import grant, run

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

# position: the entry up to which it went; named: JSON, [[archive_index, found], ...], the first.
COMPARISON = """CREATE TABLE hook_comparison (
    hook {id} PRIMARY KEY REFERENCES hook (name),
    ended_at {int} NOT NULL,
    position {int} NOT NULL,
    differences {int} NOT NULL,
    doubles {int} NOT NULL,
    named {text} NOT NULL
{clustered}"""
# JSON, as it was last put on the record; empty: everything.
LIMITS = "ALTER TABLE hook ADD COLUMN limits {text} NOT NULL DEFAULT ''"


def upgrade() -> None:
    """Make the table and the column."""
    run(COMPARISON)
    run(LIMITS)
    grant("hook_comparison", "SELECT", "INSERT", "UPDATE")
