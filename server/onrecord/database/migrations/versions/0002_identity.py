"""Accounts, sessions, and the secrets that let somebody in: stored as SHA-256 or argon2id only.

`person` (0001) is what everybody sees of somebody; `account` is what sign-in needs.
"""

from onrecord.database.migrations.ddl import grant, run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """CREATE TABLE account (
        person {id} PRIMARY KEY REFERENCES person (id),
        username {text} UNIQUE,
        password_hash {text},
        mail {text},
        locale {text},
        epoch {int} NOT NULL
    {clustered}""",
    """CREATE TABLE session (
        id {id} PRIMARY KEY,
        secret {bytes} NOT NULL UNIQUE,
        person {id} NOT NULL REFERENCES person (id),
        audience {text} NOT NULL,
        auth {text} NOT NULL,
        device {id} NOT NULL,
        device_name {text} NOT NULL,
        epoch {int} NOT NULL,
        created_at {int} NOT NULL,
        seen_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        ended_at {int}
    {table}""",
    "CREATE INDEX session_person ON session (person)",
    "CREATE INDEX session_expires ON session (expires_at)",
    """CREATE TABLE session_ticket (
        secret {bytes} PRIMARY KEY,
        session {id} NOT NULL,
        origin {text} NOT NULL,
        expires_at {int} NOT NULL
    {clustered}""",
    """CREATE TABLE sign_in_link (
        secret {bytes} PRIMARY KEY,
        person {id} NOT NULL REFERENCES person (id),
        audience {text} NOT NULL,
        expires_at {int} NOT NULL
    {clustered}""",
    """CREATE TABLE api_token (
        id {id} PRIMARY KEY,
        secret {bytes} NOT NULL UNIQUE,
        person {id} NOT NULL REFERENCES person (id),
        name {text} NOT NULL,
        created_at {int} NOT NULL,
        expires_at {int},
        per_minute {int},
        burst {int},
        revoked_at {int}
    {table}""",
    "CREATE INDEX api_token_person ON api_token (person)",
    # Entries that the identity stream is owed (features/sign_in/entries.py).
    """CREATE TABLE identity_owed (
        event_id {bytes} PRIMARY KEY,
        at {int} NOT NULL,
        command {bytes} NOT NULL
    {clustered}""",
)

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
RIGHTS = {
    "account": ("SELECT", "INSERT", "UPDATE"),
    "session": EVERYTHING,
    "session_ticket": ("SELECT", "INSERT", "DELETE"),
    "sign_in_link": ("SELECT", "INSERT", "DELETE"),
    "api_token": ("SELECT", "INSERT", "UPDATE"),
    "identity_owed": ("SELECT", "INSERT", "DELETE"),
}


def upgrade() -> None:
    """Make identity's tables."""
    for statement in TABLES:
        run(statement)
    for table, rights in RIGHTS.items():
        grant(table, *rights)
