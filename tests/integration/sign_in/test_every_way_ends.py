"""Deactivation ends every way in at once, of whoever has clients and bots too.

Each is tried afterwards, and what lets somebody in is named. What they still lead is no hindrance,
nor is an archive that cannot be written.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Refusal, Unavailable
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import SYSTEM
from onrecord.database.statements import Tx, sql
from onrecord.features.people import store as identity_store
from onrecord.features.people.people import NewPerson
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.store import note_owed
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import PersonId
from tests.integration.clients.test_codes import CLARAS, browser, code_for
from tests.integration.clients.test_codes import bring_in as client_of_ada
from tests.integration.clients.test_passkeys import make, sign_in
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office
from tests.integration.sign_in.test_ending import ORIGIN, connect

Ways = dict[str, Callable[[], Awaitable[object]]]
DOWN = Unavailable("archive_unavailable", "The archive cannot be written.")


async def advisors(office: Office, desk: Desk, told: list[str]) -> Ways:
    """Everything that Ada has, who answers for a client; her sockets say why they end."""
    ada = await office.hire(role="advisor")
    await desk.bring_in(ada.actor)
    opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
    await connect(office, opened, told)
    ticket = await office.tickets.issue(opened.session, ORIGIN)
    link = await office.links.create(SYSTEM, CONSOLE, ada.id, "chat", warrant=BY_TWO)
    echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=ada.id)
    bot = await office.people.add(SYSTEM, CONSOLE, echo)
    secrets = []
    for whose in (ada, bot):
        new = NewToken(whose.id, "script")
        secret, token = await office.tokens.create(ada.actor, CONSOLE, new)
        office.registry.admit(token.id, whose.id, None)
        office.registry.watch(token.id, whose.id, told.append)
        secrets.append(secret)
    return {
        "session": lambda: office.sessions.find(opened.secret, "chat"),
        "ticket": lambda: office.tickets.redeem(ticket, ORIGIN),
        "link": lambda: office.sign_in.by_link(link.path.removeprefix("/#link="), CHAT),
        "token": lambda: office.tokens.redeem(secrets[0]),
        "bot's token": lambda: office.tokens.redeem(secrets[1]),
        "password": lambda: office.sign_in.by_password("ada", PASSWORD, CHAT),
    }


async def clients(office: Office, desk: Desk, told: list[str]) -> Ways:
    """Everything that Clara has."""
    clara = await client_of_ada(office, desk)
    await connect(office, clara, told)
    key, own = await make(desk, clara), browser(1, clara.device_secret)
    code = await code_for(desk, own)
    return {
        "session": lambda: office.sessions.find(clara.secret, "chat"),
        "code": lambda: desk.coming_back.sign_in(CLARAS, code, own),
        "passkey": lambda: sign_in(desk, key),
    }


EVERYTHING = {
    "Ada": {"session", "ticket", "link", "token", "bot's token", "password", "a socket"},
    "Clara Ito": {"session", "code", "passkey", "a socket"},
}


async def let_in(ways: Ways) -> set[str]:
    """Try each way; return those that let somebody in."""
    found = set()
    for name, way in ways.items():
        with suppress(Refusal):
            await way()
            found.add(name)
    return found


def goes_on(office: Office, folder: Path, name: str) -> set[str]:
    """Deactivate somebody while nothing can be archived; return what they had that goes on."""

    async def run() -> set[str]:
        told: list[str] = []
        have = advisors if name == "Ada" else clients
        ways = await have(office, open_desk(office, folder), told)
        people = {one.name: one.id for one in await office.people.all()}
        office.records.fails = DOWN
        await office.people.deactivate(SYSTEM, CONSOLE, people[name])  # nobody takes over
        sockets = set() if told and set(told) == {"deactivated"} else {"a socket"}
        office.records.fails = None
        return await let_in(ways) | sockets

    return asyncio.run(run())


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.promise("P10")
def test_nothing_goes_on(office: Office, tmp_path: Path, name: str) -> None:
    assert goes_on(office, tmp_path / "letters", name) == set()


def nothing_ends(tx: Tx, person: PersonId, owed: Owed, **_: object) -> list[SessionId]:
    """It is noted, and nothing is done."""
    note_owed(tx, owed, datetime.now(UTC))
    return []


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.promise("P10", planted=True)
def test_control_all_of_it_is_found_where_nothing_ends(
    office: Office, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_store, "shut_out", nothing_ends)
    assert goes_on(office, tmp_path / "letters", name) == EVERYTHING[name]


@pytest.mark.promise("P10", planted=True)
def test_control_an_account_that_stays_active_is_found(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_store, "DEACTIVATE", sql("SELECT 1 WHERE ? = ''"))
    assert goes_on(office, tmp_path / "letters", "Ada") == {"password"}


@pytest.mark.promise("P10", planted=True)
def test_control_a_socket_that_is_not_told_is_found(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sessions, "end", lambda self, sessions, reason: None)
    assert goes_on(office, tmp_path / "letters", "Ada") == {"a socket"}
