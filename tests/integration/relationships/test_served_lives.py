"""Who reads what after any sequence of hand-overs and delegations, on both databases."""

import random

import pytest

from onrecord.app.events import PROJECTORS, TABLES
from onrecord.core.domain.values import Event
from onrecord.core.journal.adopt import fresh_head, move_back
from onrecord.core.store.rebuild import rebuild
from onrecord.features.complaints.standing import COMPLAINTS, OpenComplaints
from onrecord.features.relationships.relation import RELATION, Relation
from onrecord.features.waiting.store import WaitingStore
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent, ReactionChanged
from tests.integration.core.against_model import differences
from tests.integration.core.fold import Conversation, fold
from tests.integration.core.lives import PEOPLE, Step
from tests.integration.core.served_lives import VERBS, serve, unseen
from tests.integration.tables import published_rows
from tests.integration.world import World


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
    assert waiting(world) == unanswered(world)
    assert taken_back(world, stream) == journaled(world, stream)
    rows = published_rows(world.database)
    rebuild(world.database, PROJECTORS, lambda so_far, of: None)
    assert published_rows(world.database) == rows


def waiting(world: World) -> list[tuple[str, str, list[str]]]:
    """What the process is told waits: the first and the last message, and who answers."""
    return [
        (one.first.event, one.last.event, [each.person for each in one.answerers])
        for one in WaitingStore(world.database).waiting()
    ]


def unanswered(world: World) -> list[tuple[str, str, list[str]]]:
    """The same, from the records."""
    model = fold(row.shown for row in world.published)
    return [
        (found[0], found[-1], list(world.responsible(stream)))
        for stream, seen in model.items()
        if (found := _standing(seen))
    ]


def _standing(seen: Conversation) -> list[EventId]:
    """The client's messages that stand and that nobody of the firm answered, or reacted to."""
    since = 0
    for event in seen.events:
        if event.actor.kind == "employee" and _answers(seen, event, since):
            since = event.conv_seq
    return [
        id
        for id, message in seen.messages.items()
        if message.event.actor.kind == "client"
        and message.event.conv_seq > since
        and not message.removed
    ]


def _answers(seen: Conversation, event: Event, since: int) -> bool:
    payload = event.payload
    if not isinstance(payload, ReactionChanged):
        return isinstance(payload, MessageSent)
    target = seen.messages[payload.target].event
    return payload.on and target.actor.kind == "client" and target.conv_seq > since


Head = tuple[dict[PersonId, int], Relation | None, OpenComplaints]
"""From where each member reads, who answers, and which complaints are open."""


def journaled(world: World, stream: StreamId) -> Head:
    """Return the head as the conversation's lock protects it."""
    with world.store.journal() as tx:
        head = tx.heads({stream})[stream]
    return head.reads_from, RELATION.of(head), COMPLAINTS.of(head)


def taken_back(world: World, stream: StreamId) -> Head:
    """Return the head as `onrecord adopt` makes it from the records."""
    first = world.published[0].event
    head = fresh_head(first, "default")
    for row in world.published:
        move_back(head, row.event, TABLES.moves)
    assert first.stream.id == stream
    return head.reads_from, RELATION.of(head), COMPLAINTS.of(head)
