"""Projections of who is in a conversation, what they may see, and how far they have read."""

from onrecord.core.domain.values import Event
from onrecord.database.columns import AUTHOR, micros
from onrecord.database.statements import Tx, query, sql
from onrecord_archive.events.conversations import ConversationCreated, Positions
from onrecord_archive.events.ids import PersonId

DELIVERED, READ, PLAYED = 0, 1, 2
"""position.kind; played: the message's voice note, that number alone."""

INSERT_CONVERSATION = sql(
    """INSERT INTO conversation
    (stream_key, id, kind, title, published_seq, published_msg_no, newest)
    VALUES (?, ?, ?, ?, ?, 0, 0)"""
)
INSERT_TITLE = sql("INSERT INTO conversation_title (stream_key, conv_seq, title) VALUES (?, ?, ?)")
INSERT_SPAN = sql(
    "INSERT INTO member_span (stream_key, person, join_seq, from_seq, joined_at, start)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
PRESENT_BEFORE = query(
    PersonId,
    """SELECT m.person FROM member_span m JOIN conversation c ON c.stream_key = m.stream_key
    WHERE c.id = ? AND m.join_seq < ? AND (m.to_seq IS NULL OR m.to_seq >= ?)
    ORDER BY m.join_seq, m.person""",
)
SHARE = sql(
    "UPDATE member_span SET from_seq = ?"
    " WHERE stream_key = ? AND person = ? AND to_seq IS NULL AND from_seq > ?"
)
END_SPAN = sql(
    "UPDATE member_span SET to_seq = ? WHERE stream_key = ? AND person = ? AND to_seq IS NULL"
)
# A member who comes back keeps their positions where they are ahead.
UPSERT_MEMBER = sql(
    """INSERT INTO member
    (stream_key, person, read_msg_no, delivered_msg_no, own_above)
    VALUES (?, ?, ?, ?, 0)
    ON CONFLICT (stream_key, person) DO UPDATE SET
    read_msg_no = CASE WHEN member.read_msg_no > excluded.read_msg_no
        THEN member.read_msg_no ELSE excluded.read_msg_no END,
    delivered_msg_no = CASE WHEN member.delivered_msg_no > excluded.delivered_msg_no
        THEN member.delivered_msg_no ELSE excluded.delivered_msg_no END"""
)
MSG_NO_BEFORE = sql(
    "SELECT msg_no FROM journal WHERE stream_key = ? AND conv_seq < ? AND msg_no IS NOT NULL"
    " ORDER BY conv_seq DESC LIMIT 1"
)
PRESENT = sql(
    """SELECT m.person, m.read_msg_no, m.delivered_msg_no FROM member m
    JOIN member_span s ON s.stream_key = m.stream_key AND s.person = m.person
        AND s.to_seq IS NULL
    WHERE m.stream_key = ? AND m.person {texts}"""
)
# Walks back from the event through (stream_key, conv_seq); the limit is exact.
NEWEST_MESSAGES = sql(
    "SELECT {author}, j.msg_no FROM journal j"
    " WHERE j.stream_key = ? AND j.conv_seq < ? AND j.msg_no IS NOT NULL"
    " ORDER BY j.conv_seq DESC LIMIT ?",
    author=AUTHOR,
)
SET_READ = sql(
    "UPDATE member SET read_msg_no = ?, own_above = ? WHERE stream_key = ? AND person = ?"
)
SET_DELIVERED = sql("UPDATE member SET delivered_msg_no = ? WHERE stream_key = ? AND person = ?")
INSERT_POSITION = sql(
    "INSERT INTO position (stream_key, person, kind, msg_no, conv_seq, at)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
INSERT_PLAYED = sql(
    "INSERT INTO position (stream_key, person, kind, msg_no, conv_seq, at)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


def begin(tx: Tx, stream: int, event: Event, payload: ConversationCreated) -> None:
    """Begin a conversation with its members."""
    tx.run(
        INSERT_CONVERSATION,
        (stream, event.stream.id, event.stream.kind, payload.title, event.conv_seq),
    )
    tx.run(INSERT_TITLE, (stream, event.conv_seq, payload.title))
    tx.many(UPSERT_MEMBER, [(stream, person, 0, 0) for person in payload.members])
    seq, at = event.conv_seq, micros(event.at)
    tx.many(INSERT_SPAN, [(stream, person, seq, seq, at, 0) for person in payload.members])


def share(tx: Tx, stream: int, person: PersonId, from_seq: int) -> None:
    """Let a member read from a number on."""
    tx.run(SHARE, (from_seq, stream, person, from_seq))


def leave(tx: Tx, stream: int, person: PersonId, seq: int) -> None:
    """Let somebody read up to a number, and not after."""
    tx.run(END_SPAN, (seq, stream, person))


def state(tx: Tx, stream: int, event: Event, payload: Positions) -> None:
    """Highest wins; nobody is ahead of what was said."""
    last = msg_no_before(tx, stream, event.conv_seq)
    there = present(tx, stream, [change.person for change in payload.changes])
    reads: dict[PersonId, int] = {}
    delivered: dict[PersonId, int] = {}
    for change in payload.changes:
        if change.person in there:
            read, received = there[change.person]
            _raise_to(reads, change.person, change.read, read, last)
            _raise_to(delivered, change.person, change.delivered, received, last)
    _write_reads(tx, stream, event.conv_seq, reads)
    tx.many(SET_DELIVERED, [(no, stream, person) for person, no in delivered.items()])
    at = micros(event.at)
    tx.many(
        INSERT_POSITION,
        [
            (stream, person, kind, no, event.conv_seq, at)
            for kind, moved in ((READ, reads), (DELIVERED, delivered))
            for person, no in moved.items()
        ],
    )
    played = [
        (stream, change.person, PLAYED, no, event.conv_seq, at)
        for change in payload.changes
        if change.person in there
        for no in change.played
        if no <= last
    ]
    tx.many(INSERT_PLAYED, played)


def join(tx: Tx, stream: int, event: Event, person: PersonId, since: tuple[int, int]) -> None:
    """Let somebody read from one number on; from another one on it is unread."""
    from_seq, unread_seq = since
    start = msg_no_before(tx, stream, unread_seq)
    tx.run(UPSERT_MEMBER, (stream, person, start, start))
    tx.run(INSERT_SPAN, (stream, person, event.conv_seq, from_seq, micros(event.at), start))
    # Coming back: own messages of before may lie above where reading starts again.
    before = present(tx, stream, [person])[person]
    _write_reads(tx, stream, event.conv_seq, {person: before[0]})


def _raise_to(
    moved: dict[PersonId, int], person: PersonId, stated: int | None, now: int, last: int
) -> None:
    if stated is not None and min(stated, last) > moved.get(person, now):
        moved[person] = min(stated, last)


def _write_reads(tx: Tx, stream: int, conv_seq: int, reads: dict[PersonId, int]) -> None:
    """Set read positions, and count each reader's own messages above them."""
    if not reads:
        return
    last = msg_no_before(tx, stream, conv_seq)
    newest = last - min(reads.values())
    above = dict.fromkeys(reads, 0)
    rows = tx.all(NEWEST_MESSAGES, (stream, conv_seq, newest)) if newest > 0 else []
    for actor, msg_no in rows:
        if actor in reads and msg_no > reads[actor]:
            above[actor] += 1
    tx.many(SET_READ, [(no, above[person], stream, person) for person, no in reads.items()])


def msg_no_before(tx: Tx, stream: int, conv_seq: int) -> int:
    """Return the number of the last message before a conv_seq; 0: there is none."""
    row = tx.one(MSG_NO_BEFORE, (stream, conv_seq))
    return 0 if row is None else int(row[0])


def present(tx: Tx, stream: int, people: list[PersonId]) -> dict[PersonId, tuple[int, int]]:
    """Return the read and delivered positions of those of these who are members."""
    rows = tx.all(PRESENT, (stream, tx.list_of(people)))
    return {person: (read, delivered) for person, read, delivered in rows}
