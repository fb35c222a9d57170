"""The app lock at a whole server: each route refuses, open sockets end, and nobody looks online."""

import asyncio
import re
from typing import Any

from websockets.exceptions import ConnectionClosedError

from onrecord.core.roles.table import permission
from onrecord.http.routes import Entry, ForSignedIn
from onrecord.protocol.session import RESUME
from tests.integration.visitors import Bank, Visitor, visitor
from tests.rig.client import Client, client
from tools.openapi import entries

ADVISOR = "advisor@advisor"
OPEN = {
    ("GET", "/api/v1/me"),
    ("POST", "/api/v1/lock"),
    ("POST", "/api/v1/unlock"),
    ("POST", "/api/v1/unlock/challenge"),
}


def of_advisors(table: list[Entry]) -> list[ForSignedIn]:
    """Every route that an advisor may come to, but the way out."""
    signed = [entry for entry in table if isinstance(entry, ForSignedIn)]
    own = [entry for entry in signed if permission(entry.action).allows("advisor")]
    return [entry for entry in own if entry.path != "/api/v1/sign-out"]


def answered(one: Visitor, table: list[ForSignedIn]) -> set[tuple[str, str]]:
    """The routes that say anything but that the session is locked."""
    found = set()
    for entry in table:
        path = re.sub(r"{\w+}", "0" * 32, entry.path)
        body: Any = None if entry.method == "GET" else {}
        answer = one.ask("chat", entry.method, path, body)
        if answer.status_code != 403 or '"session_locked"' not in answer.text:
            found.add((entry.method, entry.path))
    return found


def test_every_route_but_those_that_unlock_refuses(bank: Bank) -> None:
    table = of_advisors(entries("chat"))
    assert len(table) > 40
    with visitor(bank, ADVISOR) as one:
        assert one.ask("chat", "POST", "/api/v1/lock").status_code == 204
        assert answered(one, table) == OPEN
        assert one.ask("chat", "POST", "/api/v1/sign-out").status_code == 204


def test_an_open_socket_ends_and_another_comes_once_it_is_unlocked(bank: Bank) -> None:
    async def run(one: Visitor, ticket: str) -> tuple[list[str], int | None]:
        opened: Client | None = None
        try:
            async with client(bank.made, ADVISOR, ticket=ticket) as opened:
                await asyncio.to_thread(one.ask, "chat", "POST", "/api/v1/lock")
                await opened.socket.wait_closed()
        except* ConnectionClosedError:
            pass  # it is heard of first here, or where it is listened to
        assert opened is not None
        return _byes(opened), opened.socket.close_code

    with visitor(bank, ADVISOR) as one:
        ticket = one.ask("chat", "POST", "/api/v1/ws-ticket").json()["ticket"]
        assert asyncio.run(run(one, ticket)) == (["session_locked"], RESUME)
        refused = one.ask("chat", "POST", "/api/v1/ws-ticket")
        assert (refused.status_code, refused.json()["code"]) == (403, "session_locked")


def _byes(socket: Client) -> list[str]:
    return [frame["code"] for frame in map(dict, socket.frames) if frame["t"] == "bye"]
