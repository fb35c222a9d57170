"""The projections: what people read, made of the record. `onrecord rebuild` makes all of it again.

The keys of files are in here, as texts are in `timeline`: they go with the record that carries
them.
"""

from onrecord.database.migrations.ddl import Part

CONVERSATIONS = (
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
    # All that is decided about a group, after each change of it (features/groups/standing.py).
    """CREATE TABLE group_version (
        stream_key {int} NOT NULL,
        conv_seq {int} NOT NULL,
        said {text} NOT NULL,
        PRIMARY KEY (stream_key, conv_seq)
    {clustered}""",
    # Which group a link is of, by the SHA-256 of its secret. The newest one of a group counts.
    """CREATE TABLE join_link (
        hash {bytes} NOT NULL,
        stream_key {int} NOT NULL,
        event_id {bytes} NOT NULL,
        PRIMARY KEY (hash, stream_key, event_id)
    {clustered}""",
    """CREATE TABLE group_picture (
        stream_key {int} NOT NULL,
        conv_seq {int} NOT NULL,
        sha256 {text} NOT NULL,
        data {bytes} NOT NULL,
        PRIMARY KEY (stream_key, conv_seq)
    {clustered}""",
    "CREATE INDEX group_picture_name ON group_picture (sha256)",
)

MESSAGES = (
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
    # How compliance finds what is changed, and what is said in other events than messages and
    # titles (search/said.py), without reading all rows. A plain message costs nothing more.
    """CREATE INDEX timeline_change ON timeline (stream_key, target)
        WHERE type IN ('message.edited', 'message.removed')""",
    """CREATE INDEX timeline_said ON timeline (stream_key, at) WHERE type IN ('complaint.closed',
        'complaint.filed', 'device.added', 'group.described', 'notice.accepted',
        'out_of_office.replied')""",
    """CREATE TABLE reaction (
        target {int} NOT NULL,
        person {id} NOT NULL,
        emoji {text} NOT NULL,
        conv_seq {int} NOT NULL,
        PRIMARY KEY (target, person, emoji)
    {clustered}""",
    # Which messages are parts of a broadcast.
    """CREATE TABLE broadcast_message (
        archive_index {key},
        broadcast {bytes} NOT NULL
    {table}""",
    # Which messages were sent on, and from where.
    """CREATE TABLE forwarded_message (
        archive_index {key},
        source {bytes} NOT NULL,
        at {int} NOT NULL,
        author {id} NOT NULL,
        shown_author {id}
    {table}""",
    # Whom texts call. target: the archive_index of the message; person: empty for everybody.
    """CREATE TABLE mention (
        target {int} NOT NULL,
        at {int} NOT NULL,
        length {int} NOT NULL,
        person {id} NOT NULL,
        stream_key {int} NOT NULL,
        msg_no {int} NOT NULL,
        author {id} NOT NULL,
        PRIMARY KEY (target, at)
    {clustered}""",
    "CREATE INDEX mention_person ON mention (stream_key, person, msg_no)",
    # Which messages were planned. upto: the last conv_seq that was there then.
    """CREATE TABLE planned_message (
        stream_key {int} NOT NULL,
        archive_index {int} NOT NULL,
        upto {int} NOT NULL,
        PRIMARY KEY (stream_key, archive_index)
    {clustered}""",
)

FILES = (
    # What was stored. ct and sealed: SHA-256 and bytes of the sealed file in the archive; voice_ms:
    # how long a voice note is, in milliseconds; wave: how loud, step by step.
    """CREATE TABLE stored_file (
        blob_id {id} PRIMARY KEY,
        event_id {bytes} NOT NULL UNIQUE,
        stream_key {int} NOT NULL,
        actor {id} NOT NULL,
        name {text} NOT NULL,
        type {text} NOT NULL,
        sha256 {text} NOT NULL,
        size {int} NOT NULL,
        width {int},
        height {int},
        ct {text} NOT NULL,
        sealed {int} NOT NULL,
        file_key {bytes} NOT NULL,
        voice_ms {int},
        wave {text}
    {clustered}""",
    # What each message shows. target: the archive_index of the message; no: the file's place in it.
    """CREATE TABLE message_file (
        target {int} NOT NULL,
        no {int} NOT NULL,
        blob_id {id} NOT NULL,
        name {text} NOT NULL,
        type {text} NOT NULL,
        sha256 {text} NOT NULL,
        size {int} NOT NULL,
        width {int},
        height {int},
        ct {text} NOT NULL,
        sealed {int} NOT NULL,
        file_key {bytes} NOT NULL,
        voice_ms {int},
        wave {text},
        PRIMARY KEY (target, no)
    {clustered}""",
    "CREATE INDEX message_file_blob ON message_file (blob_id)",
)

ANSWERED = (
    # The owner from from_seq on, up to to_seq (not included); to_seq is NULL for the present one.
    """CREATE TABLE relationship (
        stream_key {int} NOT NULL,
        from_seq {int} NOT NULL,
        to_seq {int},
        client {id} NOT NULL,
        owner {id} NOT NULL,
        PRIMARY KEY (stream_key, from_seq)
    {clustered}""",
    "CREATE INDEX relationship_owner ON relationship (owner)",
    "CREATE INDEX relationship_client ON relationship (client)",
    # started_seq is NULL until they are a member, ended_seq until it is over.
    """CREATE TABLE delegation (
        stream_key {int} NOT NULL,
        added_seq {int} NOT NULL,
        event_id {bytes} NOT NULL,
        person {id} NOT NULL,
        starts {int} NOT NULL,
        ends {int} NOT NULL,
        started_seq {int},
        ended_seq {int},
        PRIMARY KEY (stream_key, added_seq)
    {clustered}""",
    "CREATE INDEX delegation_open ON delegation (person) WHERE ended_seq IS NULL",
    # closed_seq is NULL while it is open; target is NULL where it is about the conversation.
    """CREATE TABLE complaint (
        stream_key {int} NOT NULL,
        filed_seq {int} NOT NULL,
        event_id {bytes} NOT NULL,
        reference {text} NOT NULL,
        category {text} NOT NULL,
        about {text} NOT NULL,
        person {id} NOT NULL,
        filed_at {int} NOT NULL,
        due {int} NOT NULL,
        target {bytes},
        target_seq {int},
        closed_seq {int},
        closed_at {int},
        closed_by {id},
        outcome {text},
        PRIMARY KEY (stream_key, filed_seq)
    {clustered}""",
    "CREATE INDEX complaint_open ON complaint (due) WHERE closed_seq IS NULL",
    # since_seq: the first message of a client after which nobody of the firm wrote.
    "CREATE TABLE waiting (stream_key {key}, since_seq {int} NOT NULL {table}",
    # until is NULL where nobody knew when somebody would be there.
    """CREATE TABLE automatic_reply (
        stream_key {key},
        at {int} NOT NULL,
        until {int}
    {table}""",
)

PERSONAL = (
    # The stream of what somebody notes for themself: what compliance picks from.
    """CREATE TABLE personal_stream (
        stream_key {key},
        id {id} NOT NULL,
        person {id} NOT NULL,
        published_seq {int} NOT NULL
    {table}""",
    "CREATE UNIQUE INDEX personal_stream_id ON personal_stream (id)",
    # As it goes to the person's own devices, and to nobody else.
    """CREATE TABLE personal_event (
        archive_index {key},
        person {id} NOT NULL,
        wire {bytes} NOT NULL
    {table}""",
    "CREATE INDEX personal_event_person ON personal_event (person, archive_index)",
    # pinned: the number of the event that did; muted: until when; archived: up to which msg_no;
    # level: what comes through a muting.
    """CREATE TABLE conversation_mark (
        person {id} NOT NULL,
        stream_key {int} NOT NULL,
        pinned {int},
        muted {int},
        archived {int},
        unread {flag} NOT NULL,
        level {text},
        PRIMARY KEY (person, stream_key)
    {clustered}""",
    # target: the message's archive_index; number: of the event that starred it.
    """CREATE TABLE star (
        person {id} NOT NULL,
        target {int} NOT NULL,
        event_id {bytes} NOT NULL,
        number {int} NOT NULL,
        PRIMARY KEY (person, target)
    {clustered}""",
    "CREATE INDEX star_number ON star (person, number)",
    "CREATE INDEX star_event ON star (person, event_id)",
    # When somebody is told of nothing.
    """CREATE TABLE quiet_hours (
        person {id} PRIMARY KEY,
        zone {text} NOT NULL,
        starts {text} NOT NULL,
        ends {text} NOT NULL,
        weekends {flag} NOT NULL
    {clustered}""",
)

# Parts of words, and days: what the search knows beside its index (search/index_store.py).
# `migrate` fills an empty index when all steps are done.
SEARCH = (
    "CREATE TABLE search_word (word {id} PRIMARY KEY {clustered}",
    "CREATE TABLE search_day (day {key}, first {int} NOT NULL, last {int} NOT NULL {table}",
)
SEARCH_IN_SQLITE = (
    # The analyser has folded the text and left only spaces between words: ascii splits at those.
    # Not detail=none: with secure-delete, an UPDATE and INSERTs of one transaction lose rows there
    # (SQLite 3.53; tests/integration/search/test_search.py).
    """CREATE VIRTUAL TABLE search_index USING
        fts5(terms, detail=column, columnsize=0, tokenize='ascii')""",
    # What is removed leaves the index at once, not when segments merge.
    "INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)",
)
SEARCH_IN_POSTGRESQL = (
    "CREATE TABLE search_index (archive_index {key}, terms TSVECTOR NOT NULL)",
    "CREATE INDEX search_index_terms ON search_index USING gin (terms)",
)

EVERYTHING = ("SELECT", "INSERT", "UPDATE", "DELETE")
PROJECTIONS = Part(
    (*CONVERSATIONS, *MESSAGES, *FILES, *ANSWERED, *PERSONAL, *SEARCH),
    rights={
        "conversation": EVERYTHING,
        "conversation_title": EVERYTHING,
        "member": EVERYTHING,
        "member_span": EVERYTHING,
        "position": EVERYTHING,
        "group_version": EVERYTHING,
        "join_link": EVERYTHING,
        "group_picture": EVERYTHING,
        "timeline": EVERYTHING,
        "reaction": EVERYTHING,
        "broadcast_message": EVERYTHING,
        "forwarded_message": EVERYTHING,
        "mention": EVERYTHING,
        "planned_message": ("SELECT", "INSERT", "DELETE"),
        "stored_file": EVERYTHING,
        "message_file": EVERYTHING,
        "relationship": EVERYTHING,
        "delegation": EVERYTHING,
        "complaint": EVERYTHING,
        "waiting": EVERYTHING,
        "automatic_reply": EVERYTHING,
        "personal_stream": EVERYTHING,
        "personal_event": EVERYTHING,
        "conversation_mark": EVERYTHING,
        "star": EVERYTHING,
        "quiet_hours": EVERYTHING,
        "search_word": EVERYTHING,
        "search_day": EVERYTHING,
        "search_index": EVERYTHING,
    },
    sqlite=SEARCH_IN_SQLITE,
    postgresql=SEARCH_IN_POSTGRESQL,
)
