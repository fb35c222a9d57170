"""Who from outside the firm is in a conversation: what its members are shown, and asked about."""

from collections.abc import Collection
from typing import NamedTuple

from onrecord.database.statements import Tx, query
from onrecord_archive.events.ids import PersonId, StreamId


class _Outsider(NamedTuple):
    """Somebody from outside whom a conversation shows."""

    stream: StreamId
    person: PersonId


# A client who has left is still whom a direct conversation was with.
SHOWN = "(s.to_seq IS NULL OR (c.kind = 'direct' AND p.kind = 'client'))"
"""Which spans (s) of people (p) are shown as members of a conversation (c)."""
AMONG = query(PersonId, "SELECT id FROM person WHERE id {texts} AND outside = 1")
SHOWN_IN = query(
    _Outsider,
    """SELECT c.id AS stream, s.person FROM conversation c
    JOIN member_span s ON s.stream_key = c.stream_key JOIN person p ON p.id = s.person
    WHERE c.id {texts} AND p.outside = 1 AND {shown} ORDER BY c.id, s.person""",
    shown=SHOWN,
)


def among(tx: Tx, people: Collection[PersonId]) -> frozenset[PersonId]:
    """Return who of these is from outside the firm."""
    return frozenset(tx.all(AMONG, (tx.list_of(people),)))


def shown_in(tx: Tx, streams: Collection[StreamId]) -> dict[StreamId, frozenset[PersonId]]:
    """Return the people outside whom published conversations show, nobody left out."""
    found: dict[StreamId, set[PersonId]] = {stream: set() for stream in streams}
    for row in tx.all(SHOWN_IN, (tx.list_of(streams),)) if streams else ():
        found[row.stream].add(row.person)
    return {stream: frozenset(people) for stream, people in found.items()}
