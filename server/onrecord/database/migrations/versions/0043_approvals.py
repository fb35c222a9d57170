"""Who has signed in once, what waits for a second administrator, and what people are to be told.

Whoever ever did anything counts as enrolled; links that were made for them before this end, since
one administrator alone could make them.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

STEPS = (
    "ALTER TABLE account ADD COLUMN enrolled_at {int}",
    # Made by one administrator alone: it ends once its person has signed in.
    "ALTER TABLE sign_in_link ADD COLUMN first {flag}",
    "UPDATE sign_in_link SET first = 1",
    "UPDATE account SET enrolled_at = 0 WHERE person IN (SELECT DISTINCT actor FROM journal)",
    "UPDATE account SET enrolled_at = 0 WHERE person IN (SELECT person FROM session)",
    """DELETE FROM sign_in_link WHERE person IN
        (SELECT person FROM account WHERE enrolled_at IS NOT NULL)""",
    # state: pending, taken (its effect is under way), approved, declined, withdrawn.
    """CREATE TABLE approval_request (
        id {id} PRIMARY KEY,
        person {id},
        asked_by {id} NOT NULL REFERENCES person (id),
        asked_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        state {text} NOT NULL,
        wanted {bytes} NOT NULL
    {clustered}""",
    "CREATE INDEX approval_request_state ON approval_request (state, expires_at)",
    # mail: where they are written to as well; NULL: nowhere, or it was done.
    """CREATE TABLE account_notice (
        id {id} PRIMARY KEY,
        person {id} NOT NULL REFERENCES person (id),
        at {int} NOT NULL,
        mail {text},
        said {bytes} NOT NULL,
        seen_at {int}
    {clustered}""",
    "CREATE INDEX account_notice_person ON account_notice (person)",
)


def upgrade() -> None:
    """Add the column and the tables."""
    for statement in STEPS:
        run(statement)
    grant("sign_in_link", "UPDATE")
    grant("approval_request", "SELECT", "INSERT", "UPDATE", "DELETE")
    grant("account_notice", "SELECT", "INSERT", "UPDATE", "DELETE")
