"""The record: the heads of streams, the journal, how far archiving, hooks and policies are.

Rows are keyed by ascending integers; event_id stands in one unique index. Times are microseconds
since 1970. What is of a head (stream…) is as journaled, for the stream's lock to protect, and is
never read for display. Indexes by stream are kept few: each costs a page of encryption a message
when many conversations are busy, so the timeline is found through the journal's (stream_key,
conv_seq).
"""

from onrecord.database.migrations.ddl import Part

HEADS = (
    """CREATE TABLE stream (
        key {key},
        id {id} NOT NULL UNIQUE,
        kind {text} NOT NULL,
        class {text} NOT NULL,
        title {text},
        conv_seq {int} NOT NULL,
        msg_no {int} NOT NULL,
        head_pt {bytes} NOT NULL,
        last_at {int},
        member_rev {int} NOT NULL
    {table}""",
    # How compliance finds the system streams without reading all rows.
    "CREATE INDEX stream_system ON stream (id) WHERE kind NOT IN ('direct', 'group')",
    # Who may write.
    """CREATE TABLE stream_member (
        stream_key {int} NOT NULL REFERENCES stream (key),
        person {id} NOT NULL,
        from_seq {int} NOT NULL,
        PRIMARY KEY (stream_key, person)
    {clustered}""",
    # Who answers for the client, one JSON object (features/relationships/relation.py).
    """CREATE TABLE stream_relation (
        stream_key {key} REFERENCES stream (key),
        relation {text} NOT NULL
    {table}""",
    # The open complaints, a JSON list (features/complaints/standing.py).
    """CREATE TABLE stream_complaint (
        stream_key {key} REFERENCES stream (key),
        complaints {text} NOT NULL
    {table}""",
    # What is decided about a group, one JSON object (features/groups/standing.py).
    """CREATE TABLE stream_group (
        stream_key {key} REFERENCES stream (key),
        said {text} NOT NULL
    {table}""",
)

JOURNAL = (
    """CREATE TABLE journal (
        key {key},
        event_id {bytes} NOT NULL UNIQUE,
        stream_key {int} NOT NULL REFERENCES stream (key),
        conv_seq {int} NOT NULL,
        msg_no {int},
        type {text} NOT NULL,
        actor {id} NOT NULL,
        at {int} NOT NULL,
        prev {bytes} NOT NULL,
        pt {bytes} NOT NULL,
        class {text} NOT NULL,
        client_id {bytes},
        UNIQUE (stream_key, conv_seq)
    {table}""",
    """CREATE TABLE journal_body (
        key {key} REFERENCES journal (key),
        shown {bytes} NOT NULL,
        kept {bytes} NOT NULL,
        salt_s {bytes} NOT NULL,
        salt_k {bytes} NOT NULL,
        body_sha {bytes} NOT NULL
    {table}""",
    """CREATE TABLE archived (
        key {key} REFERENCES journal (key),
        archive_index {int} NOT NULL UNIQUE,
        ct {bytes} NOT NULL,
        key_id {bytes} NOT NULL
    {table}""",
    "CREATE TABLE pending (key {key} REFERENCES journal (key) {table}",
    """CREATE TABLE archiver (
        id {key} CHECK (id = 1),
        epoch {int} NOT NULL,
        position {int} NOT NULL
    {table}""",
    "INSERT INTO archiver (id, epoch, position) VALUES (1, 0, 0)",
    # Which secret is the server's own: the fingerprint of secrets/server.key (settings/keys.py).
    # The first start writes it.
    "CREATE TABLE server_key (id {key} CHECK (id = 1), sha256 {bytes} NOT NULL {table}",
    # Records without their bodies, after `onrecord adopt` without a key. The journal's `actor` is
    # empty in their rows for ever; here it is NULL until the body is back.
    "CREATE TABLE stub (key {key} REFERENCES journal (key), actor {id} {table}",
    # Conversations that nobody reads or writes in until then.
    "CREATE TABLE closed_stream (stream_key {key} REFERENCES stream (key) {table}",
)

WATCHED = (
    # How far each hook is. plaintext: the setting as it was last put on the record.
    """CREATE TABLE hook (
        name {id} PRIMARY KEY,
        position {int} NOT NULL,
        plaintext {flag} NOT NULL
    {clustered}""",
    # Which streams wait for a hook.
    """CREATE TABLE hook_blocked (
        hook {id} NOT NULL REFERENCES hook (name),
        stream {id} NOT NULL,
        archive_index {int} NOT NULL,
        since {int} NOT NULL,
        detail {text} NOT NULL,
        PRIMARY KEY (hook, stream)
    {clustered}""",
    # How far policies have watched what is published.
    "CREATE TABLE policy_watch (id {key} CHECK (id = 1), position {int} NOT NULL {table}",
)

RECORD = Part(
    (*HEADS, *JOURNAL, *WATCHED),
    rights={
        "alembic_version": ("SELECT",),
        "stream": ("SELECT", "INSERT", "UPDATE"),
        "stream_member": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "stream_relation": ("SELECT", "INSERT", "UPDATE"),
        "stream_complaint": ("SELECT", "INSERT", "UPDATE"),
        "stream_group": ("SELECT", "INSERT", "UPDATE"),
        "journal": ("SELECT", "INSERT"),
        "journal_body": ("SELECT", "INSERT"),
        "archived": ("SELECT", "INSERT"),
        "pending": ("SELECT", "INSERT", "DELETE"),
        "archiver": ("SELECT", "UPDATE"),
        "server_key": ("SELECT", "INSERT", "UPDATE"),
        "stub": ("SELECT", "INSERT", "UPDATE"),
        "closed_stream": ("SELECT", "INSERT", "DELETE"),
        "hook": ("SELECT", "INSERT", "UPDATE"),
        "hook_blocked": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "policy_watch": ("SELECT", "INSERT", "UPDATE"),
        "SEQUENCE journal_key": ("USAGE",),
        "SEQUENCE stream_key": ("USAGE",),
    },
    postgresql=(
        "CREATE SEQUENCE journal_key OWNED BY journal.key",
        "CREATE SEQUENCE stream_key OWNED BY stream.key",
        # What `refuse` of ddl.py has tables run.
        (
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$"
            " BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is not rewritten'; END $$"
        ),
    ),
)
