"""What clients have proved: the devices they are known to use, an advisor's word, passkeys.

Secrets of devices and challenges are stored as SHA-256. Each step is a record of the identity
stream.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = (
    # One browser may be used by several clients, so its secret is there once for each.
    """CREATE TABLE client_device (
        id {id} PRIMARY KEY,
        person {id} NOT NULL REFERENCES person (id),
        secret {bytes} NOT NULL,
        name {text} NOT NULL,
        first_at {int} NOT NULL,
        confirmed_until {int},
        confirmed_how {text},
        confirmed_by {id},
        UNIQUE (person, secret)
    {table}""",
    # device: the one that the client signed in on last.
    """CREATE TABLE assurance (
        person {id} PRIMARY KEY REFERENCES person (id),
        proof {text} NOT NULL,
        device {id},
        proved_at {int} NOT NULL,
        until {int} NOT NULL
    {clustered}""",
    """CREATE TABLE passkey (
        id {id} PRIMARY KEY,
        person {id} NOT NULL REFERENCES person (id),
        name {text} NOT NULL,
        credential {bytes} NOT NULL UNIQUE,
        public_key {bytes} NOT NULL,
        counter {int} NOT NULL,
        created_at {int} NOT NULL,
        used_at {int}
    {table}""",
    "CREATE INDEX passkey_person ON passkey (person)",
    # person: who is signed in and makes a passkey; NULL: somebody who signs in with one.
    """CREATE TABLE passkey_challenge (
        hashed {bytes} PRIMARY KEY,
        person {id},
        expires_at {int} NOT NULL
    {clustered}""",
    # When the one behind a session last proved who they are; NULL: when it was opened.
    "ALTER TABLE session ADD COLUMN fresh_at {int}",
)

RIGHTS = {
    "client_device": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "assurance": ("SELECT", "INSERT", "UPDATE"),
    "passkey": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "passkey_challenge": ("SELECT", "INSERT", "DELETE"),
}


def upgrade() -> None:
    """Make the tables."""
    for statement in TABLES:
        run(statement)
    for table, rights in RIGHTS.items():
        grant(table, *rights)
