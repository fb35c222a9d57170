"""Who answers for a client: the projection, and what people and the process read of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import msgspec

from onrecord.core.domain.values import Answering, Event
from onrecord.core.store import membership
from onrecord.core.store.heads import KeptSlot
from onrecord.core.store.projections import Placed, Projector, row_alone
from onrecord.database.columns import event_bytes, micros
from onrecord.database.statements import Tx, query, sql
from onrecord.features.relationships import bodies as wire
from onrecord.features.relationships.relation import RELATION, Relation, relation_begun
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
)
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time, parse_time


class _Owner(NamedTuple):
    stream_key: int
    client: PersonId
    owner: PersonId


class _Delegation(NamedTuple):
    stream_key: int
    event: EventId
    person: PersonId
    starts: datetime
    ends: datetime
    active: bool

    def shown(self) -> wire.Delegate:
        """Return it as the wire has it."""
        starts, ends = format_time(self.starts), format_time(self.ends)
        return wire.Delegate(self.event, self.person, starts, ends, self.active)


class _Reached(NamedTuple):
    """Up to where the firm's people have come."""

    stream_key: int
    read: int
    received: int


class _Answers(NamedTuple):
    """Whether somebody is a client's owner, or stands in."""

    owner: bool
    stands_in: bool


INSERT_OWNER = sql(
    "INSERT INTO relationship (stream_key, from_seq, client, owner) VALUES (?, ?, ?, ?)"
)
END_OWNER = query(
    PersonId,
    "UPDATE relationship SET to_seq = ? WHERE stream_key = ? AND to_seq IS NULL RETURNING client",
)
PASS_RESET = sql(
    """UPDATE invite SET advisor = ? WHERE person = ? AND advisor = ?
    AND accepted_at IS NULL AND revoked_at IS NULL"""
)
"""The link by which a client comes in anew is of who answers for them."""
INSERT_DELEGATION = sql(
    """INSERT INTO delegation
    (stream_key, added_seq, event_id, person, starts, ends, started_seq)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
)
START = sql("UPDATE delegation SET started_seq = ? WHERE stream_key = ? AND event_id = ?")
END = sql(
    "UPDATE delegation SET ended_seq = ? WHERE stream_key = ? AND person = ? AND ended_seq IS NULL"
)
# As of a number for each stream; those who are members see the present state.
OWNER_AT = query(
    _Owner,
    """SELECT stream_key, client, owner FROM relationship
    WHERE stream_key = ? AND from_seq <= ? AND (to_seq IS NULL OR to_seq > ?)""",
)
DELEGATIONS_AT = query(
    _Delegation,
    """SELECT stream_key, event_id AS event, person, starts, ends,
        started_seq IS NOT NULL AND started_seq <= ? AS active
    FROM delegation
    WHERE stream_key = ? AND added_seq <= ? AND (ended_seq IS NULL OR ended_seq > ?)
    ORDER BY starts, added_seq""",
)
OWNERS = query(
    _Owner,
    "SELECT stream_key, client, owner FROM relationship WHERE to_seq IS NULL AND stream_key {ints}",
)
DELEGATIONS = query(
    _Delegation,
    """SELECT stream_key, event_id AS event, person, starts, ends,
        started_seq IS NOT NULL AS active
    FROM delegation WHERE ended_seq IS NULL AND stream_key {ints} ORDER BY starts, added_seq""",
)
ANSWERING = query(
    _Answers,
    """SELECT r.owner = ? AS owner, EXISTS (SELECT 1 FROM delegation d
        WHERE d.stream_key = r.stream_key AND d.person = ? AND d.started_seq IS NOT NULL
            AND d.ended_seq IS NULL AND d.ends > ?) AS stands_in
    FROM relationship r WHERE r.client = ? AND r.to_seq IS NULL""",
)
# Whoever has left keeps their row: where they came to is the relationship's.
REACHED = query(
    _Reached,
    """SELECT m.stream_key, max(m.read_msg_no) AS read, max(m.delivered_msg_no) AS received
    FROM member m
    JOIN person p ON p.id = m.person AND p.kind <> 'client'
    WHERE m.stream_key {ints} GROUP BY m.stream_key""",
)

SLOT: Final = KeptSlot(
    RELATION,
    msgspec.json.Decoder(Relation),
    sql("SELECT stream_key, relation FROM stream_relation WHERE stream_key {ints}"),
    sql(
        """INSERT INTO stream_relation (stream_key, relation) VALUES (?, ?)
        ON CONFLICT (stream_key) DO UPDATE SET relation = excluded.relation"""
    ),
)


def begin(said: ConversationCreated, tx: Tx, placed: Placed) -> None:
    """Note whose a new conversation is, if it is one with a client."""
    begun = relation_begun(placed.event)
    if begun is not None:
        tx.run(INSERT_OWNER, (placed.stream, begun.owner_seq, begun.client, begun.owner))


def hand_over(tx: Tx, stream: int, event: Event, payload: ConversationHandedOver) -> None:
    """Note the new owner, who stands in for nobody any more; a group has none.

    A reset of the client's that is open is the new owner's as well.
    """
    seq = event.conv_seq
    for client in tx.all(END_OWNER, (seq, stream)):
        tx.run(INSERT_OWNER, (stream, seq, client, payload.successor))
        tx.run(END, (seq, stream, payload.successor))
        tx.run(PASS_RESET, (payload.successor, client, payload.former))


def add_delegate(tx: Tx, stream: int, event: Event, payload: DelegateAdded) -> None:
    """Note who stands in, and when."""
    seq = event.conv_seq
    started = None if payload.from_seq is None else seq
    times = (micros(parse_time(payload.starts)), micros(parse_time(payload.ends)))
    added = (stream, seq, event_bytes(event.event_id), payload.person, *times, started)
    tx.run(INSERT_DELEGATION, added)


def start_delegate(tx: Tx, stream: int, event: Event, payload: DelegateStarted) -> None:
    """Note that a delegation began."""
    tx.run(START, (event.conv_seq, stream, event_bytes(payload.delegation)))


def end_delegate(tx: Tx, stream: int, event: Event, payload: DelegateEnded) -> None:
    """Note that it is over."""
    tx.run(END, (event.conv_seq, stream, payload.person))


def present(tx: Tx, streams: Sequence[int]) -> dict[int, wire.Relationship]:
    """Return who answers now, by stream_key; conversations without a client are absent."""
    keys = tx.list_of(streams)
    delegates: dict[int, list[wire.Delegate]] = {}
    for delegation in tx.all(DELEGATIONS, (keys,)):
        delegates.setdefault(delegation.stream_key, []).append(delegation.shown())
    owners = tx.all(OWNERS, (keys,))
    with_clients = tx.list_of([row.stream_key for row in owners])
    reached = {
        row.stream_key: (row.read, max(row.read, row.received))  # what was read was received
        for row in tx.all(REACHED, (with_clients,))
    }
    return {
        row.stream_key: wire.Relationship(
            row.client,
            row.owner,
            delegates.get(row.stream_key, []),
            *reached.get(row.stream_key, (0, 0)),
        )
        for row in owners
    }


def as_of(tx: Tx, stream: int, conv_seq: int) -> wire.Relationship | None:
    """Return who answered after a number."""
    row = tx.one(OWNER_AT, (stream, conv_seq, conv_seq))
    if row is None:
        return None
    delegations = tx.all(DELEGATIONS_AT, (conv_seq, stream, conv_seq, conv_seq))
    return wire.Relationship(row.client, row.owner, [each.shown() for each in delegations])


def answering(
    tx: Tx, person: PersonId, client: PersonId, at: datetime, begun: Iterable[Event]
) -> Answering | None:
    """Return what somebody is to a client at a time; None: nobody answers for them.

    *begun* are conversations that began and are not published yet.
    """
    for relation in map(relation_begun, begun):
        if relation is not None and relation.client == client:
            return "owner" if relation.owner == person else "others"
    rows = tx.all(ANSWERING, (person, person, micros(at), client))
    if not rows:
        return None
    if any(row.owner for row in rows):
        return "owner"
    return "delegate" if any(row.stands_in for row in rows) else "others"


def _hand_over(said: ConversationHandedOver, tx: Tx, placed: Placed) -> None:
    """What waits for an answer is unread to the successor, and what they see before it is not."""
    stream, event = placed.stream, placed.event
    if membership.present(tx, stream, [said.successor]):
        membership.share(tx, stream, said.successor, said.from_seq)
    else:
        since = (said.from_seq, said.waiting or event.conv_seq)
        membership.join(tx, stream, event, said.successor, since)
    membership.leave(tx, stream, said.former, event.conv_seq)
    hand_over(tx, stream, event, said)


def _add(said: DelegateAdded, tx: Tx, placed: Placed) -> None:
    stream, event = placed.stream, placed.event
    if said.from_seq is not None:
        since = (said.from_seq, said.waiting or event.conv_seq)
        membership.join(tx, stream, event, said.person, since)
    add_delegate(tx, stream, event, said)


def _start(said: DelegateStarted, tx: Tx, placed: Placed) -> None:
    stream, event = placed.stream, placed.event
    since = (said.from_seq, said.waiting or event.conv_seq)
    membership.join(tx, stream, event, said.person, since)
    start_delegate(tx, stream, event, said)


def _end(said: DelegateEnded, tx: Tx, placed: Placed) -> None:
    membership.leave(tx, placed.stream, said.person, placed.event.conv_seq)
    end_delegate(tx, placed.stream, placed.event, said)


PROJECTORS: Final[Mapping[type[Payload], Projector]] = {
    ConversationHandedOver: _hand_over,
    ConversationUncovered: row_alone,
    DelegateAdded: _add,
    DelegateStarted: _start,
    DelegateEnded: _end,
}

FOLLOWS: Final[Mapping[type[Payload], Projector]] = {ConversationCreated: begin}
