"""Streams' head rows: locked once a batch, their members kept in memory until they change."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from onrecord.core.domain.values import Actor, StreamRef
from onrecord.core.journal.heads import StreamHead
from onrecord.core.journal.slots import Slot
from onrecord.database.columns import micros, moment
from onrecord.database.statements import Row, Sql, Tx, sql
from onrecord_archive.events.ids import PersonId, StreamId

CACHED_STREAMS = 20_000
"""When so many streams' members are kept, all are forgotten (some 2 KiB each)."""

_HEADS = """SELECT id, key, kind, class, title, conv_seq, msg_no, head_pt, last_at, member_rev,
        (SELECT rev FROM directory),
        EXISTS (SELECT 1 FROM closed_stream c WHERE c.stream_key = stream.key)
    FROM stream WHERE id {texts} ORDER BY id"""
HEADS = sql(_HEADS)
LOCK_HEADS = sql("{heads} {lock}", heads=_HEADS)
MEMBERS = sql(
    """SELECT m.stream_key, m.from_seq, p.id, p.name, p.kind, p.org, p.role
    FROM stream_member m JOIN person p ON p.id = m.person WHERE m.stream_key {ints}
    ORDER BY m.stream_key, p.id"""
)
INSERT_STREAM = sql(
    """INSERT INTO stream
    (key, id, kind, class, title, conv_seq, msg_no, head_pt, last_at, member_rev)
    VALUES (nextval('stream_key'), ?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING key""",
    sqlite="""INSERT INTO stream
    (id, kind, class, title, conv_seq, msg_no, head_pt, last_at, member_rev)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0) RETURNING key""",
)
UPDATE_HEAD = sql(
    "UPDATE stream SET title = ?, conv_seq = ?, msg_no = ?, head_pt = ?, last_at = ?,"
    " member_rev = member_rev + ? WHERE key = ?"
)
STREAM_MEMBERS = sql("SELECT person, from_seq FROM stream_member WHERE stream_key = ?")
DELETE_MEMBER = sql("DELETE FROM stream_member WHERE stream_key = ? AND person = ?")
INSERT_MEMBER = sql("INSERT INTO stream_member (stream_key, person, from_seq) VALUES (?, ?, ?)")


class KeptSlot(Struct, frozen=True):
    """A feature's slot of the head, and where it lies: as JSON, in a table of the feature's.

    `read` has a list of streams and gives (stream_key, state); `write` takes the same, one stream.
    """

    slot: Slot[Any]
    state: msgspec.json.Decoder[Any]
    read: Sql
    write: Sql


class _Members(Struct):
    rev: tuple[int, int]
    """member_rev and the directory's rev that they were read under."""
    actors: dict[PersonId, Actor]
    reads_from: dict[PersonId, int]
    slots: dict[str, object]


class HeadCache:
    """Who may write in which stream, and what features keep of it. Its numbers are read each time.

    An entry counts only while the row's member_rev and the directory's rev are those it was read
    under, so that a rolled-back transaction, another node or a new name cannot make it wrong.
    """

    def __init__(self, slots: Sequence[KeptSlot]) -> None:
        self._slots = slots
        self._members: dict[StreamId, _Members] = {}

    def lock(self, tx: Tx, streams: Collection[StreamId]) -> dict[StreamId, StreamHead]:
        """Lock head rows in the order of their ids and return them; unknown ones are absent."""
        return self._found(tx, tx.all(LOCK_HEADS, (tx.list_of(streams),)))

    def seen(self, tx: Tx, stream: StreamId) -> StreamHead | None:
        """Return a head as it stands, without its lock."""
        return self._found(tx, tx.all(HEADS, (tx.list_of([stream]),))).get(stream)

    def _found(self, tx: Tx, rows: Sequence[Row]) -> dict[StreamId, StreamHead]:
        self._load_members(tx, [row for row in rows if not self._is_fresh(row)])
        return {row[0]: self._head(row) for row in rows}

    def write_back(self, tx: Tx, heads: Collection[StreamHead]) -> None:
        """Make new streams, write numbers and, where they changed, members."""
        known = [head for head in heads if head.key is not None]
        for head in heads:
            if head.key is None:
                head.key = tx.only(INSERT_STREAM, _stream_values(head))[0]
        tx.many(
            UPDATE_HEAD,
            [
                (
                    head.ref.title,
                    head.conv_seq,
                    head.msg_no,
                    head.head_pt,
                    None if head.last_at is None else micros(head.last_at),
                    int(_changed(head)),
                    head.key,
                )
                for head in known
            ],
        )
        for head in heads:
            if _changed(head):
                self._members.pop(head.ref.id, None)
                self._write_slots(tx, head)
            if head.members_changed:
                _write_members(tx, head)

    def _write_slots(self, tx: Tx, head: StreamHead) -> None:
        for kept in self._slots:
            if kept.slot.name in head.changed:
                state = msgspec.json.encode(kept.slot.of(head)).decode()
                tx.run(kept.write, (head.key, state))

    def _is_fresh(self, row: Row) -> bool:
        cached = self._members.get(row[0])
        return cached is not None and cached.rev == row[9:11]

    def _load_members(self, tx: Tx, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if len(self._members) > CACHED_STREAMS:
            self._members.clear()
        by_key = {row[1]: _Members(row[9:11], {}, {}, {}) for row in rows}
        keys = tx.list_of(list(by_key))
        for key, from_seq, *actor in tx.all(MEMBERS, (keys,)):
            member = Actor(*actor)
            by_key[key].actors[member.id] = member
            by_key[key].reads_from[member.id] = from_seq
        for kept in self._slots:
            for key, state in tx.all(kept.read, (keys,)):
                by_key[key].slots[kept.slot.name] = kept.state.decode(state)
        self._members.update({row[0]: by_key[row[1]] for row in rows})

    def _head(self, row: Row) -> StreamHead:
        id, key, kind, retention_class, title, conv_seq, msg_no, head_pt, last_at, _, _, closed = (
            row
        )
        members = self._members[id]
        return StreamHead(
            ref=StreamRef(id, kind, title),
            retention_class=retention_class,
            key=key,
            conv_seq=conv_seq,
            msg_no=msg_no,
            head_pt=head_pt,
            last_at=None if last_at is None else moment(last_at),
            members=dict(members.actors),
            reads_from=dict(members.reads_from),
            slots=members.slots,
            closed=bool(closed),
        )


def _stream_values(head: StreamHead) -> tuple[str | int | bytes | None, ...]:
    return (
        head.ref.id,
        head.ref.kind,
        head.retention_class,
        head.ref.title,
        head.conv_seq,
        head.msg_no,
        head.head_pt,
        None if head.last_at is None else micros(head.last_at),
    )


def _changed(head: StreamHead) -> bool:
    return head.members_changed or bool(head.changed)


def _write_members(tx: Tx, head: StreamHead) -> None:
    before: dict[PersonId, int] = dict(tx.all(STREAM_MEMBERS, (head.key,)))
    changed = {person: seq for person, seq in head.reads_from.items() if before.get(person) != seq}
    gone = [person for person in before if person not in head.reads_from or person in changed]
    tx.many(DELETE_MEMBER, [(head.key, person) for person in gone])
    tx.many(INSERT_MEMBER, [(head.key, person, seq) for person, seq in changed.items()])
