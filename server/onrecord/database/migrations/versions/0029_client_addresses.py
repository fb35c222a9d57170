"""Clients whom an administrator added are reached as invited ones are, and have no password.

Whose mail address no other client has is sent codes there. Who has none, or shares one, comes in
once their advisor gives them an address (confirm again).
"""

from onrecord.database.migrations.ddl import run

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

REACHED = """INSERT INTO client_address (address, way, person)
    SELECT lower(a.mail), 'mail', min(p.id)
    FROM person p JOIN account a ON a.person = p.id
    WHERE p.kind = 'client' AND p.active = 1 AND replace(a.mail, ' ', '') = a.mail
        AND length(a.mail) = length(replace(a.mail, '@', '')) + 1
        AND NOT EXISTS (SELECT 1 FROM client_address c
            WHERE c.person = p.id OR c.address = lower(a.mail))
    GROUP BY lower(a.mail) HAVING count(*) = 1"""
NO_PASSWORDS = """UPDATE account SET password_hash = NULL
    WHERE person IN (SELECT id FROM person WHERE kind = 'client')"""


def upgrade() -> None:
    """Note the addresses; forget the passwords."""
    run(REACHED)
    run(NO_PASSWORDS)
