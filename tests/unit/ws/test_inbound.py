"""What a frame does: nobody writes whose session has ended, nobody goes to and fro without end."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import SessionId, new_id
from onrecord.core.domain.values import Actor, Origin
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.sign_in.values import SignedIn
from onrecord.observability.points import NoPoints
from onrecord.protocol.frames import Idle, Looking, Send
from onrecord.protocol.session import RESUME, SESSION_ENDED
from onrecord.ws.inbound import handle
from onrecord.ws.live import Connection, Live
from onrecord_archive.events.ids import PersonId
from tests.fakes.clock import StillClock

EWA = Actor(PersonId("e" * 32), "Ewa", "client", "Client", "client")


@pytest.mark.parametrize(
    ("why", "close"),
    [
        ("session_ended", SESSION_ENDED),
        ("verification_due", RESUME),
        ("session_locked", RESUME),
    ],
)
def test_a_session_that_ends_while_files_are_looked_up_sends_nothing(why: str, close: int) -> None:
    ended, said, submitted = [None], [], []

    async def for_blobs(*_: object) -> None:
        await asyncio.sleep(0)
        ended[0] = why  # type: ignore[call-overload]

    live = SimpleNamespace(
        doors=SimpleNamespace(
            sessions=SimpleNamespace(why_not=lambda _: ended[0]),
            origin_of=lambda connection: connection.origin,
        ),
        clock=SystemClock(),
        points=NoPoints(),
        sending=SimpleNamespace(
            limiter=RateLimiter(SystemClock()),
            step_up=SimpleNamespace(for_blobs=for_blobs),
            recorder=SimpleNamespace(submit=lambda *_: submitted.append("sent")),
        ),
    )
    outbound = SimpleNamespace(close=lambda *how: said.append(how), say=said.append)
    connection = SimpleNamespace(
        signed_in=SignedIn(EWA, SessionId("s" * 32), None, "password"),
        outbound=outbound,
        origin=Origin("password"),
        sends=((EWA.id, Allowance(2, 1.0)),),
    )
    frame = Send(id=new_id(SystemClock()), conv="c" * 32, text="", files=["f" * 32])
    asyncio.run(handle(cast(Live, live), cast(Connection, connection), frame))
    assert submitted == []
    ((code, bye),) = said
    assert (code, bye.code, bye.final) == (close, why, why == "session_ended")


def test_who_goes_to_and_fro_is_told_of_as_often_as_they_may_send() -> None:
    told: list[bool] = []

    async def touched(outbound: SimpleNamespace, *, idle: bool) -> None:
        outbound.idle = idle
        told.append(idle)

    live = SimpleNamespace(
        sending=SimpleNamespace(limiter=RateLimiter(StillClock())),
        outgoing=SimpleNamespace(presence=SimpleNamespace(touched=touched)),
    )
    sends = ((EWA.id, Allowance(2, 1.0)),)
    connection = SimpleNamespace(outbound=SimpleNamespace(idle=False), sends=sends)
    for on in (False, False, True, True, False, True, False, True):
        asyncio.run(handle(cast(Live, live), cast(Connection, connection), Idle(on)))
    assert told == [True, False]  # what changes nothing costs nothing


def test_who_looks_is_noted_at_once_and_costs_nothing() -> None:
    connection = SimpleNamespace(outbound=SimpleNamespace(looking=False))
    for on in (True, False, True):
        asyncio.run(handle(cast(Live, None), cast(Connection, connection), Looking(on)))
        assert connection.outbound.looking is on
