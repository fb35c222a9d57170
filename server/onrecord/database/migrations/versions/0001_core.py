"""The core: streams, the record, the archiver's place, and the projections that people read.

Rows are keyed by ascending integers; event_id stands in one unique index. Times are microseconds
since 1970. Per-stream indexes are kept few: each costs a page of encryption a message when many
conversations are busy, so the timeline is found through the journal's (stream_key, conv_seq).
"""

from onrecord.database.migrations.ddl import grant, on_postgresql, refuse, run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DIRECTORY = (
    """CREATE TABLE person (
        id {id} PRIMARY KEY,
        name {text} NOT NULL,
        kind {text} NOT NULL,
        org {text} NOT NULL,
        role {text} NOT NULL,
        outside {flag} NOT NULL,
        active {flag} NOT NULL,
        title {text}
    {table}""",
    # Grows with every change of a person, so that caches of names know when they are stale.
    "CREATE TABLE directory (id {key} CHECK (id = 1), rev {int} NOT NULL {table}",
    "INSERT INTO directory (id, rev) VALUES (1, 0)",
)

STREAMS = (
    # The head row: what the conversation's lock protects. Never read for display.
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
    # Who may write, as journaled. Never read for display.
    """CREATE TABLE stream_member (
        stream_key {int} NOT NULL REFERENCES stream (key),
        person {id} NOT NULL,
        from_seq {int} NOT NULL,
        PRIMARY KEY (stream_key, person)
    {clustered}""",
)

RECORD = (
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
)

PROJECTIONS = (
    """CREATE TABLE conversation (
        stream_key {key} REFERENCES stream (key),
        id {id} NOT NULL UNIQUE,
        kind {text} NOT NULL,
        title {text},
        published_seq {int} NOT NULL,
        published_msg_no {int} NOT NULL,
        newest {int} NOT NULL
    {table}""",
    """CREATE TABLE conversation_title (
        stream_key {int} NOT NULL,
        conv_seq {int} NOT NULL,
        title {text},
        PRIMARY KEY (stream_key, conv_seq)
    {clustered}""",
    # own_above: own published messages above read_msg_no, for the unread count.
    """CREATE TABLE member (
        stream_key {int} NOT NULL,
        person {id} NOT NULL,
        read_msg_no {int} NOT NULL,
        delivered_msg_no {int} NOT NULL,
        own_above {int} NOT NULL,
        PRIMARY KEY (stream_key, person)
    {clustered}""",
    "CREATE INDEX member_person ON member (person)",
    # Visible: conv_seq from from_seq to to_seq, both included; to_seq is NULL while a member.
    # start: the msg_no before from_seq, where reading starts.
    """CREATE TABLE member_span (
        stream_key {int} NOT NULL,
        person {id} NOT NULL,
        join_seq {int} NOT NULL,
        from_seq {int} NOT NULL,
        to_seq {int},
        joined_at {int} NOT NULL,
        start {int} NOT NULL,
        PRIMARY KEY (stream_key, person, join_seq)
    {clustered}""",
    "CREATE INDEX member_span_person ON member_span (person)",
    # When a member's read or delivered position first reached a msg_no.
    """CREATE TABLE position (
        stream_key {int} NOT NULL,
        person {id} NOT NULL,
        kind {flag} NOT NULL,
        msg_no {int} NOT NULL,
        conv_seq {int} NOT NULL,
        at {int} NOT NULL,
        PRIMARY KEY (stream_key, person, kind, msg_no)
    {clustered}""",
    # Every published event. A message lies in columns and `text` is its current text alone; any
    # other event is `wire`, without a text. `target` is the archive_index of what it refers to.
    """CREATE TABLE timeline (
        archive_index {key},
        stream_key {int} NOT NULL,
        conv_seq {int} NOT NULL,
        msg_no {int},
        listed {flag} NOT NULL,
        type {text} NOT NULL,
        actor {id} NOT NULL,
        at {int} NOT NULL,
        event_id {bytes} NOT NULL,
        wire {bytes},
        text {text},
        text_seq {int},
        edited_at {int},
        removed_at {int},
        edits {int} NOT NULL,
        target {int},
        quote {text}
    {table}""",
    "CREATE INDEX timeline_target ON timeline (target) WHERE target IS NOT NULL",
    """CREATE TABLE reaction (
        target {int} NOT NULL,
        person {id} NOT NULL,
        emoji {text} NOT NULL,
        conv_seq {int} NOT NULL,
        PRIMARY KEY (target, person, emoji)
    {clustered}""",
)

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
RIGHTS = {
    "person": ("SELECT", "INSERT", "UPDATE"),
    "directory": ("SELECT", "UPDATE"),
    "stream": ("SELECT", "INSERT", "UPDATE"),
    "stream_member": EVERYTHING,
    "journal": ("SELECT", "INSERT"),
    "journal_body": ("SELECT", "INSERT"),
    "archived": ("SELECT", "INSERT"),
    "pending": ("SELECT", "INSERT", "DELETE"),
    "archiver": ("SELECT", "UPDATE"),
    "conversation": EVERYTHING,
    "conversation_title": EVERYTHING,
    "member": EVERYTHING,
    "member_span": EVERYTHING,
    "position": EVERYTHING,
    "timeline": EVERYTHING,
    "reaction": EVERYTHING,
    "search_index": EVERYTHING,
    "alembic_version": ("SELECT",),
}


def upgrade() -> None:
    """Make the core tables."""
    for statement in (*DIRECTORY, *STREAMS, *RECORD, *PROJECTIONS):
        run(statement)
    if on_postgresql():
        _postgresql_only()
    else:
        _sqlite_only()
    for table in ("journal", "archived", "journal_body"):
        refuse(table, "UPDATE", "DELETE")
    for table, rights in RIGHTS.items():
        grant(table, *rights)


def _sqlite_only() -> None:
    # The analyser has folded the text and left only spaces between words: ascii splits at those.
    # Not detail=none: with secure-delete, an UPDATE and INSERTs of one transaction lose rows there
    # (SQLite 3.53; tests/integration/storage/test_search.py).
    run(
        "CREATE VIRTUAL TABLE search_index USING"
        " fts5(terms, detail=column, columnsize=0, tokenize='ascii')"
    )
    # What is removed leaves the index at once, not when segments merge.
    run("INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)")
    run(
        "CREATE TRIGGER person_added AFTER INSERT ON person"
        " BEGIN UPDATE directory SET rev = rev + 1; END"
    )
    run(
        "CREATE TRIGGER person_changed AFTER UPDATE ON person"
        " BEGIN UPDATE directory SET rev = rev + 1; END"
    )


def _postgresql_only() -> None:
    run("CREATE SEQUENCE journal_key OWNED BY journal.key")
    run("CREATE SEQUENCE stream_key OWNED BY stream.key")
    grant("SEQUENCE journal_key", "USAGE")
    grant("SEQUENCE stream_key", "USAGE")
    run("CREATE TABLE search_index (archive_index {key}, terms TSVECTOR NOT NULL)")
    run("CREATE INDEX search_index_terms ON search_index USING gin (terms)")
    run(
        "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is not rewritten'; END $$"
    )
    run(
        "CREATE FUNCTION directory_changed() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN UPDATE directory SET rev = rev + 1; RETURN NULL; END $$"
    )
    run(
        "CREATE TRIGGER person_changed AFTER INSERT OR UPDATE ON person"
        " FOR EACH STATEMENT EXECUTE FUNCTION directory_changed()"
    )
