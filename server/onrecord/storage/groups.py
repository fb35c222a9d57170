"""What is decided about groups: the projection, and what people read of it."""

from collections.abc import Sequence

import msgspec

from onrecord.domain.groups import Group, JoinLinkMade
from onrecord.domain.ids import EventId, StreamId
from onrecord.domain.values import Event
from onrecord.journal.group_state import CHANGING, group_after
from onrecord.storage.columns import event_bytes, event_id
from onrecord.storage.statements import Tx, sql
from onrecord.wire.groups import GroupShown, LinkShown

INSERT_VERSION = sql("INSERT INTO group_version (stream_key, conv_seq, said) VALUES (?, ?, ?)")
INSERT_LINK = sql("INSERT INTO join_link (hash, stream_key, event_id) VALUES (?, ?, ?)")
NEWEST = sql(
    """SELECT g.stream_key, g.said FROM group_version g WHERE g.stream_key {ints}
    AND g.conv_seq = (SELECT max(n.conv_seq) FROM group_version n
        WHERE n.stream_key = g.stream_key)"""
)
AT = sql(
    "SELECT said FROM group_version WHERE stream_key = ? AND conv_seq <= ?"
    " ORDER BY conv_seq DESC LIMIT 1"
)
BY_HASH = sql(
    """SELECT c.id, l.stream_key, l.event_id FROM join_link l
    JOIN conversation c ON c.stream_key = l.stream_key WHERE l.hash = ?"""
)

_decode = msgspec.json.Decoder(Group).decode


def follow(tx: Tx, stream: int, event: Event) -> None:
    """Note what an event decides about a group; nothing where it decides nothing."""
    if event.stream.kind != "group" or event.payload.type not in CHANGING:
        return
    before = of(tx, [stream]).get(stream)
    after = group_after(event, before)
    if after is None or after == before:
        return
    said = msgspec.json.encode(after).decode()
    tx.run(INSERT_VERSION, (stream, event.conv_seq, said))
    if isinstance(event.payload, JoinLinkMade):
        secret = bytes.fromhex(event.payload.hash)
        tx.run(INSERT_LINK, (secret, stream, event_bytes(event.event_id)))


def of(tx: Tx, streams: Sequence[int]) -> dict[int, Group]:
    """Return groups as they stand, by stream_key; what is no group is absent."""
    return {stream: _decode(said) for stream, said in tx.all(NEWEST, (tx.list_of(streams),))}


def as_of(tx: Tx, stream: int, conv_seq: int) -> Group | None:
    """Return a group as it stood after a number."""
    row = tx.one(AT, (stream, conv_seq))
    return None if row is None else _decode(row[0])


def by_link(tx: Tx, secret: str) -> tuple[StreamId, EventId, Group] | None:
    """Return the group that a link opens by its secret's hash, and what made it; it may be over."""
    for stream, key, made in tx.all(BY_HASH, (bytes.fromhex(secret),)):
        group = of(tx, [key]).get(key)
        if group is not None and group.link is not None and group.link.event == event_id(made):
            return stream, event_id(made), group
    return None


def shown(group: Group | None) -> GroupShown | None:
    """Return a group as its members see it."""
    if group is None:
        return None
    link = group.link
    return GroupShown(
        admins=list(group.admins),
        admins_only=group.admins_only,
        description=group.description,
        picture=group.picture,
        link=None if link is None else LinkShown(link.event, link.by, link.until, link.uses),
    )
