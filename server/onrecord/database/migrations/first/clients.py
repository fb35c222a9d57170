"""Clients: their invites, addresses, one-time codes, devices, and the notices that people accept.

Codes are stored as a keyed hash; links, and the secrets of devices, as SHA-256. Each step of an
invite and of a proof is also a record of the identity stream.
"""

from onrecord.database.migrations.ddl import Part

INVITED = (
    # sent: whether the letter with its link was handed over. made: whether it made its client, or
    # leads somebody back who was one before.
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
        revoked_at {int},
        sent {int} NOT NULL DEFAULT 0,
        made {int} NOT NULL DEFAULT 0
    {table}""",
    "CREATE INDEX invite_advisor ON invite (advisor)",
    "CREATE INDEX invite_person ON invite (person)",
    "CREATE INDEX invite_address ON invite (address)",
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
)

PROVED = (
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
)

NOTICES = (
    # Texts of the recording notice that administrators published. Rows stay; one that has not taken
    # effect yet can be withdrawn. kind: whose it is, clients' or the firm's people's.
    """CREATE TABLE notice_version (
        id {id} PRIMARY KEY,
        locale {text} NOT NULL,
        title {text} NOT NULL,
        text {text} NOT NULL,
        from_at {int} NOT NULL,
        made_at {int} NOT NULL,
        made_by {text} NOT NULL,
        withdrawn_at {int},
        kind {text} NOT NULL DEFAULT 'client'
    {table}""",
    # Its language, and what it was called: its text may be gone.
    """CREATE TABLE notice_acceptance (
        person {id} NOT NULL REFERENCES person (id),
        notice {bytes} NOT NULL,
        at {int} NOT NULL,
        locale {text},
        title {text},
        PRIMARY KEY (person, notice)
    {clustered}""",
)

LETTERS = (
    # The message number up to which a client was told that something waits. read_before: what they
    # had read then, message numbers summed over conversations.
    """CREATE TABLE unread_letter (
        stream_key {int} NOT NULL,
        person {id} NOT NULL,
        msg_no {int} NOT NULL,
        read_before {int} NOT NULL DEFAULT 0,
        PRIMARY KEY (stream_key, person)
    {clustered}""",
    # A client who wants no letters about what is unread.
    "CREATE TABLE no_letters (person {id} PRIMARY KEY REFERENCES person (id) {clustered}",
)

CLIENTS = Part(
    (*INVITED, *PROVED, *NOTICES, *LETTERS),
    rights={
        "invite": ("SELECT", "INSERT", "UPDATE"),
        "client_address": ("SELECT", "INSERT", "DELETE"),
        "one_time_code": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "client_device": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "assurance": ("SELECT", "INSERT", "UPDATE"),
        "notice_version": ("SELECT", "INSERT", "UPDATE"),
        "notice_acceptance": ("SELECT", "INSERT"),
        "unread_letter": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "no_letters": ("SELECT", "INSERT", "DELETE"),
    },
)
