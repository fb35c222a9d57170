"""A hand-over while a client comes or goes: whoever is told of the end is told nothing after it."""

import asyncio
import threading
from typing import cast

import pytest

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.outbound import AnyEphemeral, Frames, Outbound
from onrecord.core.delivery.presence import Presence
from onrecord.core.delivery.presence_shared import PresenceShared, Shared
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.values import Actor, Event, StreamRef
from onrecord.core.settled import Published
from onrecord.core.threads import Threads
from onrecord.features.chat.service import ReadStore
from onrecord.protocol.frames import PresenceNow
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.ids import EventId, PersonId, StreamId

ANNA, BEN, CLARA = (PersonId(letter * 32) for letter in "abc")
DIRECT = StreamRef(StreamId("f" * 32), "direct")
PATIENCE = 10.0


class Relationship:
    """Clara's, with Anna until it is handed over to Ben. What is asked can be held up."""

    def __init__(self) -> None:
        self.advisor = ANNA
        self.asked, self.go_on = threading.Event(), threading.Event()

    def onlookers(self, _person: PersonId) -> list[PersonId]:
        return self.held([self.advisor])

    def contacts(self, person: PersonId) -> list[PersonId]:
        return self.held([CLARA] if person == self.advisor else [])

    def held(self, found: list[PersonId]) -> list[PersonId]:
        """What was found is on its way as long as one likes."""
        self.asked.set()
        assert self.go_on.wait(PATIENCE)
        return found

    def sharing(self, person: PersonId, _stream: StreamId) -> Shared:
        sees = frozenset([CLARA]) if person == BEN else frozenset[PersonId]()
        others = [one for one in (BEN, CLARA) if one != person]
        return Shared(others, sees, frozenset(), frozenset([ANNA, BEN]))


class Heard(Outbound):
    """A socket that only notes what it is told of Clara."""

    def __init__(self, person: PersonId) -> None:
        super().__init__(person, None, WireLimits(), Frames(str))
        self.said: list[str] = []
        self.heard = asyncio.Event()

    def push_ephemeral(self, item: AnyEphemeral) -> None:
        assert isinstance(item, PresenceNow)
        self.said.append(item.state)
        self.heard.set()


def handed_over() -> Published:
    actor = Actor(ANNA, "Anna", "employee", "Bank", "advisor")
    payload = ConversationHandedOver(ANNA, BEN, 0, "all")
    event = Event(EventId("9" * 32), DIRECT, 2, None, actor, SystemClock().now(), payload)
    return Published(event, 0, frozenset([ANNA, BEN, CLARA]), 0.0)


class Story:
    """Clara comes while Anna hands her over to Ben."""

    def __init__(self) -> None:
        self.readers = Threads(threads=2, waiting=9)
        self.fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
        self.store = Relationship()
        store = cast("ReadStore", self.store)
        self.presence = Presence(fan_out=self.fan_out, store=store, readers=self.readers)
        self.shared = PresenceShared(
            fan_out=self.fan_out, sharing=self.store.sharing, readers=self.readers
        )
        self.anna, self.ben, self.clara = (Heard(one) for one in (ANNA, BEN, CLARA))
        for socket in (self.anna, self.ben):
            self.fan_out.connect(socket)

    async def hand_over(self) -> None:
        """As published; returns once Anna was told."""
        self.publish()
        async with asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(self.shared.run())
            await asyncio.wait_for(self.anna.heard.wait(), PATIENCE)
            telling.cancel()

    def publish(self) -> None:
        self.store.advisor = BEN
        self.fan_out.publish([handed_over()], 1)
        self.shared.heard([handed_over()])

    async def come(self) -> None:
        self.fan_out.connect(self.clara)
        await self.presence.came(CLARA)

    async def asked(self) -> None:
        """Clara's coming was read before anything else happens."""
        assert await asyncio.to_thread(self.store.asked.wait, PATIENCE)


@pytest.mark.parametrize("comes_first", [True, False])
def test_the_successor_sees_the_client_and_the_former_advisor_no_more(comes_first: bool) -> None:
    async def tell() -> Story:
        story = Story()
        async with asyncio.TaskGroup() as tasks:
            if comes_first:
                tasks.create_task(story.come())
                await story.asked()
                await story.hand_over()
                story.store.go_on.set()
            else:
                story.store.go_on.set()
                story.fan_out.connect(story.clara)
                await story.hand_over()
                await story.presence.came(CLARA)
        story.readers.close()
        return story

    story = asyncio.run(tell())
    assert story.anna.said[-1:] == ["offline"]
    assert story.ben.said[-1:] == ["online"]


def test_an_advisor_who_comes_while_they_hand_over_is_not_told_that_the_client_is_there() -> None:
    async def tell() -> list[PresenceNow]:
        story = Story()
        story.fan_out.connect(story.clara)
        story.store.go_on.set()
        assert await story.presence.came(ANNA) == [PresenceNow(CLARA, "online")]
        story.store.go_on.clear()
        story.store.asked.clear()
        async with asyncio.TaskGroup() as tasks:
            coming = tasks.create_task(story.presence.came(ANNA))
            await story.asked()
            story.publish()
            story.store.go_on.set()
            there = await coming
        story.readers.close()
        return there

    assert asyncio.run(tell()) == []
