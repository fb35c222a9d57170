"""What a request still sends, or is sent, once the session that it came with has ended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message

from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor
from onrecord.features.sign_in.values import SignedIn
from onrecord.http.lasting import Lasting
from onrecord.http.options import RequestLimits
from onrecord.http.person_turns import AT_ONCE
from onrecord.http.routes import ForSignedIn, SignedAsk, router
from onrecord_archive.events.ids import PersonId

PATH = "/api/v1/conversations"
JULIA = Actor(PersonId("julia"), "Julia", "employee", "Bank", "employee")
JULIAS = SignedIn(JULIA, SessionId("hers"), None, "password")
Handler = Callable[[SignedAsk], Awaitable[Response]]


@dataclass
class Listener:
    """A listener with one route; a test ends the session of whoever asks there."""

    handler: Handler
    ended: bool = False
    done: list[bytes] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        entry = ForSignedIn("POST", PATH, self.handler, "chat.start")
        self.app = router([entry], self, RequestLimits())

    async def who_asks(self, request: Request) -> SignedAsk:
        return SignedAsk(request, JULIAS, None)

    async def demand_notice(self, ask: SignedAsk) -> None:
        """Nothing is due."""

    def has_ended(self, session: SessionId) -> bool:
        assert session == JULIAS.session
        return self.ended

    async def asked(self, *pieces: bytes, end_before: int | None = None) -> None:
        """Send a request in pieces; the session ends before one of them."""
        left = list(enumerate(pieces))

        async def receive() -> Message:
            if not left:  # whoever asked is there, and waits for the answer
                await asyncio.get_running_loop().create_future()
            number, piece = left.pop(0)
            self.ended = self.ended or number == end_before
            return {"type": "http.request", "body": piece, "more_body": bool(left)}

        async def send(message: Message) -> None:
            self.sent.append(message.get("body", b""))

        scope = {"type": "http", "method": "POST", "path": PATH, "headers": []}
        await self.app(scope, receive, send)


def reading() -> Listener:
    """A listener that does what the whole body says."""

    async def handle(ask: SignedAsk) -> Response:
        listener.done.append(await ask.request.body())
        return Response(b"done")

    listener = Listener(handle)
    return listener


def telling() -> Listener:
    """A listener whose answer comes in four pieces, after the second of which the session ends."""

    async def pieces() -> AsyncIterator[bytes]:
        for number in range(4):
            listener.ended = listener.ended or number == 2
            yield b"%d" % number

    async def handle(ask: SignedAsk) -> Response:
        await ask.request.body()
        return StreamingResponse(pieces())

    listener = Listener(handle)
    return listener


@pytest.mark.promise("P10")
@pytest.mark.parametrize("end_before", [0, 1, 2])
def test_a_body_that_arrives_after_the_end_does_nothing(end_before: int) -> None:
    listener = reading()
    with pytest.raises(NotSignedIn) as refused:
        asyncio.run(listener.asked(b"a", b"b", b"c", end_before=end_before))
    assert (refused.value.code, listener.done) == ("session_ended", [])


@pytest.mark.promise("P10")
def test_a_request_that_waited_for_its_turn_until_after_the_end_does_nothing() -> None:
    all_turns_taken, over, refused = asyncio.Event(), asyncio.Event(), list[str]()

    async def handle(ask: SignedAsk) -> Response:
        listener.done.append(b"begun")
        if len(listener.done) == AT_ONCE:
            all_turns_taken.set()
        await over.wait()
        return Response()

    listener = Listener(handle)

    async def ask() -> None:
        try:
            await listener.asked(b"")
        except NotSignedIn as refusal:
            refused.append(refusal.code)

    async def run() -> None:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(AT_ONCE + 3):
                tasks.create_task(ask())
            await all_turns_taken.wait()
            listener.ended = True
            over.set()

    asyncio.run(run())
    assert (len(listener.done), refused) == (AT_ONCE, ["session_ended"] * 3)


def test_who_ends_their_own_session_is_answered() -> None:
    async def handle(ask: SignedAsk) -> Response:
        await ask.request.body()
        listener.ended = True
        return Response(b"signed out")

    listener = Listener(handle)
    asyncio.run(listener.asked(b""))
    assert b"signed out" in listener.sent


@pytest.mark.promise("P10")
def test_the_rest_of_an_answer_stays_here_after_the_end() -> None:
    listener = telling()
    with suppress(ClientDisconnect):
        asyncio.run(listener.asked(b""))
    assert listener.sent == [b"", b"0", b"1"]


@pytest.mark.promise("P10", planted=True)
def test_control_without_the_look_all_of_it_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lasting, "of", lambda self, stands: None)
    listener = reading()
    asyncio.run(listener.asked(b"a", b"b", end_before=1))
    assert listener.done == [b"ab"]
    listener = telling()
    asyncio.run(listener.asked(b""))
    assert b"3" in listener.sent
