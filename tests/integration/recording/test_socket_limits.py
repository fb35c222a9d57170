"""How a real socket ends that says nothing, is one too many, or does not read.

Who sends too fast keeps their sockets: they are refused message by message, on all together.
"""

import asyncio
import json
import time
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from onrecord.compose.accounts import accounts
from onrecord.compose.recording import recording
from onrecord.domain.values import SYSTEM
from onrecord.edge.gateway.gateway import HELLO_SECONDS
from onrecord.identity.tokens import NewToken
from onrecord.wire.frames import SUBPROTOCOL
from tests.rig.client import client, tls
from tests.rig.installation import (
    RIG,
    Installation,
    install,
    populate_conversations,
    run_apart,
    surroundings,
)
from tests.rig.process import running

SOCKETS = 5
LONG = "x" * 15_000
PERSONS_OWN = (100, 20)
"""Messages a minute and at once that a person may send (DESIGN 7)."""
TOKENS_OWN = (60, 5)
RATES: dict[str, tuple[int, int] | None] = {"jan": None, "ola": TOKENS_OWN}
"""What their tokens say; without a word it is the person's own."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server for the tests of this module."""
    made = install(tmp_path_factory.mktemp("served"), ["anna", "piotr", "ewa", *RATES])
    populate_conversations(made, {"Desk": ["anna", "piotr", "ewa"], "Rates": ["anna", *RATES]})
    run_apart(limit(made))
    with running(made):
        yield made


async def limit(made: Installation) -> None:
    """Give those of RATES a token that is limited."""
    around = surroundings()
    async with recording(made.settings, around) as rec, accounts(made.settings, rec, around) as who:
        for name, rate in RATES.items():
            token = NewToken(person=made.people[name].id, name="limited", rate=rate)
            made.tokens[name], _ = await who.tokens.create(SYSTEM, RIG, token)


def dial(made: Installation, *protocols: str, max_queue: int = 16) -> connect:
    """A bare socket: it says and reads what the test does."""
    chat = made.settings.chat
    return connect(
        f"wss://chat.localhost:{chat.port}/api/v1/ws",
        host="127.0.0.1",
        ssl=tls(made),
        server_hostname="chat.localhost",
        subprotocols=[Subprotocol(each) for each in protocols] or None,
        compression=None,
        max_size=None,
        max_queue=max_queue,
    )


async def come_in(made: Installation, name: str, socket: ClientConnection) -> None:
    """Say hello."""
    await socket.send(json.dumps({"t": "hello", "token": made.tokens[name]}))


async def ended(socket: ClientConnection, seconds: float) -> tuple[int, str | None]:
    """Read until it closes; return the close code, and the code of the bye before it."""
    code = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                frame = json.loads(await socket.recv())
                code = frame["code"] if frame["t"] == "bye" else code
    except ConnectionClosed as closed:
        return 0 if closed.rcvd is None else closed.rcvd.code, code


def test_the_sixth_socket_of_a_person_is_one_too_many(served: Installation) -> None:
    async def story() -> tuple[int, str | None]:
        sockets = [dial(served, SUBPROTOCOL) for _ in range(SOCKETS)]
        opened = [await socket for socket in sockets]
        for socket in opened:
            await come_in(served, "ewa", socket)
            assert json.loads(await socket.recv())["t"] == "welcome"
        async with dial(served, SUBPROTOCOL) as sixth:
            await come_in(served, "ewa", sixth)
            end = await ended(sixth, 10)
        for socket in opened:
            await socket.close()
        return end

    assert asyncio.run(story()) == (4429, "too_many_sockets")


def test_who_says_no_hello_is_let_go(served: Installation) -> None:
    async def story() -> tuple[int, str | None]:
        async with dial(served, SUBPROTOCOL) as silent:
            began = time.monotonic()
            end = await ended(silent, 3 * HELLO_SECONDS)
            assert time.monotonic() - began >= HELLO_SECONDS - 1
            return end

    assert asyncio.run(story()) == (4409, "hello_expected")


def test_another_subprotocol_gets_no_socket(served: Installation) -> None:
    async def story() -> int:
        with pytest.raises(InvalidStatus) as refused:
            async with dial(served, "onrecord.v0"):
                pass
        return refused.value.response.status_code

    assert asyncio.run(story()) == 403


def test_who_does_not_read_is_let_go_and_holds_nobody_up(served: Installation) -> None:
    async def story() -> tuple[int, str | None]:
        async with dial(served, SUBPROTOCOL, max_queue=1) as deaf, client(served, "anna") as anna:
            await come_in(served, "piotr", deaf)
            conv = served.groups["Desk"]
            for _ in range(400):
                assert (await anna.sent(conv, LONG))["t"] == "ack"
            return await ended(deaf, 30)

    assert asyncio.run(story()) == (4408, "slow_consumer")


async def keeps_the_pace(made: Installation, name: str, rate: tuple[int, int]) -> None:
    """Send two more than at once may be, over two sockets, and those that were refused again.

    Raises AssertionError: this person may send more, or less, or is refused in other words.
    """
    per_second, burst, conv = rate[0] / 60, rate[1], made.groups["Rates"]
    async with client(made, name) as one, client(made, name) as other:
        began = time.monotonic()
        sent = [(each, await each.send(conv, "on")) for each in [one, other] * (burst // 2 + 1)]
        answers = [await each.answer(id) for each, id in sent]
        taken = sum(answer["t"] == "ack" for answer in answers)
        assert burst <= taken <= burst + (time.monotonic() - began) * per_second, f"{taken} at once"
        for each, id in sent:
            while (answer := await each.answer(id))["t"] != "ack":
                assert (answer["t"], answer["code"]) == ("nack", "rate_limited"), answer
                assert 0 < answer["retry_after"] <= 1 / per_second, answer
                await asyncio.sleep(answer["retry_after"])
                del each.answers[id]
                await each.send(conv, "on", id=id)
        seconds = time.monotonic() - began
        assert len(sent) <= burst + seconds * per_second, f"{len(sent)} in {seconds} s"


@pytest.mark.parametrize("name", RATES)
def test_who_sends_too_fast_is_refused_and_told_when_to_go_on(
    served: Installation, name: str
) -> None:
    asyncio.run(keeps_the_pace(served, name, RATES[name] or PERSONS_OWN))


@pytest.mark.parametrize("rate", [PERSONS_OWN, TOKENS_OWN])
def test_control_who_has_no_limit_is_noticed(served: Installation, rate: tuple[int, int]) -> None:
    with pytest.RaisesGroup(pytest.RaisesGroup(pytest.RaisesExc(AssertionError, match="at once"))):
        asyncio.run(keeps_the_pace(served, "anna", rate))
