"""When an account ended, and when what its person could come back with was destroyed.

Of accounts that ended before this, the time is that of the newest session or token which ended: the
account ended then or later. Where there is none it counts as long ago, so the next start destroys
their passwords, passkeys and known devices. Open invites of these people are revoked.
"""

from onrecord.database.migrations.ddl import run

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

STEPS = (
    # NULL: the account is active, or what was kept of it is destroyed.
    "ALTER TABLE account ADD COLUMN ended_at {int}",
    # NULL: nothing was destroyed, or its person has come in since.
    "ALTER TABLE account ADD COLUMN destroyed_at {int}",
    "UPDATE account SET ended_at = 0 WHERE person IN (SELECT id FROM person WHERE active = 0)",
    """UPDATE account SET ended_at = (SELECT max(s.ended_at) FROM session s
        WHERE s.person = account.person) WHERE ended_at = 0 AND EXISTS (
        SELECT 1 FROM session s WHERE s.person = account.person AND s.ended_at IS NOT NULL)""",
    """UPDATE account SET ended_at = (SELECT max(t.revoked_at) FROM api_token t
        WHERE t.person = account.person) WHERE EXISTS (
        SELECT 1 FROM api_token t
        WHERE t.person = account.person AND t.revoked_at > account.ended_at)""",
    """UPDATE invite SET revoked_at = created_at WHERE accepted_at IS NULL AND revoked_at IS NULL
        AND person IN (SELECT id FROM person WHERE active = 0)""",
)


def upgrade() -> None:
    """Add the columns, and fill them for those who are not active."""
    for statement in STEPS:
        run(statement)
