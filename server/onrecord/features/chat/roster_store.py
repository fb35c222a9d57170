"""Every statement that reads conversations, their members, and who has received what."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.values import ConversationKind, PersonKind, Role, StreamRef
from onrecord.core.journal.case import ADVISORS
from onrecord.core.store.membership import DELIVERED, PLAYED, READ, msg_no_before
from onrecord.core.store.visibility import BLIND, Sight, sights_of
from onrecord.database.columns import event_id, time_text
from onrecord.database.statements import Tx, nullable, query
from onrecord.features.chat import bodies as rest
from onrecord.features.chat import history_store
from onrecord.features.chat import mentions_store as mentions
from onrecord.features.chat import outside_store as outside
from onrecord.features.chat.history_store import MESSAGE, TimelineRow, visible_text
from onrecord.features.complaints import store as complaints
from onrecord.features.groups import store as groups
from onrecord.features.hours import store as hours_store
from onrecord.features.people import status_store
from onrecord.features.personal import store as personal
from onrecord.features.relationships import store as relationships
from onrecord.features.uploads import store as files
from onrecord.protocol.assurance import Assurance, Confirmation
from onrecord.protocol.files import wire_files
from onrecord.protocol.people import POSITION, Person, PositionOf, position_of
from onrecord.protocol.personal import QuietHours
from onrecord_archive.events.clients import Confirmed, Proof
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import PersonId, StreamId


class _Own(Struct, frozen=True):
    stream_key: int
    id: StreamId
    kind: ConversationKind
    title: str | None
    published_seq: int
    published_msg_no: int
    newest: int
    read: int
    own_above: int
    to_seq: int | None


class Message(Struct, frozen=True):
    """A published message, for `info`."""

    stream_key: int
    stream: StreamId
    conv_seq: int
    msg_no: int
    at: int
    edits: int
    author: PersonId


class _Word(NamedTuple):
    how: Confirmed
    by: PersonId
    until: int


class _Known(NamedTuple):
    person: PersonId
    proof: Proof
    proved_at: int
    until: int
    word: _Word | None

    def shown(self) -> Assurance:
        """Return it as the wire has it."""
        said = self.word
        word = None if said is None else Confirmation(time_text(said.until), said.how, said.by)
        return Assurance(self.proof, time_text(self.proved_at), time_text(self.until), word)


class _Person(PositionOf[str], frozen=True):
    id: PersonId
    name: str
    kind: PersonKind
    org: str
    role: Role
    outside: bool
    active: bool
    picture: str | None
    unserved: bool


class _Viewer(NamedTuple):
    id: PersonId
    kind: PersonKind
    role: Role


class _Member(NamedTuple):
    stream_key: int
    person: PersonId
    read: int
    delivered: int
    joined_at: int
    joined_seq: int
    outside: bool
    ended: bool


class _WasMember(NamedTuple):
    """A member as they were; `start`: where their reading started."""

    person: PersonId
    start: int
    read: int | None
    delivered: int | None
    joined_at: int
    joined_seq: int
    outside: bool


class _StreamId(NamedTuple):
    stream_key: int
    id: StreamId


class _Reader(NamedTuple):
    """A member, and from where on they read."""

    person: PersonId
    from_seq: int


class _Received(NamedTuple):
    """When the record first showed that somebody had a message; `joined`: with which number."""

    person: PersonId
    joined: int
    read: int | None
    received: int | None
    played: int | None


# A client of the firm is nobody's business but of those who have ever been where they could read.
# Who will stand in is named to the client before.
IS_VISIBLE = """(v.kind <> 'client' OR p.id = v.id OR p.id IN (
        SELECT o.person FROM member_span s JOIN member_span o ON o.stream_key = s.stream_key
        WHERE s.person = v.id AND (o.to_seq IS NULL OR o.to_seq >= s.from_seq)
            AND (s.to_seq IS NULL OR o.join_seq <= s.to_seq))
        OR p.id IN (
        SELECT d.person FROM member_span s JOIN delegation d ON d.stream_key = s.stream_key
        WHERE s.person = v.id AND s.to_seq IS NULL))"""
"""Whether a person `v` is told of a person `p`."""
# Unserved is said to those who may begin with a client.
_PEOPLE = {
    "advisors": ", ".join(f"'{role}'" for role in sorted(ADVISORS)),
    "visible": IS_VISIBLE,
    "position": ", ".join(f"p.{field}" for field in POSITION),
    "people": """p.id, p.name, p.kind, p.org, p.role, p.outside, p.active, p.picture,
    {position}, p.kind = 'client' AND v.role IN ({advisors}) AND NOT EXISTS (
        SELECT 1 FROM relationship r WHERE r.client = p.id AND r.to_seq IS NULL) AS unserved
    FROM person p JOIN person v ON v.id = ? WHERE {visible}""",
}
PEOPLE = query(_Person, "SELECT {people} ORDER BY p.name, p.id", **_PEOPLE)
ONE_OF_PEOPLE = query(_Person, "SELECT {people} AND p.id = ?", **_PEOPLE)
VIEWERS = query(
    _Viewer,
    """SELECT v.id, v.kind, v.role FROM person p JOIN person v ON v.id {texts}
    WHERE {visible} AND p.id = ?""",
    visible=IS_VISIBLE,
)
# How sure the firm is of its clients: for its own people, and each client of themself.
_ASSURANCES = """SELECT a.person, a.proof, a.proved_at, a.until,
        d.confirmed_how AS "word.how", d.confirmed_by AS "word.by",
        d.confirmed_until AS "word.until"
    FROM assurance a JOIN person v ON v.id = ? AND (v.kind <> 'client' OR v.id = a.person)
    LEFT JOIN client_device d
        ON d.id = a.device AND d.person = a.person AND d.confirmed_until IS NOT NULL"""
ASSURANCES = query(_Known, _ASSURANCES)
ONE_ASSURANCE = query(_Known, "{assurances} WHERE a.person = ?", assurances=_ASSURANCES)
_OWN = """SELECT c.stream_key, c.id, c.kind, c.title, c.published_seq, c.published_msg_no,
    c.newest, m.read_msg_no AS read, m.own_above, s.to_seq
    FROM member m JOIN conversation c ON c.stream_key = m.stream_key
    JOIN member_span s ON s.stream_key = m.stream_key AND s.person = m.person
        AND s.join_seq = (SELECT max(l.join_seq) FROM member_span l
            WHERE l.stream_key = m.stream_key AND l.person = m.person)
    WHERE m.person = ?"""
OWN_CONVERSATIONS = query(_Own, "{own} ORDER BY c.newest DESC", own=_OWN)
OWN_CONVERSATION = query(_Own, "{own} AND c.id = ?", own=_OWN)
PRESENT_MEMBERS = query(
    _Member,
    """SELECT s.stream_key, s.person, m.read_msg_no AS read, m.delivered_msg_no AS delivered,
        s.joined_at, s.join_seq AS joined_seq, p.outside, s.to_seq IS NOT NULL AS ended
    FROM member_span s
    JOIN member m ON m.stream_key = s.stream_key AND m.person = s.person
    JOIN person p ON p.id = s.person
    JOIN conversation c ON c.stream_key = s.stream_key
    WHERE s.stream_key {ints} AND {shown}
    ORDER BY s.stream_key, s.join_seq, s.person""",
    shown=outside.SHOWN,
)
# Their positions as of a number: where reading started, and what was recorded up to there.
MEMBERS_AT = query(
    _WasMember,
    """SELECT s.person, (SELECT max(l.start) FROM member_span l WHERE l.stream_key = s.stream_key
            AND l.person = s.person AND l.join_seq <= ?) AS start,
        (SELECT max(r.msg_no) FROM position r WHERE r.stream_key = s.stream_key
            AND r.person = s.person AND r.kind = 1 AND r.conv_seq <= ?) AS read,
        (SELECT max(d.msg_no) FROM position d WHERE d.stream_key = s.stream_key
            AND d.person = s.person AND d.kind = 0 AND d.conv_seq <= ?) AS delivered,
        s.joined_at, s.join_seq AS joined_seq, p.outside
    FROM member_span s JOIN person p ON p.id = s.person
    WHERE s.stream_key = ? AND s.join_seq <= ? AND (s.to_seq IS NULL OR s.to_seq > ?)
    ORDER BY s.join_seq, s.person""",
)
TITLE_AT = nullable(
    str,
    "SELECT title FROM conversation_title WHERE stream_key = ? AND conv_seq <= ?"
    " ORDER BY conv_seq DESC LIMIT 1",
)
STREAM = query(StreamRef, "SELECT id, kind, title FROM conversation WHERE id = ?")
STREAM_KEY = query(int, "SELECT stream_key FROM conversation WHERE id = ?")
STREAM_IDS = query(_StreamId, "SELECT stream_key, id FROM conversation WHERE stream_key {ints}")
READERS = query(
    _Reader,
    """SELECT s.person, s.from_seq FROM member_span s
    JOIN conversation c ON c.stream_key = s.stream_key WHERE c.id = ? AND s.to_seq IS NULL""",
)
# A client is told when somebody answers, never whether somebody of the firm is there now.
_SHARING = """SELECT DISTINCT o.person FROM member_span s
    JOIN member_span o ON o.stream_key = s.stream_key
    JOIN person v ON v.id = {viewer} AND v.kind <> 'client'
    WHERE s.person = ? AND s.to_seq IS NULL AND o.to_seq IS NULL AND o.person <> ?
    ORDER BY o.person"""
CONTACTS = query(PersonId, _SHARING, viewer="s.person")
ONLOOKERS = query(PersonId, _SHARING, viewer="o.person")
OF_FIRM = query(PersonId, "SELECT id FROM person WHERE id {texts} AND kind <> 'client'")
MESSAGE_ROW = query(
    Message,
    """SELECT t.stream_key, c.id AS stream, t.conv_seq, t.msg_no, t.at, t.edits, t.actor AS author
    FROM journal j JOIN archived a ON a.key = j.key
    JOIN timeline t ON t.archive_index = a.archive_index
    JOIN conversation c ON c.stream_key = t.stream_key
    WHERE j.event_id = ? AND t.type = 'message.sent'""",
)
# Positions only rise, so the first record at or above a number is the first that shows it: one row
# a member, however many messages and positions came after.
_FIRST = """(SELECT r.at FROM position r
    WHERE r.stream_key = a.stream_key AND r.person = a.person
        AND r.kind = {kind} AND r.msg_no {number}
    AND EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = r.stream_key AND s.person = ?
        AND r.conv_seq >= s.from_seq AND (s.to_seq IS NULL OR r.conv_seq <= s.to_seq))
    ORDER BY r.msg_no LIMIT 1)"""
RECEIPTS = query(
    _Received,
    """SELECT a.person, a.joined, {read} AS read, {received} AS received, {played} AS played
    FROM (SELECT stream_key, person, min(join_seq) AS joined FROM member_span
        WHERE stream_key = ? AND from_seq <= ? AND (to_seq IS NULL OR to_seq >= ?)
        AND join_seq <= ? AND person <> ? GROUP BY stream_key, person) a ORDER BY a.person""",
    read=_FIRST.format(kind=READ, number=">= ?"),
    received=_FIRST.format(kind=DELIVERED, number=">= ?"),
    played=_FIRST.format(kind=PLAYED, number="= ?"),
)


class Bootstrap(NamedTuple):
    """What a client needs before it says hello; `position`: the next archive_index."""

    people: list[Person]
    conversations: list[rest.Conversation]
    quiet_hours: QuietHours | None
    position: int


class _Members(Struct, frozen=True):
    shown: list[rest.Member]
    outside: bool = False
    ended: bool = False


def bootstrap(tx: Tx, person: PersonId, position: int) -> Bootstrap:
    """Return what there is for somebody in a snapshot with that position."""
    quiet = personal.quiet_of(tx, person)
    return Bootstrap(people(tx, person), conversations(tx, person), quiet, position)


def people(tx: Tx, viewer: PersonId) -> list[Person]:
    """Return the directory as somebody sees it, by name; a client sees whom they met."""
    known = {each.person: each.shown() for each in tx.all(ASSURANCES, (viewer,))}
    people = [_person(row, known.get(row.id)) for row in tx.all(PEOPLE, (viewer,))]
    return _with_words(tx, viewer, people)


def shown_to(
    tx: Tx, among: Sequence[PersonId], person: PersonId, *, clients: bool
) -> list[tuple[Person, list[PersonId]]]:
    """Return somebody as these people see them: each form, and who sees it."""
    alike: dict[tuple[bool, bool, bool], list[PersonId]] = {}
    for viewer in tx.all(VIEWERS, (tx.list_of(among), person)):
        is_client = viewer.kind == "client"
        if clients or not is_client:
            sees = (is_client, viewer.role in ADVISORS, viewer.id == person)
            alike.setdefault(sees, []).append(viewer.id)
    return [(_one(tx, viewers[0], person), viewers) for viewers in alike.values()]


def _one(tx: Tx, viewer: PersonId, person: PersonId) -> Person:
    """Return somebody as one who sees them does."""
    row, known = tx.only(ONE_OF_PEOPLE, (viewer, person)), tx.one(ONE_ASSURANCE, (viewer, person))
    shown = _person(row, None if known is None else known.shown())
    return _with_words(tx, viewer, [shown])[0]


def _with_words(tx: Tx, viewer: PersonId, people: Sequence[Person]) -> list[Person]:
    """Return people with what they say of themselves, as far as somebody sees it.

    Whose account has ended is not said to be away until a day: they don't come back.
    """
    says, away = status_store.seen_by(tx, viewer), hours_store.absences(tx, viewer)
    return [
        replace(each, status=says.get(each.id), away=away.get(each.id))
        if each.active and (each.id in says or each.id in away)
        else each
        for each in people
    ]


def _person(row: _Person, assurance: Assurance | None) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        kind=row.kind,
        org=row.org,
        role=row.role,
        outside=row.outside,
        active=row.active,
        picture=row.picture,
        assurance=assurance,
        unserved=row.unserved,
        **position_of(row),
    )


def conversations(
    tx: Tx, person: PersonId, only: StreamId | None = None
) -> list[rest.Conversation]:
    """Return somebody's conversations as they see them, the newest first."""
    own = (
        tx.all(OWN_CONVERSATIONS, (person,))
        if only is None
        else tx.all(OWN_CONVERSATION, (person, only))
    )
    present = [one for one in own if one.to_seq is None]
    members = _present_members(tx, [one.stream_key for one in present])
    rows = history_store.rows_at(tx, [one.newest for one in present])
    sights = sights_of(tx, person)
    told = {
        one.stream_key: history_store.telling(
            tx, one.stream_key, sights[one.stream_key], rows.get(one.newest)
        )
        for one in present
    }
    with_files = files.shown_by(tx, [row.archive_index for row in told.values() if row is not None])
    related = relationships.present(tx, [one.stream_key for one in present])
    grouped = groups.of(tx, [one.stream_key for one in present])
    called = mentions.unread(tx, person, [one.stream_key for one in present])
    complained = complaints.seen(tx, [one.stream_key for one in own], sights)
    shown = [
        replace(
            _as_member(one, members[one.stream_key]),
            preview=_preview(told[one.stream_key], sights[one.stream_key], with_files),
            relationship=related.get(one.stream_key),
            group=groups.shown(grouped.get(one.stream_key)),
            mentioned=called.get(one.stream_key),
        )
        if one.to_seq is None
        else _as_it_was(tx, one, one.to_seq, sights.get(one.stream_key, BLIND))
        for one in own
    ]
    marks = personal.marks_of(tx, person)
    return [
        replace(each, complaints=complained.get(one.stream_key), marks=marks.get(one.stream_key))
        if one.stream_key in complained or one.stream_key in marks
        else each
        for one, each in zip(own, shown, strict=True)
    ]


def stream_key(tx: Tx, stream: StreamId) -> int | None:
    """Return a published conversation's key."""
    return tx.one(STREAM_KEY, (stream,))


def ids_of(tx: Tx, streams: Sequence[int]) -> dict[int, StreamId]:
    """Return published conversations' ids by stream_key."""
    return dict(tx.all(STREAM_IDS, (tx.list_of(streams),)))


def stream_ref(tx: Tx, stream: StreamId) -> StreamRef | None:
    """Return a published conversation's name and kind."""
    return tx.one(STREAM, (stream,))


def message(tx: Tx, event: bytes) -> Message | None:
    """Return a published message."""
    return tx.one(MESSAGE_ROW, (event,))


def receipts(tx: Tx, found: Message, person: PersonId, sight: Sight) -> list[rest.Receipt]:
    """Return who a message was for, and when the records that *person* sees show they had it."""
    seq, first = found.conv_seq, (found.msg_no, person)
    addressed = (found.stream_key, seq, seq, sight.last, found.author)
    receipts = []
    for row in tx.all(RECEIPTS, first * 3 + addressed):
        # What was read was received.
        delivered = min((at for at in (row.read, row.received) if at is not None), default=None)
        # Nobody waits for who came later, and was shown it.
        if row.joined > seq and delivered is None:
            continue
        times = (None if at is None else time_text(at) for at in (delivered, row.read, row.played))
        receipts.append(rest.Receipt(row.person, *times))
    return receipts


def _present_members(tx: Tx, streams: Sequence[int]) -> dict[int, _Members]:
    found: dict[int, _Members] = {stream: _Members([]) for stream in streams}
    for row in tx.all(PRESENT_MEMBERS, (tx.list_of(streams),)):
        so_far = found[row.stream_key]
        so_far.shown.append(_member(row, row.read, row.delivered))
        found[row.stream_key] = _Members(
            so_far.shown, so_far.outside or row.outside, so_far.ended or row.ended
        )
    return found


def _as_member(own: _Own, members: _Members) -> rest.Conversation:
    """Return a conversation that they are in, without its newest row."""
    return rest.Conversation(
        id=own.id,
        kind=own.kind,
        members=members.shown,
        outside=members.outside,
        last_seq=own.published_seq,
        last_msg_no=own.published_msg_no,
        read=own.read,
        unread=max(0, own.published_msg_no - own.read - own.own_above),
        left=False,
        ended=members.ended,
        title=own.title,
    )


def _as_it_was(tx: Tx, own: _Own, end: int, sight: Sight) -> rest.Conversation:
    """Return a conversation that they left or were removed from at *end*, as it was then."""
    rows = tx.all(MEMBERS_AT, (end, end, end, own.stream_key, end, end))
    newest = history_store.newest(tx, own.stream_key, sight)
    shown = {} if newest is None else files.shown_by(tx, [newest.archive_index])
    return rest.Conversation(
        id=own.id,
        kind=own.kind,
        members=[
            _member(row, max(row.start, row.read or 0), max(row.start, row.delivered or 0))
            for row in rows
        ],
        outside=any(row.outside for row in rows),
        last_seq=end,
        last_msg_no=msg_no_before(tx, own.stream_key, end),
        read=own.read,
        # They can't say any more that they have read it.
        unread=0,
        left=True,
        title=tx.one(TITLE_AT, (own.stream_key, end)),
        preview=_preview(newest, sight, shown),
        relationship=relationships.as_of(tx, own.stream_key, end),
        group=groups.shown(groups.as_of(tx, own.stream_key, end)),
    )


def _member(row: _Member | _WasMember, read: int, delivered: int) -> rest.Member:
    """What was read was received."""
    joined_at = time_text(row.joined_at)
    return rest.Member(row.person, read, max(read, delivered), joined_at, row.joined_seq)


def _preview(
    row: TimelineRow | None, sight: Sight, with_files: Mapping[int, Sequence[File]]
) -> rest.Preview | None:
    if row is None:
        return None
    return rest.Preview(
        event_id=event_id(row.event_id),
        conv_seq=row.conv_seq,
        type=row.type,
        actor=row.actor,
        at=time_text(row.at),
        text=visible_text(row, sight) if row.type == MESSAGE else None,
        files=wire_files(with_files.get(row.archive_index, ())),
    )
