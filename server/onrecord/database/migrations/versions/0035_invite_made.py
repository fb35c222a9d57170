"""Whether an invite made its client, or leads somebody back who was one before."""

from onrecord.database.migrations.ddl import run

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

CAME_BACK = """UPDATE invite SET accepted_at = created_at
    WHERE person IS NOT NULL AND accepted_at IS NULL AND revoked_at IS NULL
        AND EXISTS (SELECT 1 FROM session s
            WHERE s.person = invite.person AND s.ended_at IS NULL)"""


def upgrade() -> None:
    """Add the column. Of open invites nobody knows: taking one back ends no account.

    Those whose client is signed in are closed: they have come in.
    """
    run("ALTER TABLE invite ADD COLUMN made {int} NOT NULL DEFAULT 0")
    run("CREATE INDEX invite_person ON invite (person)")
    run(CAME_BACK)
