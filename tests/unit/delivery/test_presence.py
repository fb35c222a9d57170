"""Presence is told where that is possible, and harms nobody where it is not."""

import asyncio
from threading import Event
from typing import cast

from onrecord.delivery.fan_out import FanOut
from onrecord.delivery.outbound import Frames
from onrecord.delivery.presence import Presence
from onrecord.domain.clock import SystemClock
from onrecord.domain.ids import PersonId, StreamId
from onrecord.messaging.ports import ReadStore
from onrecord.messaging.readers import Readers

ANNA = PersonId("a" * 32)


class OneContact:
    """What presence asks a store for."""

    def contacts(self, person: PersonId) -> list[PersonId]:
        return [PersonId("b" * 32)]

    def onlookers(self, person: PersonId) -> list[PersonId]:
        return [PersonId("b" * 32)]


def test_a_busy_database_costs_nobody_the_socket() -> None:
    async def story() -> None:
        readers, held = Readers(threads=1, waiting=0), Event()
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


def test_what_is_no_conversation_is_not_remembered() -> None:
    fan_out = FanOut(clock=SystemClock(), frames=Frames(str), position=0)
    stream = StreamId("c" * 32)
    fan_out.learn(stream, ())
    assert fan_out.may_write(stream, ANNA) is None
    fan_out.learn(stream, (ANNA,))
    assert fan_out.may_write(stream, ANNA) is True
