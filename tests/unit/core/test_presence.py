"""Presence is told where that is possible, and harms nobody where it is not."""

import asyncio
from threading import Event
from typing import cast

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.outbound import AnyEphemeral, Frames, Outbound
from onrecord.core.delivery.presence import Presence
from onrecord.core.domain.clock import SystemClock
from onrecord.core.threads import Threads
from onrecord.features.chat.service import ReadStore
from onrecord.protocol.frames import PresenceNow
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.ids import PersonId, StreamId

ANNA, BEN = PersonId("a" * 32), PersonId("b" * 32)


class OneContact:
    """What presence asks a store for."""

    asked = 0

    def contacts(self, person: PersonId) -> list[PersonId]:
        return [PersonId("b" * 32)]

    def onlookers(self, person: PersonId) -> list[PersonId]:
        self.asked += 1
        return [PersonId("b" * 32)]


class Heard(Outbound):
    """Ben's socket, which only notes what it is told of others."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(BEN, None, WireLimits(), Frames(str))
        self._said = said

    def push_ephemeral(self, item: AnyEphemeral) -> None:
        if isinstance(item, PresenceNow):
            self._said.append(item.state)


def test_a_busy_database_costs_nobody_the_socket() -> None:
    async def story() -> None:
        readers, held = Threads(threads=1, waiting=0), Event()
        fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
        store = cast("ReadStore", OneContact())
        presence = Presence(fan_out=fan_out, store=store, readers=readers)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(readers(held.wait))
            await asyncio.sleep(0)
            try:
                assert await presence.came(ANNA) == []
                await presence.went(ANNA)
            finally:
                held.set()
        readers.close()

    asyncio.run(story())


def test_a_network_that_goes_takes_nobody_s_turn() -> None:
    """A hundred sockets end at once: what somebody else asks for meanwhile is answered."""

    async def story() -> str:
        readers, held = Threads(threads=1, waiting=40), Event()
        fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
        presence = Presence(fan_out=fan_out, store=cast("ReadStore", OneContact()), readers=readers)
        people = [PersonId(f"{n:032x}") for n in range(100)]
        sockets = [Outbound(person, None, WireLimits(), Frames(str)) for person in people]
        for socket in sockets:
            fan_out.connect(socket)
            await presence.came(socket.person)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(readers(held.wait))
            for socket in sockets:
                fan_out.disconnect(socket)
                tasks.create_task(presence.went(socket.person))
            await asyncio.sleep(0)
            asked = tasks.create_task(readers(lambda: "answered"))
            await asyncio.sleep(0)
            held.set()
        readers.close()
        return await asked

    assert asyncio.run(story()) == "answered"


def test_who_is_away_from_every_device_is_told_as_away_and_once() -> None:
    async def story() -> list[str]:
        readers = Threads(threads=1, waiting=4)
        fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
        store = cast("ReadStore", OneContact())
        presence = Presence(fan_out=fan_out, store=store, readers=readers)
        said: list[str] = []
        fan_out.connect(Heard(said))
        desk, phone = (Outbound(ANNA, None, WireLimits(), Frames(str)) for _ in range(2))
        for socket in (desk, phone):
            fan_out.connect(socket)
            await presence.came(ANNA)
        await presence.touched(desk, idle=True)
        await presence.touched(phone, idle=True)
        await presence.touched(phone, idle=True)
        await presence.touched(desk, idle=False)
        fan_out.disconnect(desk)
        await presence.went(ANNA)
        fan_out.disconnect(phone)
        await presence.went(ANNA)
        readers.close()
        return said

    assert asyncio.run(story()) == ["online", "away", "online", "away", "offline"]


def test_on_a_second_device_nobody_is_asked_for_who_is_told_nothing() -> None:
    async def story() -> None:
        readers, store = Threads(threads=1, waiting=4), OneContact()
        fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
        presence = Presence(fan_out=fan_out, store=cast("ReadStore", store), readers=readers)
        said: list[str] = []
        fan_out.connect(Heard(said))
        for _ in range(3):
            fan_out.connect(Outbound(ANNA, None, WireLimits(), Frames(str)))
            assert [there.person for there in await presence.came(ANNA)] == [BEN]
        readers.close()
        assert (store.asked, said) == (1, ["online"])

    asyncio.run(story())


def test_what_is_no_conversation_is_not_remembered() -> None:
    fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
    stream = StreamId("c" * 32)
    fan_out.learn(stream, ())
    assert fan_out.may_write(stream, ANNA) is None
    fan_out.learn(stream, (ANNA,))
    assert fan_out.may_write(stream, ANNA) is True
