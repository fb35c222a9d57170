"""Random lives of a group: what people do in it, some of it refused, in batches of any size."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.values import Command, Event
from onrecord_archive.events.clients import (
    AssuranceChanged,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
)
from onrecord_archive.events.conversations import (
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    PositionChange,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time
from tests.integration.world import World

WORDS = ("przelew", "Łódź", "gift", "gifts", "café", "straße", "9")
VERBS = (
    "say", "say", "say", "reply", "edit", "remove", "react", "unreact", "add", "add since",
    "share", "throw out", "leave", "title", "notice", "device",
    "admin", "no admin", "describe", "posting", "link", "unlink", "join",
    "confirm", "withdraw", "reset", "assure", "read", "delivered", "both",
)  # fmt: skip

ABOUT = ("reply", "edit", "remove", "react", "unreact")
GROUP_VERBS = ("admin", "no admin", "describe", "posting", "link", "unlink", "join")


class Step(Struct, frozen=True):
    """Somebody (`who`) does something, perhaps to somebody (`whom`) or the n-th message."""

    verb: str
    who: int
    whom: int
    n: int
    pause: bool
    """Whether time passes before it."""
    settle: bool
    """Whether the batch ends after it."""


PEOPLE = 4
steps = st.lists(
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
    max_size=80,
)


def live(world: World, life: Sequence[Step]) -> None:
    """Have PEOPLE people live a life in one group, begun by the first two."""
    people = [world.person(f"Person {n}") for n in range(PEOPLE)]
    stream = world.conversation(people[0], people[1], title="At first")
    batch: list[Command] = []
    for step in life:
        world.clock.at += timedelta(seconds=30 * step.pause)
        inside = sorted(world.reads.members(stream))
        if inside:
            batch.append(_command(world, stream, inside, step))
        if step.settle:
            _settle(world, batch)
            batch = []
    _settle(world, batch)


def _settle(world: World, batch: Sequence[Command]) -> None:
    rows = world.journal_what_is_allowed(*batch) if batch else []
    if rows:
        world.publish(rows, world.archive(rows))


def _command(world: World, stream: StreamId, inside: list[PersonId], step: Step) -> Command:
    """Return what a member does; while a batch is open they may have left already."""
    who, whom = inside[step.who % len(inside)], inside[step.whom % len(inside)]
    outside = [PersonId(person) for person in world.people if person not in inside]
    said = [row.event for row in world.published if row.event.msg_no is not None]
    since = format_time(world.clock.at - timedelta(seconds=30 * step.n))
    text = f"{WORDS[step.n % len(WORDS)]} and {WORDS[step.whom]} {len(said)}"
    body: Payload = MessageSent(text)
    if step.verb in ABOUT and said:
        put = _reactions_of(world, inside)
        who, body = _about(said[-1 - step.n % len(said)], put, who, step)
    elif step.verb in ("add", "add since") and outside:
        since_or_not = since if step.verb == "add since" else None
        body = MemberAdded(outside[step.whom % len(outside)], 0, since_or_not)
    elif step.verb == "share":
        body = HistoryShared(whom, 0, since)
    elif step.verb == "throw out":
        body = MemberRemoved(whom)
    elif step.verb == "leave":
        body = MemberLeft()
    elif step.verb == "title":
        body = TitleChanged(f"Title {step.n}")
    elif step.verb in GROUP_VERBS:
        who, body = _decided(world, stream, (who, whom, outside), step)
    elif step.verb == "notice":
        earlier = (whom, since) if step.whom else (None, None)
        body = NoticeAccepted(f"{step.n:064x}", "pl", "Recorded", *earlier)
    elif step.verb in ("device", "confirm", "withdraw", "reset", "assure"):
        body = _assured(whom, step, since)
    elif step.verb in ("read", "delivered", "both"):
        number = max(0, len(said) - step.n % 3)
        read = number if step.verb != "delivered" else None
        delivered = number if step.verb != "read" else None
        played = (number, len(said) + 1) if step.verb == "both" and number else ()
        body = Positions((PositionChange(whom, read, delivered, played),))
    return world.command(who, stream, body)


def _decided(
    world: World,
    stream: StreamId,
    people: tuple[PersonId, PersonId, list[PersonId]],
    step: Step,
) -> tuple[PersonId, Payload]:
    who, whom, outside = people
    group = world.reads.conversation(who, stream).group
    if group is not None and group.admins and step.n % 4:
        who = PersonId(group.admins[0])
    match step.verb:
        case "admin" | "no admin":
            return who, AdminChanged(whom, step.verb == "admin")
        case "describe":
            return who, GroupDescribed(WORDS[step.n % len(WORDS)] if step.whom else "")
        case "posting":
            return who, PostingChanged(step.n % 3 == 0)
        case "link":
            until = format_time(world.clock.at + timedelta(minutes=step.n))
            return who, JoinLinkMade(f"{step.n:064x}", until)
        case "join" if group is not None and group.link is not None and outside:
            who = outside[step.whom % len(outside)]
            return who, MemberAdded(who, 0, None, EventId(group.link.id))
    return who, JoinLinkRevoked()


def _assured(whom: PersonId, step: Step, at: str) -> Payload:
    match step.verb:
        case "device":
            return DeviceAdded(f"Phone {step.n}")
        case "confirm":
            return IdentityConfirmed(whom, "video", at)
        case "withdraw":
            return IdentityWithdrawn(whom)
        case "reset":
            return IdentityReset(whom)
    return AssuranceChanged(whom, "passkey", at, at)


def _about(
    target: Event, put: list[tuple[PersonId, Payload]], who: PersonId, step: Step
) -> tuple[PersonId, Payload]:
    event, text = target.event_id, f"{WORDS[step.n % len(WORDS)]} and {WORDS[step.whom]}"
    match step.verb:
        case "reply":
            return who, MessageSent(text, Quote(event, 0, PersonId("")))
        case "edit":
            return target.actor.id, MessageEdited(event, f"Edited: {text} {target.conv_seq}")
        case "remove":
            return target.actor.id, MessageRemoved(event)
        case "unreact" if put:
            return put[-1 - step.n % len(put)]
    return who, ReactionChanged(event, "👍" if step.whom else "❤", step.verb == "react")


def _reactions_of(world: World, people: Sequence[PersonId]) -> list[tuple[PersonId, Payload]]:
    """What these people put on messages, to be taken back: nobody takes back what nobody put."""
    events = [row.event for row in world.published if row.event.actor.id in people]
    return [
        (event.actor.id, replace(event.payload, on=False))
        for event in events
        if isinstance(event.payload, ReactionChanged)
    ]
