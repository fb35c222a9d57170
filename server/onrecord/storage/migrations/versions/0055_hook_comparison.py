"""What the last comparison of each hook's other side found."""

from onrecord.storage.migrations.ddl import grant, run

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

# position: the entry up to which it went; named: JSON, [[archive_index, found], ...], the first.
TABLE = """CREATE TABLE hook_comparison (
    hook {id} PRIMARY KEY REFERENCES hook (name),
    ended_at {int} NOT NULL,
    position {int} NOT NULL,
    differences {int} NOT NULL,
    doubles {int} NOT NULL,
    named {text} NOT NULL
{clustered}"""


def upgrade() -> None:
    """Make the table."""
    run(TABLE)
    grant("hook_comparison", "SELECT", "INSERT", "UPDATE")
