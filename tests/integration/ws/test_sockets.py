"""From a session to a socket: one ticket, one use, one origin; and how sockets end."""

import asyncio
import json
import ssl
import time

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.people import Changes
from tests.integration.house import CHAT, House
from tests.integration.http.test_gate import WRONG_ORIGINS
from tests.integration.office import BY_TWO, CONSOLE
from tests.rig.patience import SECONDS as PATIENCE

ENDED_SECONDS = 2.0
"""How soon a session's end closes its sockets (P10); asserted at three times its value."""


def dial(house: House, *, origin: str | None = CHAT.origin, host: str = CHAT.host) -> connect:
    """A handshake as a page or script makes it."""
    return connect(
        f"wss://{host}/api/v1/ws",
        host="127.0.0.1",
        port=house.ports["chat"],
        ssl=ssl.create_default_context(cafile=str(house.ca)),
        server_hostname="chat.localhost",
        origin=origin,  # type: ignore[arg-type]
        proxy=None,
        open_timeout=PATIENCE,
        ping_timeout=PATIENCE,
        max_size=1 << 20,
    )


def ticket_of(house: House) -> str:
    """A fresh ticket of Ada."""
    response = house.signed_in().post("/api/v1/ws-ticket")
    assert response.json()["expires_in"] == 30
    ticket = response.json()["ticket"]
    assert isinstance(ticket, str)
    return ticket


async def enter(socket: ClientConnection, ticket: str) -> str:
    """Show a ticket; return who one is, or why not."""
    await socket.send(ticket)
    try:
        return str(await socket.recv())
    except ConnectionClosed:
        return f"{socket.close_code} {socket.close_reason}"


def test_a_ticket_lets_in_once(calm_house: House) -> None:
    async def run() -> list[str]:
        ticket = ticket_of(calm_house)
        answers = []
        for _ in range(2):
            async with dial(calm_house) as socket:
                answers.append(await enter(socket, ticket))
        return answers

    assert asyncio.run(run()) == ["Ada", "4401 bad_ticket"]


def test_an_expired_ticket_is_refused(open_house: House) -> None:
    async def run() -> str:
        ticket = ticket_of(open_house)
        open_house.office.clock.move(seconds=30)
        async with dial(open_house) as socket:
            return await enter(socket, ticket)

    assert asyncio.run(run()) == "4401 bad_ticket"


def test_a_ticket_is_worth_nothing_without_its_origin(calm_house: House) -> None:
    async def run() -> str:
        async with dial(calm_house, origin=None) as socket:
            return await enter(socket, ticket_of(calm_house))

    assert asyncio.run(run()) == "4401 bad_ticket"


def test_a_ticket_from_before_sign_out_is_refused(calm_house: House) -> None:
    client = calm_house.signed_in()
    ticket = client.post("/api/v1/ws-ticket").json()["ticket"]
    client.post("/api/v1/sign-out")

    async def run() -> str:
        async with dial(calm_house) as socket:
            return await enter(socket, ticket)

    assert asyncio.run(run()) == "4401 bad_ticket"


@pytest.mark.parametrize("origin", [each for each in WRONG_ORIGINS if each is not None])
def test_a_page_of_another_origin_gets_no_socket(calm_house: House, origin: str) -> None:
    async def run() -> tuple[int, str]:
        with pytest.raises(InvalidStatus) as refused:
            async with dial(calm_house, origin=origin):
                pass
        response = refused.value.response
        return response.status_code, json.loads(response.body or b"{}").get("code")

    assert asyncio.run(run()) == (403, "wrong_origin")


def test_another_host_gets_no_socket(calm_house: House) -> None:
    async def run() -> int:
        with pytest.raises(InvalidStatus) as refused:
            async with dial(calm_house, host="evil.example:8443"):
                pass
        return refused.value.response.status_code

    assert asyncio.run(run()) == 421


WAYS = pytest.mark.parametrize(
    "way", ["sign out", "deactivate", "change the role", "revoke the device"]
)


def closed_by(open_house: House, way: str) -> tuple[int, float]:
    """End Ada's session; return how her socket is closed, and after how many seconds."""
    client = open_house.signed_in()
    me = client.get("/api/v1/me").json()
    ticket = client.post("/api/v1/ws-ticket").json()["ticket"]

    def end() -> None:
        if way == "deactivate":
            people = open_house.office.people
            open_house.run(people.deactivate(SYSTEM, CONSOLE, me["person"]["id"]))
        elif way == "change the role":
            people, changes = open_house.office.people, Changes(role="advisor")
            open_house.run(people.change(SYSTEM, CONSOLE, me["person"]["id"], changes, BY_TWO))
        elif way == "sign out":
            client.post("/api/v1/sign-out")
        else:
            open_house.signed_in().delete(f"/api/v1/devices/{me['device']}")

    async def run() -> tuple[int, float]:
        async with dial(open_house) as socket:
            assert await enter(socket, ticket) == "Ada"
            begun = time.monotonic()
            await asyncio.to_thread(end)
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), PATIENCE)
            assert closed.value.rcvd is not None
            return closed.value.rcvd.code, time.monotonic() - begun

    return asyncio.run(run())


@WAYS
@pytest.mark.promise("P10")
def test_a_socket_closes_when_its_session_ends(open_house: House, way: str) -> None:
    code, _ = closed_by(open_house, way)
    assert code == 4401


@pytest.mark.proofs("figure")
@WAYS
def test_a_socket_closes_within_two_seconds(open_house: House, way: str) -> None:
    _, seconds = closed_by(open_house, way)
    print(f"{way}: closed after {seconds:.2f} s of {ENDED_SECONDS}")
    assert seconds < 3 * ENDED_SECONDS


def test_a_message_past_the_limit_closes_the_socket(calm_house: House) -> None:
    async def run() -> int:
        async with dial(calm_house) as socket:
            await socket.send("x" * (64 * 1024 + 1))
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), PATIENCE)
            frame = closed.value.rcvd
            assert frame is not None
            return frame.code

    assert asyncio.run(run()) == 1009


def test_nothing_is_compressed(calm_house: House) -> None:
    async def run() -> str:
        async with dial(calm_house) as socket:
            assert socket.response is not None
            return socket.response.headers.get("sec-websocket-extensions", "none")

    assert asyncio.run(run()) == "none"


def test_draining_says_goodbye_before_it_closes(open_house: House) -> None:
    async def run() -> tuple[str, int]:
        async with dial(open_house) as socket:
            assert await enter(socket, ticket_of(open_house)) == "Ada"
            open_house.close()
            farewell = str(await asyncio.wait_for(socket.recv(), PATIENCE))
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), PATIENCE)
            assert closed.value.rcvd is not None
            return farewell, closed.value.rcvd.code

    assert asyncio.run(run()) == ('{"t":"bye"}', 1012)
    assert open_house.farewells == ["draining"]
