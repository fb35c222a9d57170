"""Who reads what after any sequence of hand-overs and delegations, on both databases."""

import random

import pytest

from onrecord.domain.ids import PersonId, StreamId
from onrecord.journal.adopt import fresh_head, move_members
from onrecord.journal.open_complaints import OpenComplaint
from onrecord.journal.relation import Relation
from onrecord.storage.journal_store import JournalStore
from onrecord.storage.rebuild import rebuild
from tests.integration.storage.against_model import differences
from tests.integration.storage.lives import PEOPLE, Step
from tests.integration.storage.served_lives import VERBS, serve, unseen
from tests.integration.storage.tables import published_rows
from tests.integration.storage.world import World


@pytest.mark.parametrize("seed", range(3))
def test_everybody_reads_what_the_records_say_and_nothing_waits_unseen(
    world: World, seed: int
) -> None:
    draw = random.Random(seed)
    life = [
        Step(
            verb=draw.choice(VERBS),
            who=draw.randrange(PEOPLE),
            whom=draw.randrange(PEOPLE),
            n=draw.randrange(12),
            pause=draw.random() < 0.5,
            settle=draw.random() < 0.3,
        )
        for _ in range(120)
    ]
    stream = serve(world, life)
    assert differences(world, ("gifts",)) == []
    assert unseen(world, stream) == []
    assert taken_back(world, stream) == journaled(world, stream)
    rows = published_rows(world.database)
    rebuild(world.database, lambda so_far, of: None)
    assert published_rows(world.database) == rows


Head = tuple[dict[PersonId, int], Relation | None, tuple[OpenComplaint, ...]]
"""From where each member reads, who answers, and which complaints are open."""


def journaled(world: World, stream: StreamId) -> Head:
    """Return the head as the conversation's lock protects it."""
    with JournalStore(world.database).journal() as tx:
        head = tx.heads({stream})[stream]
    return head.reads_from, head.relation, head.complaints


def taken_back(world: World, stream: StreamId) -> Head:
    """Return the head as `onrecord adopt` makes it from the records."""
    first = world.published[0].event
    head = fresh_head(first, "default")
    for row in world.published:
        move_members(row.event.payload, head, row.event)
    assert first.stream.id == stream
    return head.reads_from, head.relation, head.complaints
