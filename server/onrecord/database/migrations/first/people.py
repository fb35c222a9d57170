"""Everybody: what others see of them, what sign-in needs, what the firm's people are told.

Secrets that let somebody in are stored as SHA-256 or argon2id only.
"""

from onrecord.database.migrations.ddl import Part

DIRECTORY = (
    # What everybody sees of somebody. picture: the SHA-256 of one, in hex.
    """CREATE TABLE person (
        id {id} PRIMARY KEY,
        name {text} NOT NULL,
        kind {text} NOT NULL,
        org {text} NOT NULL,
        role {text} NOT NULL,
        outside {flag} NOT NULL,
        active {flag} NOT NULL,
        title {text},
        picture {text},
        branch {text}
    {table}""",
    # Grows with every change of a person, so that caches of names know when they are stale.
    "CREATE TABLE directory (id {key} CHECK (id = 1), rev {int} NOT NULL {table}",
    "INSERT INTO directory (id, rev) VALUES (1, 0)",
    # Each picture is a record too, with its bytes; here is what is shown now.
    "CREATE TABLE picture (sha256 {text} PRIMARY KEY, data {bytes} NOT NULL {clustered}",
    # What the firm is called on screen.
    """CREATE TABLE firm_profile (
        id {key} CHECK (id = 1),
        name {text},
        picture {text}
    {table}""",
    # Office hours as JSON: the firm's, and what each of its people has otherwise.
    "CREATE TABLE firm_hours (id {key} CHECK (id = 1), hours {text} NOT NULL {table}",
    """CREATE TABLE own_hours (
        person {id} PRIMARY KEY REFERENCES person (id),
        hours {text} NOT NULL
    {clustered}""",
    # What each of the firm's people says of themself: not to be disturbed, a few words, until when.
    """CREATE TABLE person_status (
        person {id} PRIMARY KEY REFERENCES person (id),
        text {text},
        quiet {flag} NOT NULL,
        until {int}
    {clustered}""",
    # Who takes over what somebody leaves behind whose account ended.
    """CREATE TABLE succession (
        person {id} PRIMARY KEY REFERENCES person (id),
        successor {id} NOT NULL REFERENCES person (id)
    {clustered}""",
)

SIGN_IN = (
    # enrolled_at: when they first signed in. owner: whose a bot is.
    """CREATE TABLE account (
        person {id} PRIMARY KEY REFERENCES person (id),
        username {text} UNIQUE,
        password_hash {text},
        mail {text},
        locale {text},
        epoch {int} NOT NULL,
        enrolled_at {int},
        owner {id} REFERENCES person (id)
    {clustered}""",
    # address: where it was opened from. fresh_at: when the one behind it last proved who they are;
    # NULL: when it was opened. locked_at: since when its person has locked it. link: the SHA-256 of
    # the link that it began with; NULL: it began otherwise.
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
        ended_at {int},
        address {text},
        fresh_at {int},
        locked_at {int},
        link {bytes}
    {table}""",
    "CREATE INDEX session_person ON session (person)",
    "CREATE INDEX session_expires ON session (expires_at)",
    """CREATE TABLE session_ticket (
        secret {bytes} PRIMARY KEY,
        session {id} NOT NULL,
        origin {text} NOT NULL,
        expires_at {int} NOT NULL
    {clustered}""",
    # Where browsers are pushed to that their person wants notifications in: not on the record, one
    # row a session, gone when that ends.
    """CREATE TABLE push_subscription (
        session {id} PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
        endpoint {text} NOT NULL UNIQUE,
        point {bytes} NOT NULL,
        auth {bytes} NOT NULL,
        named {flag} NOT NULL,
        locale {text} NOT NULL
    {clustered}""",
    # One that was used stays, so that its second opener learns when and where, and can report it.
    # first: one administrator alone made it; it ends once its person has signed in.
    """CREATE TABLE sign_in_link (
        secret {bytes} PRIMARY KEY,
        person {id} NOT NULL REFERENCES person (id),
        audience {text} NOT NULL,
        expires_at {int} NOT NULL,
        first {flag},
        used_at {int},
        used_from {text},
        used_on {text},
        report {id},
        reported_at {int},
        closed_at {int}
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
        revoked_at {int},
        used_at {int}
    {table}""",
    "CREATE INDEX api_token_person ON api_token (person)",
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
    # Entries that the identity stream is owed (features/sign_in/entries.py).
    """CREATE TABLE identity_owed (
        event_id {bytes} PRIMARY KEY,
        at {int} NOT NULL,
        command {bytes} NOT NULL
    {clustered}""",
)

TWO_ADMINISTRATORS = (
    # state: pending, taken (its effect is under way), approved, declined, withdrawn.
    # client: whom a client's reset is about; NULL: it is for something else. takes_effect_at: NULL:
    # it takes a second person. objection: the SHA-256 of the secret in the letter to the client's
    # address of before. step, begun: how far a reset is that is being carried out
    # (features/clients/assurance_values.py: Step, Begun as JSON).
    """CREATE TABLE approval_request (
        id {id} PRIMARY KEY,
        person {id},
        asked_by {id} NOT NULL REFERENCES person (id),
        asked_at {int} NOT NULL,
        expires_at {int} NOT NULL,
        state {text} NOT NULL,
        wanted {bytes} NOT NULL,
        client {id},
        takes_effect_at {int},
        objection {bytes},
        step {int} NOT NULL DEFAULT 0,
        begun {bytes}
    {clustered}""",
    "CREATE INDEX approval_request_state ON approval_request (state, expires_at)",
    "CREATE INDEX approval_request_client ON approval_request (client)",
    "CREATE INDEX approval_request_objection ON approval_request (objection)",
    # One reset of a client waits at a time.
    """CREATE UNIQUE INDEX approval_request_waiting ON approval_request (client)
        WHERE client IS NOT NULL AND state IN ('pending', 'approved')""",
    # mail: where they are written to as well; NULL: nowhere, or it was done. link: the SHA-256 of
    # the link that it is about; NULL: none.
    """CREATE TABLE account_notice (
        id {id} PRIMARY KEY,
        person {id} NOT NULL REFERENCES person (id),
        at {int} NOT NULL,
        mail {text},
        said {bytes} NOT NULL,
        seen_at {int},
        link {bytes}
    {clustered}""",
    "CREATE INDEX account_notice_person ON account_notice (person)",
)

TOLD = (
    # Messages that wait for their time: their author's alone, in no record and no projection.
    # sealed: what is said, and how it came in, under a key of the server's.
    """CREATE TABLE scheduled (
        person {id} NOT NULL,
        id {id} NOT NULL,
        conversation {id} NOT NULL,
        at {int} NOT NULL,
        written_at {int} NOT NULL,
        sealed {bytes} NOT NULL,
        state {text} NOT NULL,
        code {text},
        detail {text},
        PRIMARY KEY (person, id)
    {clustered}""",
    "CREATE INDEX scheduled_due ON scheduled (at) WHERE state <> 'refused'",
    # Of installations that were there before their alarms, of which there are none: nothing writes
    # it, and nothing reads it.
    "CREATE TABLE alarms_since (at {int} NOT NULL {table}",
    # Who was told that a message (event_id) waits, on which step of the alarm.
    """CREATE TABLE waiting_told (
        event_id {bytes} NOT NULL,
        step {int} NOT NULL,
        person {id} NOT NULL,
        stream_key {int} NOT NULL,
        PRIMARY KEY (event_id, step, person)
    {clustered}""",
    # Who of compliance was told of a complaint (event_id), on which step of the alarm.
    """CREATE TABLE complaint_told (
        event_id {bytes} NOT NULL,
        step {int} NOT NULL,
        person {id} NOT NULL,
        PRIMARY KEY (event_id, step, person)
    {clustered}""",
    # Below which archive_index an officer has seen the list of complaints.
    """CREATE TABLE complaint_look (
        person {id} NOT NULL PRIMARY KEY,
        upto {int} NOT NULL
    {clustered}""",
)

PEOPLE = Part(
    (*DIRECTORY, *SIGN_IN, *TWO_ADMINISTRATORS, *TOLD),
    rights={
        "person": ("SELECT", "INSERT", "UPDATE"),
        "directory": ("SELECT", "UPDATE"),
        "picture": ("SELECT", "INSERT", "DELETE"),
        "firm_profile": ("SELECT", "INSERT", "UPDATE"),
        "firm_hours": ("SELECT", "INSERT", "UPDATE"),
        "own_hours": ("SELECT", "INSERT", "UPDATE"),
        "person_status": ("SELECT", "INSERT", "UPDATE"),
        "succession": ("SELECT", "INSERT", "UPDATE"),
        "account": ("SELECT", "INSERT", "UPDATE"),
        "session": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "session_ticket": ("SELECT", "INSERT", "DELETE"),
        "push_subscription": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "sign_in_link": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "api_token": ("SELECT", "INSERT", "UPDATE"),
        "passkey": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "passkey_challenge": ("SELECT", "INSERT", "DELETE"),
        "identity_owed": ("SELECT", "INSERT", "DELETE"),
        "approval_request": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "account_notice": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "scheduled": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "alarms_since": ("SELECT",),
        "waiting_told": ("SELECT", "INSERT", "DELETE"),
        "complaint_told": ("SELECT", "INSERT", "DELETE"),
        "complaint_look": ("SELECT", "INSERT", "UPDATE"),
    },
    sqlite=(
        """CREATE TRIGGER person_added AFTER INSERT ON person
            BEGIN UPDATE directory SET rev = rev + 1; END""",
        """CREATE TRIGGER person_changed AFTER UPDATE ON person
            BEGIN UPDATE directory SET rev = rev + 1; END""",
    ),
    postgresql=(
        (
            "CREATE FUNCTION directory_changed() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN UPDATE directory SET rev = rev + 1; RETURN NULL; END $$"
        ),
        """CREATE TRIGGER person_changed AFTER INSERT OR UPDATE ON person
            FOR EACH STATEMENT EXECUTE FUNCTION directory_changed()""",
    ),
)
