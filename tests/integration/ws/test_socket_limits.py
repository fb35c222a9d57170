"""How a real socket ends that says nothing, is one too many, or does not read.

Who sends too fast keeps their sockets: they are refused message by message, on all together.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.people import NewPerson, People
from onrecord.features.sign_in.tokens import MOST_OF_BOT, NewToken, Tokens
from onrecord.protocol.frames import SUBPROTOCOL
from onrecord.protocol.limits import WireLimits
from onrecord.ws.gateway import CLOSING_SECONDS, HELLO_SECONDS
from tests.rig.client import client, tls
from tests.rig.installation import (
    LIMITED,
    PERSONS_OWN,
    RIG,
    Installation,
    at_root,
    install,
    populate_conversations,
    run_apart,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

SOCKETS = 5
TRIES = 5
"""So often a machine may stand still for as long as a socket has to close."""
LONG = "x" * 15_000
TOKENS_OWN = (60, 5)
RATES: dict[str, tuple[int, int] | None] = {"jan": None, "ola": TOKENS_OWN}
"""What their tokens say; without a word it is the person's own."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server for the tests of this module."""
    folder = tmp_path_factory.mktemp("served")
    made = install(folder, ["piotr", "ewa", *RATES], toml=LIMITED)
    run_apart(limit(made))
    populate_conversations(made, {"Desk": ["anna", "piotr", "ewa"], "Rates": ["anna", *RATES]})
    with running(made):
        yield made


async def limit(made: Installation) -> None:
    """Give those of RATES a token that is limited, and Ewa a bot, Anna, which may send more."""
    async with at_root(made) as root:
        for name, rate in RATES.items():
            token = NewToken(person=made.people[name].id, name="limited", rate=rate)
            made.tokens[name], _ = await root[Tokens].create(made.people[name].actor, RIG, token)
        ewa = made.people["ewa"]
        new = NewPerson("Anna", "bot", "Rig Bank", "employee", "anna", owner=ewa.id)
        bot = made.people["anna"] = await root[People].add(SYSTEM, RIG, new)
        token = NewToken(person=bot.id, name="unlimited", rate=MOST_OF_BOT)
        made.tokens["anna"], _ = await root[Tokens].create(ewa.actor, RIG, token)


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
        open_timeout=PATIENCE,
        ping_timeout=PATIENCE,
        max_size=None,
        max_queue=max_queue,
    )


async def come_in(made: Installation, name: str, socket: ClientConnection) -> None:
    """Say hello."""
    await socket.send(json.dumps({"t": "hello", "token": made.tokens[name]}))


async def ended(socket: ClientConnection) -> tuple[int, str | None]:
    """Read until it closes; return the close code, and the code of the bye before it."""
    code = None
    try:
        async with asyncio.timeout(PATIENCE):
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
            end = await ended(sixth)
        for socket in opened:
            await socket.close()
        return end

    assert asyncio.run(story()) == (4429, "too_many_sockets")


async def pinging(socket: ClientConnection) -> None:
    """Send pings and fragments, as many as one may, and no message."""
    with suppress(ConnectionClosed):
        while True:
            _ = await socket.ping()
            await asyncio.sleep(0.05)


def test_who_says_no_hello_is_let_go_whatever_else_arrives(served: Installation) -> None:
    async def story() -> tuple[tuple[int, str | None], tuple[int, str | None]]:
        began = time.monotonic()
        async with dial(served, SUBPROTOCOL) as silent, dial(served, SUBPROTOCOL) as busy:
            async with asyncio.TaskGroup() as tasks:
                noise = tasks.create_task(pinging(busy))
                ends = [tasks.create_task(ended(each)) for each in (silent, busy)]
                await asyncio.wait(ends)
                noise.cancel()
            assert time.monotonic() - began >= HELLO_SECONDS - 1
            return ends[0].result(), ends[1].result()

    assert asyncio.run(story()) == ((4409, "hello_expected"), (4409, "hello_expected"))


PARTS = 2 * WireLimits().frames_per_second
"""Frames that are no whole message, at once."""


def flood(socket: ClientConnection, frame: Frame, count: int) -> None:
    """Send one frame so many times, over the library's head, in one go."""
    socket.transport.write(frame.serialize(mask=True) * count)


@pytest.mark.parametrize(
    "frame",
    [Frame(Opcode.CONT, b"", fin=False), Frame(Opcode.PING, b""), Frame(Opcode.PONG, b"x" * 125)],
    ids=["fragments", "pings", "pongs"],
)
def test_who_floods_a_socket_with_what_is_no_message_is_told_and_closed(
    served: Installation, frame: Frame
) -> None:
    async def story() -> tuple[int, str | None]:
        async with dial(served, SUBPROTOCOL) as socket:
            if frame.opcode is Opcode.CONT:
                flood(socket, Frame(Opcode.TEXT, b"", fin=False), 1)
            flood(socket, frame, 3 * PARTS)  # some more may come while these are handled
            return await ended(socket)

    assert asyncio.run(story()) == (1008, "too_many_frames")


def test_a_message_in_many_fragments_and_many_pings_are_taken(served: Installation) -> None:
    """Control: what is below the budget."""

    async def story() -> str:
        async with dial(served, SUBPROTOCOL) as socket:
            hello = json.dumps({"t": "hello", "token": served.tokens["ewa"]})
            await socket.send([hello[at : at + 1] for at in range(len(hello))])
            async with asyncio.timeout(PATIENCE):
                for _ in range(100):
                    await (await socket.ping())
            return str(json.loads(await socket.recv())["t"])

    assert asyncio.run(story()) == "welcome"


def test_another_subprotocol_gets_no_socket(served: Installation) -> None:
    async def story() -> int:
        with pytest.raises(InvalidStatus) as refused:
            async with dial(served, "onrecord.v0"):
                pass
        return refused.value.response.status_code

    assert asyncio.run(story()) == 403


def slow_consumers(made: Installation) -> int:
    """How many sockets the log calls so."""
    log = (made.data.parent / "server.log").read_text()
    return sum(json.loads(line)["event"] == "slow_consumer" for line in log.splitlines())


@dataclass(frozen=True, slots=True)
class Deaf:
    """What became of five deaf sockets of somebody."""

    sixth: str
    """What the sixth is told that comes when the first of them is to be closed."""
    answered_s: float
    """How soon after that, at most."""
    cut_s: float
    """How soon after that one may come again."""


async def told(made: Installation, name: str) -> str:
    """Come in by a further socket; return what one is told: welcome, or the code of the bye."""
    async with dial(made, SUBPROTOCOL) as socket:
        await come_in(made, name, socket)
        first = json.loads(await socket.recv())
        return str(first.get("code", first["t"]))


async def deaf_until_cut(made: Installation) -> Deaf:
    """Have five deaf sockets cut; try to come in by a sixth, until nothing is left of the five."""
    before = slow_consumers(made)
    deaf = [await dial(made, SUBPROTOCOL, max_queue=1) for _ in range(SOCKETS)]
    for socket in deaf:
        await come_in(made, "piotr", socket)
    async with client(made, "anna") as anna:
        conv, began = made.groups["Desk"], time.monotonic()
        while slow_consumers(made) == before:
            began = time.monotonic()
            assert (await anna.sent(conv, LONG))["t"] == "ack"
        sixth = await told(made, "piotr")
        answered = time.monotonic()
        while slow_consumers(made) < before + SOCKETS:
            assert (await anna.sent(conv, LONG))["t"] == "ack"
    while await told(made, "piotr") != "welcome":  # noqa: ASYNC110  # it tells nobody
        await asyncio.sleep(0.1)
    cut = time.monotonic()
    for socket in deaf:
        socket.transport.abort()
    return Deaf(sixth, answered - began, cut - began)


@pytest.mark.promise("P12")
def test_who_does_not_read_holds_nobody_up_and_is_cut(served: Installation) -> None:
    """They count until they are gone."""
    deaf = asyncio.run(deaf_until_cut(served))
    for _ in range(TRIES):
        if deaf.answered_s < CLOSING_SECONDS:
            break
        deaf = asyncio.run(deaf_until_cut(served))
    assert deaf.sixth == "too_many_sockets", deaf


@pytest.mark.proofs("figure")
def test_who_does_not_read_is_gone_in_seconds(served: Installation) -> None:
    assert asyncio.run(deaf_until_cut(served)).cut_s < 2 * CLOSING_SECONDS


AT_ONCE_TOO_MANY = 60
"""More than may be sent in the seconds that a slow machine takes for it."""


async def keeps_the_pace(
    made: Installation, name: str, rate: tuple[int, int], more: int = 2
) -> None:
    """Send *more* than at once may be, over two sockets, and those that were refused again.

    Raises AssertionError: this person may send more, or less, or is refused in other words.
    """
    per_second, burst, conv = rate[0] / 60, rate[1], made.groups["Rates"]
    async with client(made, name) as one, client(made, name) as other:
        began = time.monotonic()
        sent = [
            (each, await each.send(conv, "on")) for each in [one, other] * ((burst + more) // 2)
        ]
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
def test_control_who_may_send_more_is_noticed(served: Installation, rate: tuple[int, int]) -> None:
    with pytest.RaisesGroup(pytest.RaisesGroup(pytest.RaisesExc(AssertionError, match="at once"))):
        asyncio.run(keeps_the_pace(served, "anna", rate, AT_ONCE_TOO_MANY))
