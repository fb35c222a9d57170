"""A client whose period is over: nothing goes on but what a code needs, and sockets end."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError

from onrecord.app.settings.options import storage_options
from onrecord.core.domain.ids import DeviceId
from onrecord.core.roles.table import permission
from onrecord.database.database import Database
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.assurance_values import Standing
from onrecord.http.routes import Entry, ForSignedIn
from onrecord.protocol.session import RESUME
from tests.integration.visitors import Bank, Visitor, visitor
from tests.rig.client import Client, Frame, client
from tools.openapi import entries

CLIENT = "client@client"
LAST = {"/api/v1/lock": 1, "/api/v1/sign-out": 2}
SWEPT_S = 1.0
"""How soon sockets end, as server/README.md says; asserted at three times its value."""
PERIODS_S = (8.0, 16.0, 32.0)
"""The next one is tried where a machine stood still until the socket's period was over."""


@contextmanager
def proved_for(bank: Bank, seconds: float) -> Iterator[datetime]:
    """What the client proved counts for so long; afterwards for ever."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    _note(bank, until)
    yield until
    _note(bank, datetime.now(UTC) + timedelta(days=3650))


def _note(bank: Bank, until: datetime) -> None:
    database = Database(storage_options(bank.made.settings))
    standing = Standing("code", datetime.now(UTC), until)
    device = DeviceId("d" * 32)
    AssuranceStore(database).note(bank.made.people[CLIENT].id, device, standing)
    database.close()


def for_clients(table: list[Entry]) -> list[ForSignedIn]:
    """The routes that a client may come to at all."""
    signed = [entry for entry in table if isinstance(entry, ForSignedIn)]
    return [entry for entry in signed if permission(entry.action).allows("client")]


def open_to(tom: Visitor, table: list[ForSignedIn]) -> set[tuple[str, str]]:
    """The routes that answer somebody whose period is over with anything but that."""
    found = set()
    # Locking closes the others, and signing out ends it, so these come last.
    for entry in sorted(table, key=lambda entry: LAST.get(entry.path, 0)):
        path = re.sub(r"{\w+}", "0" * 32, entry.path)
        body: Any = None if entry.method == "GET" else {}
        answer = tom.ask("chat", entry.method, path, body)
        if (answer.status_code, answer.json().get("code") if answer.content else None) != (
            403,
            "verification_due",
        ):
            found.add((entry.method, entry.path))
    return found


def test_only_what_a_code_needs_is_open(bank: Bank) -> None:
    table = for_clients(entries("chat"))
    assert len(table) > 30
    with visitor(bank, CLIENT) as tom, proved_for(bank, -1):
        assert tom.ask("chat", "GET", "/api/v1/me").json()["verification_due"] is True
        assert open_to(tom, table) == {
            ("GET", "/api/v1/me"),
            ("POST", "/api/v1/proof/code"),
            ("POST", "/api/v1/proof"),
            ("POST", "/api/v1/lock"),
            ("POST", "/api/v1/unlock"),
            ("POST", "/api/v1/unlock/challenge"),
            ("POST", "/api/v1/sign-out"),
        }


def test_control_a_route_that_lets_them_through_is_found(bank: Bank) -> None:
    """With the period not over, every route does."""
    table = [entry for entry in for_clients(entries("chat")) if entry.path.endswith("/devices")]
    with visitor(bank, CLIENT) as tom, proved_for(bank, 3600):
        assert open_to(tom, table) == {("GET", "/api/v1/devices")}


def test_a_page_gets_no_ticket(bank: Bank) -> None:
    with visitor(bank, CLIENT) as tom, proved_for(bank, -1):
        answer = tom.ask("chat", "POST", "/api/v1/ws-ticket")
        assert (answer.status_code, answer.json()["code"]) == (403, "verification_due")


def seconds_late(bank: Bank) -> float:
    """How long after the end of their period a client's socket ends, which a proof brings back."""
    for period in PERIODS_S:
        late = seconds_late_after(bank, period)
        if late is not None:
            return late
    raise AssertionError(f"no socket came in within {period} s")


def seconds_late_after(bank: Bank, period: float) -> float | None:
    """The same of a period of so many seconds. None: it was over before the socket was let in."""

    async def run(ticket: str) -> tuple[Client, float]:
        opened: Client | None = None
        try:
            async with client(bank.made, CLIENT, wait=False, ticket=ticket) as opened:
                await opened.socket.wait_closed()
        except* ConnectionClosedError:
            pass  # it is heard of first here, or where it is listened to
        assert opened is not None
        return opened, time.time()

    with visitor(bank, CLIENT) as tom:
        notice = tom.ask("chat", "GET", "/api/v1/me").json().get("notice")
        if notice is not None:  # another test has published one
            tom.ask("chat", "POST", "/api/v1/notice", {"notice": notice["sha256"]})
        ticket = tom.ask("chat", "POST", "/api/v1/ws-ticket").json()["ticket"]
        with proved_for(bank, period) as until:
            socket, left = asyncio.run(run(ticket))
            if not _kinds(socket, "welcome"):
                return None
            refused = tom.ask("chat", "POST", "/api/v1/ws-ticket")
            assert (refused.status_code, refused.json()["code"]) == (403, "verification_due")
        assert [bye["code"] for bye in _kinds(socket, "bye")] == ["verification_due"]
        assert socket.socket.close_code == RESUME
        assert tom.ask("chat", "POST", "/api/v1/ws-ticket").is_success
    return left - until.timestamp()


def test_open_sockets_end_and_come_back_with_a_proof(bank: Bank) -> None:
    assert seconds_late(bank) >= 0


@pytest.mark.proofs("figure")
def test_open_sockets_end_within_a_second(bank: Bank) -> None:
    late = seconds_late(bank)
    print(f"ended {late:.2f} s after the period, of {SWEPT_S}")
    assert late < 3 * SWEPT_S


def _kinds(socket: Client, kind: str) -> list[Frame]:
    return [frame for frame in socket.frames if frame["t"] == kind]
