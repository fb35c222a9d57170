"""A role that sees or decides about others waits for its person: what was met, and by which code.

Whoever was given such a role before they had signed in has it no more: it waits for them. Links
that lead to one end, for they could be opened by whoever was shown them. Where no administrator has
ever signed in, all of it is break-glass of a new installation, and stays.
"""

from onrecord.database.migrations.ddl import run

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# As of this version: adopting a record has statements of its own, which may change.
OFFICES_WAIT = (
    """DELETE FROM sign_in_link WHERE used_at IS NULL
        AND person IN (SELECT id FROM person
            WHERE role IN ('compliance', 'auditor', 'administrator'))
        AND EXISTS (SELECT 1 FROM account e JOIN person q ON q.id = e.person
            WHERE e.enrolled_at IS NOT NULL AND q.role = 'administrator')""",
    """UPDATE account SET awaits = (SELECT role FROM person p WHERE p.id = account.person)
        WHERE enrolled_at IS NULL
        AND person IN (SELECT id FROM person
            WHERE role IN ('compliance', 'auditor', 'administrator'))
        AND EXISTS (SELECT 1 FROM account e JOIN person q ON q.id = e.person
            WHERE e.enrolled_at IS NOT NULL AND q.role = 'administrator')""",
    """UPDATE person SET role = 'employee'
        WHERE role IN ('compliance', 'auditor', 'administrator')
        AND id IN (SELECT person FROM account WHERE awaits IS NOT NULL AND enrolled_at IS NULL)""",
)
STEPS = (
    # A role that they were given before they had signed in; NULL: none.
    "ALTER TABLE account ADD COLUMN awaits {text}",
    # The session in which they chose the password that they have; NULL: one of before this.
    "ALTER TABLE account ADD COLUMN password_session {id}",
    # To whom the link was shown that it goes back to; NULL: that was not noted.
    "ALTER TABLE account ADD COLUMN password_by {id}",
    # To whom it was shown; NULL: a link of before this.
    "ALTER TABLE sign_in_link ADD COLUMN made_by {id}",
    # The code that a person's page shows for who approves their role: its SHA-256; NULL: none.
    "ALTER TABLE approval_request ADD COLUMN code {bytes}",
    "ALTER TABLE approval_request ADD COLUMN code_session {id}",
    "ALTER TABLE approval_request ADD COLUMN code_until {int}",
    "ALTER TABLE approval_request ADD COLUMN code_tries {int} NOT NULL DEFAULT 0",
    *OFFICES_WAIT,
)


def upgrade() -> None:
    """Add the columns; take roles that came before their person."""
    for statement in STEPS:
        run(statement)
