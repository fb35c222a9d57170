"""What is decided about groups: the projection, and what people read of it."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, get_args

import msgspec
from msgspec.structs import asdict, replace

from onrecord.core.store import membership
from onrecord.core.store.heads import KeptSlot
from onrecord.core.store.projections import Placed, Projector
from onrecord.database.columns import event_bytes
from onrecord.database.statements import Tx, query, sql
from onrecord.features.groups.bodies import JoinOffer as ShownOffer
from onrecord.features.groups.offers import JoinOffer
from onrecord.features.groups.standing import GROUP, Group
from onrecord.protocol import groups as wire
from onrecord_archive.events.audience import gone
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    TitleChanged,
)
from onrecord_archive.events.groups import GroupChange, GroupPictured, JoinLinkMade
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.payload import Payload


class _Version(NamedTuple):
    """A group as it stands."""

    stream_key: int
    said: Group


class _Link(NamedTuple):
    """A link by which somebody may join; `inside`: they are a member."""

    stream: StreamId
    stream_key: int
    made: EventId
    title: str
    members: int
    inside: bool


SET_TITLE = sql("UPDATE conversation SET title = ? WHERE stream_key = ?")
INSERT_VERSION = sql("INSERT INTO group_version (stream_key, conv_seq, said) VALUES (?, ?, ?)")
INSERT_LINK = sql("INSERT INTO join_link (hash, stream_key, event_id) VALUES (?, ?, ?)")
NEWEST = query(
    _Version,
    """SELECT g.stream_key, g.said FROM group_version g WHERE g.stream_key {ints}
    AND g.conv_seq = (SELECT max(n.conv_seq) FROM group_version n
        WHERE n.stream_key = g.stream_key)""",
)
AT = query(
    _Version,
    "SELECT stream_key, said FROM group_version WHERE stream_key = ? AND conv_seq <= ?"
    " ORDER BY conv_seq DESC LIMIT 1",
)
BY_HASH = query(
    _Link,
    """SELECT c.id AS stream, l.stream_key, l.event_id AS made, c.title,
        (SELECT count(*) FROM member_span m
            WHERE m.stream_key = l.stream_key AND m.to_seq IS NULL) AS members,
        EXISTS (SELECT 1 FROM member_span o
            WHERE o.stream_key = l.stream_key AND o.to_seq IS NULL AND o.person = ?) AS inside
    FROM join_link l JOIN conversation c ON c.stream_key = l.stream_key
    JOIN journal j ON j.event_id = l.event_id JOIN archived a ON a.key = j.key
    WHERE l.hash = ? ORDER BY a.archive_index LIMIT 1""",
)
NAME = query(str, "SELECT name FROM person WHERE id = ?")
INSERT_PICTURE = sql(
    "INSERT INTO group_picture (stream_key, conv_seq, sha256, data) VALUES (?, ?, ?, ?)"
)
# Whoever was removed still sees the group as it was then.
PICTURE_FOR = query(
    bytes,
    """SELECT g.data FROM group_picture g
    JOIN member_span s ON s.stream_key = g.stream_key AND s.person = ?
    WHERE g.sha256 = ? AND (s.to_seq IS NULL OR g.conv_seq <= s.to_seq) LIMIT 1""",
)

_group = msgspec.json.Decoder(Group)
SLOT: Final = KeptSlot(
    GROUP,
    _group,
    sql("SELECT stream_key, said FROM stream_group WHERE stream_key {ints}"),
    sql(
        """INSERT INTO stream_group (stream_key, said) VALUES (?, ?)
        ON CONFLICT (stream_key) DO UPDATE SET said = excluded.said"""
    ),
)


def follow(said: Payload, tx: Tx, placed: Placed) -> None:
    """Note what an event decides about a group; nothing where it is none."""
    stream, event = placed.stream, placed.event
    if event.stream.kind != "group":
        return
    before = of(tx, [stream]).get(stream)
    after = GROUP.next(event, before)
    if after is None or after == before:
        return
    state = msgspec.json.encode(after).decode()
    tx.run(INSERT_VERSION, (stream, event.conv_seq, state))
    if isinstance(said, JoinLinkMade):
        secret = bytes.fromhex(said.hash)
        tx.run(INSERT_LINK, (secret, stream, event_bytes(event.event_id)))
    if isinstance(said, GroupPictured) and said.sha256 is not None:
        data = b64decode(said.data or "")
        tx.run(INSERT_PICTURE, (stream, event.conv_seq, said.sha256, data))


def of(tx: Tx, streams: Sequence[int]) -> dict[int, Group]:
    """Return groups as they stand, by stream_key; what is no group is absent."""
    return dict(tx.all(NEWEST, (tx.list_of(streams),)))


def as_of(tx: Tx, stream: int, conv_seq: int) -> Group | None:
    """Return a group as it stood after a number."""
    row = tx.one(AT, (stream, conv_seq))
    return None if row is None else row.said


def offer(tx: Tx, person: PersonId, secret: str) -> JoinOffer | None:
    """Return a link by the SHA-256 of its secret, ended or not.

    It is the first that was made by this secret: whoever was sent a link makes none of their own
    by it that others are caught with.
    """
    row = tx.one(BY_HASH, (person, bytes.fromhex(secret)))
    if row is None:
        return None
    found = JoinOffer(row.stream, row.made, row.inside)
    group = of(tx, [row.stream_key]).get(row.stream_key)
    link = None if group is None else group.link
    if group is None or link is None or link.event != found.made:
        return found
    shown = ShownOffer(
        conv=row.stream,
        members=row.members,
        by=tx.only(NAME, (link.by,)),
        until=link.until,
        joined=found.joined,
        title=row.title,
        description=group.description,
    )
    return replace(found, link=link, shown=shown)


def picture_for(tx: Tx, viewer: PersonId, sha256: str) -> bytes | None:
    """Return a picture of a group that somebody sees."""
    return tx.one(PICTURE_FOR, (viewer, sha256))


def shown(group: Group | None) -> wire.GroupShown | None:
    """Return a group as its members see it: by the same names, without the secret of its link."""
    if group is None:
        return None
    link = group.link
    seen = None if link is None else wire.LinkShown(link.event, link.by, link.until, link.uses)
    return wire.GroupShown(**asdict(group) | {"admins": list(group.admins), "link": seen})


def _title(said: TitleChanged, tx: Tx, placed: Placed) -> None:
    tx.run(SET_TITLE, (said.title, placed.stream))
    tx.run(membership.INSERT_TITLE, (placed.stream, placed.event.conv_seq, said.title))


def _add(said: MemberAdded, tx: Tx, placed: Placed) -> None:
    """What they may see and was said before counts as unread, nothing before that."""
    since = (said.from_seq, said.from_seq)
    membership.join(tx, placed.stream, placed.event, said.person, since)
    follow(said, tx, placed)


def _share(said: HistoryShared, tx: Tx, placed: Placed) -> None:
    membership.share(tx, placed.stream, said.person, said.from_seq)


def _part(said: MemberRemoved | MemberLeft, tx: Tx, placed: Placed) -> None:
    for person in gone(said, placed.event.actor.id):
        membership.leave(tx, placed.stream, person, placed.event.conv_seq)
    follow(said, tx, placed)


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {
    TitleChanged: _title,
    MemberAdded: _add,
    HistoryShared: _share,
    MemberRemoved: _part,
    MemberLeft: _part,
    **dict.fromkeys(get_args(GroupChange), follow),
}

FOLLOWS: Final[Mapping[type[Payload], Projector]] = {
    ConversationCreated: follow,
    ConversationHandedOver: follow,
}
