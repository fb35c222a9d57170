"""Clients' invites, addresses, one-time codes, accepted notices, and letters about what is unread.

Codes are stored as a keyed hash, links as SHA-256. Each step of an invite is also a record of the
identity stream.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE invite (
        id {id} PRIMARY KEY,
        secret {bytes} NOT NULL UNIQUE,
        advisor {id} NOT NULL REFERENCES person (id),
        name {text} NOT NULL,
        org {text} NOT NULL,
        address_way {text} NOT NULL,
        address {text} NOT NULL,
        way {text} NOT NULL,
        locale {text} NOT NULL,
        created_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        person {id} REFERENCES person (id),
        accepted_at {int},
        revoked_at {int}
    {table}""",
    "CREATE INDEX invite_advisor ON invite (advisor)",
    # One person an address: whoever has the mailbox or the phone is let in as that person.
    """CREATE TABLE client_address (
        address {text} PRIMARY KEY,
        way {text} NOT NULL,
        person {id} NOT NULL REFERENCES person (id)
    {clustered}""",
    "CREATE INDEX client_address_person ON client_address (person)",
    """CREATE TABLE one_time_code (
        about {text} PRIMARY KEY,
        hashed {bytes} NOT NULL,
        tries {int} NOT NULL,
        expires_at {int} NOT NULL
    {clustered}""",
    """CREATE TABLE notice_acceptance (
        person {id} NOT NULL REFERENCES person (id),
        notice {bytes} NOT NULL,
        at {int} NOT NULL,
        PRIMARY KEY (person, notice)
    {clustered}""",
    # The message number up to which a client was told that something waits.
    """CREATE TABLE unread_letter (
        stream_key {int} NOT NULL,
        person {id} NOT NULL,
        msg_no {int} NOT NULL,
        PRIMARY KEY (stream_key, person)
    {clustered}""",
    # A client who wants no letters about what is unread.
    """CREATE TABLE no_letters (
        person {id} PRIMARY KEY REFERENCES person (id)
    {clustered}""",
)

RIGHTS = {
    "invite": ("SELECT", "INSERT", "UPDATE"),
    "client_address": ("SELECT", "INSERT", "DELETE"),
    "one_time_code": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "notice_acceptance": ("SELECT", "INSERT"),
    "unread_letter": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "no_letters": ("SELECT", "INSERT", "DELETE"),
}


def upgrade() -> None:
    """Make the clients' tables."""
    for statement in TABLES:
        run(statement)
    for table, rights in RIGHTS.items():
        grant(table, *rights)
