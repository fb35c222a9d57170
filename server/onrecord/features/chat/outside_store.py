"""Who from outside the firm is in a conversation: what its members are shown, and asked about."""

from collections.abc import Collection

from onrecord.database.statements import Tx, sql
from onrecord_archive.events.ids import PersonId, StreamId

# A client who has left is still whom a direct conversation was with.
SHOWN = "(s.to_seq IS NULL OR (c.kind = 'direct' AND p.kind = 'client'))"
"""Which spans (s) of people (p) are shown as members of a conversation (c)."""
AMONG = sql("SELECT id FROM person WHERE id {texts} AND outside = 1")
SHOWN_IN = sql(
    """SELECT c.id, s.person FROM conversation c
    JOIN member_span s ON s.stream_key = c.stream_key JOIN person p ON p.id = s.person
    WHERE c.id {texts} AND p.outside = 1 AND {shown} ORDER BY c.id, s.person""",
    shown=SHOWN,
)


def among(tx: Tx, people: Collection[PersonId]) -> frozenset[PersonId]:
    """Return who of these is from outside the firm."""
    return frozenset(row[0] for row in tx.all(AMONG, (tx.list_of(people),)))


def shown_in(tx: Tx, streams: Collection[StreamId]) -> dict[StreamId, frozenset[PersonId]]:
    """Return the people outside whom published conversations show, nobody left out."""
    found: dict[StreamId, set[PersonId]] = {stream: set() for stream in streams}
    for stream, person in tx.all(SHOWN_IN, (tx.list_of(streams),)) if streams else ():
        found[stream].add(person)
    return {stream: frozenset(people) for stream, people in found.items()}
