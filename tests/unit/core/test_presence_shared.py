"""Who is in a conversation that begins is told of each other once."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.outbound import AnyEphemeral, Frames, Outbound
from onrecord.core.delivery.presence_shared import PresenceShared, Shared
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.values import Actor, Event, StreamRef
from onrecord.core.settled import Published
from onrecord.core.threads import Threads
from onrecord.protocol.frames import PresenceNow
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.conversations import ConversationCreated, MemberAdded
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.payload import Payload
from tests.rig.patience import SECONDS as PATIENCE

DESK = [PersonId(letter * 32) for letter in "abcd"]
CLARA = PersonId("e" * 32)
ALL = [*DESK, CLARA]
GROUP = StreamRef(StreamId("f" * 32), "group")


class OneGroup:
    """Four of a desk and a client, whom they see and who sees nobody."""

    def sharing(self, person: PersonId, _stream: StreamId) -> Shared:
        others = [one for one in ALL if one != person]
        desk = frozenset(DESK)
        contacts = frozenset(others) if person in desk else frozenset()
        return Shared(others, contacts, desk - {person}, desk)


class Heard(Outbound):
    """A socket that only notes of whom it is told."""

    def __init__(self, person: PersonId, said: Callable[[tuple[PersonId, PersonId]], None]) -> None:
        super().__init__(person, None, WireLimits(), Frames(str))
        self._said = said

    def push_ephemeral(self, item: AnyEphemeral) -> None:
        assert isinstance(item, PresenceNow)
        assert item.state == "online"
        self._said((self.person, PersonId(item.person)))


def published(payload: Payload) -> Published:
    actor = Actor(DESK[0], "Anna", "employee", "Bank", "employee")
    at = datetime(2026, 11, 1, tzinfo=UTC)
    event = Event(EventId("9" * 32), GROUP, 1, None, actor, at, payload)
    return Published(event, 0, frozenset(ALL), 0.0)


def pairs(people: list[PersonId]) -> list[tuple[PersonId, PersonId]]:
    """Each of the desk with everybody else of these people."""
    return [(one, other) for one in people if one != CLARA for other in people if other != one]


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        pytest.param([ConversationCreated(tuple(ALL))], pairs(ALL), id="each of each once"),
        pytest.param(
            [MemberAdded(CLARA, 2)], [(one, CLARA) for one in DESK], id="of who is added, all"
        ),
        pytest.param(
            [ConversationCreated(tuple(ALL)), MemberAdded(CLARA, 2)],
            [*pairs(ALL), *((one, CLARA) for one in DESK)],
            id="both in one batch",
        ),
    ],
)
def test_who_is_told_of_whom(
    payloads: list[Payload], expected: list[tuple[PersonId, PersonId]]
) -> None:
    said: list[tuple[PersonId, PersonId]] = []

    async def story() -> None:
        said_all = asyncio.Event()

        def heard(of: tuple[PersonId, PersonId]) -> None:
            said.append(of)
            if len(said) >= len(expected):
                said_all.set()

        readers = Threads(threads=1, waiting=9)
        fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
        for person in ALL:
            fan_out.connect(Heard(person, heard))
        sharing = OneGroup().sharing
        shared = PresenceShared(fan_out=fan_out, sharing=sharing, readers=readers)
        shared.heard([published(each) for each in payloads])
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(shared.run())
            await said_all.wait()
            await readers(lambda: None)  # behind all that was asked
            await asyncio.sleep(0)
            running.cancel()
        readers.close()

    asyncio.run(asyncio.wait_for(story(), PATIENCE))
    assert sorted(said) == sorted(expected)
