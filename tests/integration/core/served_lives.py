"""Random lives of a client's conversation: said, handed over, stood in for, in any batches."""

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

from hypothesis import strategies as st

from onrecord.core.domain.values import SYSTEM, Actor, Command, Origin, StreamRef
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    History,
    OutOfOfficeReplied,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import ConversationCreated, PositionChange, Positions
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageRemoved, MessageSent, ReactionChanged
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time
from tests.integration.core.fold import Conversation, fold
from tests.integration.core.lives import PEOPLE, Step
from tests.integration.world import World

VERBS = (
    "say", "say", "client", "client", "hand over", "hand over", "delegate", "plan", "start",
    "end", "read", "complain", "complain", "complain of it", "answer", "withdraw", "react",
    "take back", "nobody there",
)  # fmt: skip
HISTORIES: tuple[History, ...] = get_args(History)
NONE = EventId("0" * 32)
"""No event has this id."""

served = st.lists(
    st.builds(
        Step,
        verb=st.sampled_from(VERBS),
        who=st.integers(0, PEOPLE - 1),
        whom=st.integers(0, PEOPLE - 1),
        n=st.integers(0, 11),
        pause=st.booleans(),
        settle=st.booleans(),
    ),
    min_size=10,
    max_size=60,
)


def serve(world: World, life: Sequence[Step]) -> StreamId:
    """Have PEOPLE employees serve one client, begun by the first of them."""
    staff = [world.person(f"Person {n}") for n in range(PEOPLE)]
    client = world.person("Client", outside=True)
    stream = StreamId("d" * 32)
    body = ConversationCreated((staff[0], client))
    begun = world.command(staff[0], stream, body, create=StreamRef(stream, "direct"))
    _settle(world, [begun])
    batch: list[Command] = []
    for step in life:
        world.clock.at += timedelta(seconds=30 * step.pause)
        batch.append(_command(world, stream, (staff, client), step))
        if step.settle:
            _settle(world, batch)
            batch = []
    _settle(world, batch)
    return stream


def _settle(world: World, batch: Sequence[Command]) -> None:
    if batch and batch[0].create is not None:
        rows = world.journal(*batch)
    else:
        rows = world.journal_what_is_allowed(*batch) if batch else []
    if rows:
        world.publish(rows, world.archive(rows))


def _command(
    world: World, stream: StreamId, people: tuple[list[PersonId], PersonId], step: Step
) -> Command:
    staff, client = people
    who, whom = staff[step.who], staff[step.whom]
    now = world.clock.at
    since = format_time(now - timedelta(seconds=30 * step.n))
    history = HISTORIES[step.n % len(HISTORIES)]
    starts, ends = format_time(now + timedelta(hours=1)), format_time(now + timedelta(hours=2))
    body: Payload = MessageSent(f"gifts {step.n}")
    actor: PersonId | Actor = who
    match step.verb:
        case "client":
            actor = client
        case "hand over":
            actor = who if step.n % 2 else SYSTEM
            body = ConversationHandedOver(PersonId(""), whom, 0, history, since)
        case "delegate" | "plan":
            actor = SYSTEM
            begins = starts if step.verb == "plan" else ""
            body = DelegateAdded(whom, "", begins, ends, history, since)
        case "start" | "end":
            actor = SYSTEM
            body = DelegateEnded(EventId(""), whom)
            if step.verb == "start":
                body = DelegateStarted(_delegation(world, whom), whom, 0)
        case "complain" | "complain of it":
            actor = client if step.n % 2 else who
            target = _last(world, MessageSent) if step.verb == "complain of it" else None
            body = ComplaintFiled("", "other", "", "en", f"gifts {step.n}", "", target)
        case "answer":
            body = ComplaintClosed(_last(world, ComplaintFiled), "", "answered")
        case "withdraw":
            actor = client
            body = ComplaintClosed(_last(world, ComplaintFiled), "", "withdrawn")
        case "react" | "take back":
            actor, body = _about_the_clients_last(world, who, client, step)
        case "nobody there" if (message := _last(world, MessageSent)) != NONE:
            actor = SYSTEM
            until = ends if step.n % 2 else None
            body = OutOfOfficeReplied("Nobody is here.", "en", message, "closed", until)
        case "read":
            said = sum(row.event.msg_no is not None for row in world.published)
            body = Positions((PositionChange(who, max(0, said - step.n % 3)),))
            actor = SYSTEM
    return _as(world, actor, stream, body)


def _last(world: World, kind: type[Payload]) -> EventId:
    found = [row.event.event_id for row in world.published if isinstance(row.event.payload, kind)]
    return found[-1] if found else NONE


def _about_the_clients_last(
    world: World, who: PersonId, client: PersonId, step: Step
) -> tuple[PersonId, Payload]:
    """Return a reaction to one of the client's last messages, or that the client removes it."""
    said = [row.event for row in world.published if row.event.msg_no is not None]
    theirs = [event.event_id for event in said if event.actor.id == client]
    target = theirs[-1 - step.n % 2 % len(theirs)] if theirs else NONE
    if step.verb == "take back":
        return client, MessageRemoved(target)
    return who, ReactionChanged(target, "👍", step.n % 3 > 0)


def _delegation(world: World, person: PersonId) -> EventId:
    added = [
        row.event.event_id
        for row in world.published
        if isinstance(row.event.payload, DelegateAdded) and row.event.payload.person == person
    ]
    return added[-1] if added else NONE


def _as(world: World, actor: PersonId | Actor, stream: StreamId, body: Payload) -> Command:
    if isinstance(actor, Actor):
        asked = world.command(PersonId(next(iter(world.people))), stream, body)
        return Command(asked.event_id, stream, actor, Origin("test"), body)
    return world.command(actor, stream, body)


def unseen(world: World, stream: StreamId) -> list[int]:
    """Return which messages wait for an answer that the owner does not see."""
    conversation = fold(row.shown for row in world.published)[stream]
    waiting = _unanswered(conversation)
    owner = conversation.relations[-1][1].owner
    assert owner in conversation.present()
    assert world.responsible(stream)[0] == owner
    return [seq for seq in waiting if not conversation.sees(owner, seq)]


def _unanswered(conversation: Conversation) -> list[int]:
    waiting: list[int] = []
    for message in conversation.messages.values():
        answered = message.event.actor.kind == "employee"
        waiting = [] if answered else [*waiting, message.event.conv_seq]
    return waiting
