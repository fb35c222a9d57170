"""Of one person so many requests are answered at once; nobody waits for another person's."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from onrecord.core.domain.errors import TooMany
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Actor
from onrecord.features.sign_in.values import SignedIn
from onrecord.http.options import RequestLimits
from onrecord.http.person_turns import AT_ONCE, MOST_WAITING, PersonTurns
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk, router
from onrecord_archive.events.ids import PersonId

TURNS, ROOM = 2, 3
Step = tuple[str, int]
HISTORIES = st.lists(
    st.tuples(st.sampled_from(["come", "come", "done", "go"]), st.integers(0, 2)), max_size=60
)
"""Who asks; whose request is answered, or given up, the oldest of them first."""


@dataclass(eq=False)
class One:
    """A request of one person, which is answered when a test says so."""

    person: int
    done: asyncio.Event = field(default_factory=asyncio.Event)
    running: bool = False
    refused: bool = False
    task: asyncio.Task[None] | None = None

    async def ask(self, turns: PersonTurns) -> None:
        try:
            async with turns.turn(f"person {self.person}"):
                self.running = True
                try:
                    await self.done.wait()
                finally:
                    self.running = False
        except TooMany:
            self.refused = True


async def lived(steps: list[Step]) -> None:
    """Live through a history; AssertionError where a promise is broken."""
    turns, asked = PersonTurns(TURNS, ROOM), list[One]()
    try:
        async with asyncio.TaskGroup() as tasks:
            for kind, person in steps:
                asked = [one for one in asked if one.task is not None and not one.task.done()]
                await _step(kind, [one for one in asked if one.person == person])
                if kind == "come":
                    one = One(person)
                    one.task = tasks.create_task(one.ask(turns))
                    asked.append(one)
                await _settled()
                _check(asked)
            for one in asked:
                one.done.set()
    except ExceptionGroup as broken:
        raise broken.exceptions[0] from None
    assert not turns._people, "something is kept of who asks no more"


async def _step(kind: str, theirs: list[One]) -> None:
    if kind == "done" and theirs:
        theirs[0].done.set()
    elif kind == "go" and theirs and theirs[-1].task is not None:
        theirs[-1].task.cancel()


async def _settled() -> None:
    for _ in range(6):
        await asyncio.sleep(0)


def _check(asked: list[One]) -> None:
    under_way = Counter(one.person for one in asked if one.task is not None and not one.task.done())
    running = Counter(one.person for one in asked if one.running)
    for person, count in under_way.items():
        assert running[person] == min(count, TURNS), "not as many at once as may be"
        assert count <= TURNS + ROOM, "more wait than may"
    for one in asked:
        if one.refused:
            assert under_way[one.person] == TURNS + ROOM, "refused though there was room"


@settings(max_examples=150, deadline=None)
@given(HISTORIES)
def test_each_person_has_so_many_at_once_whatever_others_do(steps: list[Step]) -> None:
    asyncio.run(lived(steps))


def test_the_property_notices_turns_that_all_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: one line for everybody has one person wait for another."""
    turn = PersonTurns.turn

    @asynccontextmanager
    async def shared(turns: PersonTurns, person: str) -> AsyncIterator[None]:
        async with turn(turns, "everybody"):
            yield

    monkeypatch.setattr(PersonTurns, "turn", shared)
    with pytest.raises(AssertionError, match="at once"):
        asyncio.run(lived([("come", 0), ("come", 0), ("come", 1)]))


@dataclass
class Desk:
    """A listener at which the cookie says who asks, and where nothing is answered before `over`."""

    over: asyncio.Event = field(default_factory=asyncio.Event)
    handled: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        entries: list[Entry] = [
            ForSignedIn("GET", path, self.handle, "chat.read")
            for path in ("/api/v1/search", "/api/v1/conversations")
        ]
        self.app = router(entries, self, RequestLimits())

    async def who_asks(self, request: Request) -> SignedAsk:
        name = request.headers["cookie"]
        actor = Actor(PersonId(name), name, "employee", "Bank", "employee")
        return SignedAsk(request, SignedIn(actor, SessionId("1"), None, "password"), None)

    async def demand_notice(self, ask: SignedAsk) -> None:
        """Nothing is due."""

    def has_ended(self, session: SessionId) -> bool:
        return False

    async def handle(self, ask: SignedAsk) -> Response:
        self.handled[ask.who.person.name] += 1
        await self.over.wait()
        return Response()

    async def asked(self, name: str, path: str) -> None:
        """Send one request."""
        headers = [(b"cookie", name.encode())]
        scope = {"type": "http", "method": "GET", "path": path, "headers": headers}
        try:
            await self.app(scope, _nothing, _nowhere)
        except TooMany as refusal:
            self.refused[f"{name} {refusal.code} {refusal.retry_after}"] += 1


async def _nothing() -> Message:
    return {"type": "http.request"}


async def _nowhere(message: Message) -> None:
    """Lose it."""


def test_a_listener_answers_so_many_of_each_person_on_all_its_routes_together() -> None:
    desk = Desk()

    async def run() -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(AT_ONCE + MOST_WAITING + 5):
                path = "/api/v1/search" if number % 2 else "/api/v1/conversations"
                tasks.create_task(desk.asked("julia", path))
            tasks.create_task(desk.asked("anna", "/api/v1/search"))
            await _settled()
            assert desk.handled == {"julia": AT_ONCE, "anna": 1}
            assert desk.refused == {"julia rate_limited 1.0": 5}
            desk.over.set()

    asyncio.run(run())
    assert desk.handled == {"julia": AT_ONCE + MOST_WAITING, "anna": 1}
