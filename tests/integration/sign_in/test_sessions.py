"""Administrators see where somebody is signed in, and end it, on the record."""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError

from tests.integration.visitors import Bank, Visitor, make_bank, visitor
from tests.rig.client import Client, client
from tests.rig.installation import PASSWORD
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

PROMISE_S = 2.0
TOKENS = "/api/v1/tokens"
SLACK = 3
"""On a busy machine of two cores."""


def wish(name: str) -> dict[str, Any]:
    """What asks for a token that works for 30 days."""
    return {"name": name, "days": 30, "password": PASSWORD}


def sessions(bank: Bank, adam: Visitor, name: str) -> list[dict[str, Any]]:
    """Where somebody is signed in."""
    person = bank.made.people[name].id
    answer = adam.ask("console", "GET", f"/api/v1/admin/people/{person}/sessions")
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["sessions"]
    return found


async def seconds_to_close(
    bank: Bank, one: Visitor, name: str, end: Any, within: float = PATIENCE
) -> float:
    """Open a page's socket, end its session, and measure until the socket is closed."""
    ticket = one.ask("chat", "POST", "/api/v1/ws-ticket").json()["ticket"]
    return await closed_after(client(bank.made, name, ticket=ticket), end, within)


async def closed_after(
    opening: AbstractAsyncContextManager[Client], end: Any, within: float = PATIENCE
) -> float:
    """Open a socket, do what ends it, and measure in seconds until it is closed.

    Raises AssertionError if it is still open *within* seconds later.
    """
    began, socket, closed = 0.0, None, True
    try:
        async with opening as one:
            socket = one.socket
            began = time.monotonic()
            await asyncio.to_thread(end)
            async with asyncio.timeout(within):
                await socket.wait_closed()
    except* ConnectionClosedError:
        pass  # it is heard of first here, or where it is listened to
    except* TimeoutError:
        closed = False
    assert socket is not None
    assert closed, "the socket is still open"
    assert socket.close_code == 4401
    return time.monotonic() - began


def in_time(took: float) -> None:
    """Hold how long it took against what is promised, and print it."""
    print(f"a session's socket closed {took:.3f} s after its end was asked for")
    assert took < SLACK * PROMISE_S, f"{PROMISE_S} s are promised"


def records(ada: Visitor) -> list[dict[str, Any]]:
    """What the stream `identity` says, the newest first."""
    answer = ada.ask("console", "GET", "/api/v1/streams/identity/records")
    found: list[dict[str, Any]] = answer.json()["records"]
    return found


def test_a_session_is_shown_as_it_was_opened(bank: Bank, adam: Visitor) -> None:
    with visitor(bank, "nina") as nina:
        device = nina.ask("chat", "GET", "/api/v1/me").json()["device"]
        (session,) = [one for one in sessions(bank, adam, "nina") if one["device"] == device]
    assert (session["place"], session["name"], session["auth"]) == ("chat", "nina", "password")
    assert (session["address"], session["own"], session["connected"]) == ("127.0.0.1", False, False)


def test_one_session_ends_and_the_others_go_on(bank: Bank, adam: Visitor, ada: Visitor) -> None:
    person = bank.made.people["omar"].id
    with visitor(bank, "omar") as lost, visitor(bank, "omar") as kept:
        device = lost.ask("chat", "GET", "/api/v1/me").json()["device"]
        (session,) = [s for s in sessions(bank, adam, "omar") if s["device"] == device]
        path = f"/api/v1/admin/people/{person}/sessions/{session['id']}"
        end = partial(adam.ask, "console", "DELETE", path)
        asyncio.run(seconds_to_close(bank, lost, "omar", end))
        assert lost.ask("chat", "GET", "/api/v1/me").json()["code"] == "device_revoked"
        assert kept.ask("chat", "GET", "/api/v1/me").is_success
    assert adam.ask("console", "DELETE", path).json()["code"] == "no_such_device"
    assert said(ada, "device.revoked", session["id"])["actor"]["id"] == adam_id(bank)


@pytest.mark.promise("P10")
def test_all_sessions_of_somebody_end_at_once(bank: Bank, adam: Visitor) -> None:
    person = bank.made.people["nina"].id
    path = f"/api/v1/admin/people/{person}/sessions"
    with visitor(bank, "nina") as phone, visitor(bank, "nina") as desk:
        end = partial(adam.ask, "console", "DELETE", path)
        asyncio.run(seconds_to_close(bank, phone, "nina", end))
        answers = [each.ask("chat", "GET", "/api/v1/me").json() for each in (phone, desk)]
    assert [answer["code"] for answer in answers] == 2 * ["device_revoked"]
    assert sessions(bank, adam, "nina") == []


@pytest.mark.promise("P10")
def test_whose_token_it_is_makes_finds_and_revokes_it(
    bank: Bank, adam: Visitor, ada: Visitor
) -> None:
    person = bank.made.people["omar"].id
    with visitor(bank, "omar") as omar:
        asked = omar.ask("chat", "POST", TOKENS, wish("report"))
        (made,) = asked.json()["tokens"]
        script = replace(bank.made, tokens={"omar": made["secret"]})
        own = {one["name"]: one for one in omar.ask("chat", "GET", TOKENS).json()["tokens"]}
        assert (own["report"]["id"], own["report"]["created_at"]) == (
            made["id"],
            made["created_at"],
        )
        assert own["report"]["expires_at"] == made["expires_at"]
        assert made["secret"] not in str(own)
        revoke = f"{TOKENS}/{made['id']}"
        assert adam.ask("chat", "DELETE", revoke).json()["code"] == "no_such_token"
        end = partial(omar.ask, "chat", "DELETE", revoke)
        asyncio.run(closed_after(client(script, "omar"), end))
        left = omar.ask("chat", "GET", TOKENS).json()["tokens"]
        assert [one["id"] for one in left] == [one["id"] for one in own.values()][1:]
        assert omar.ask("chat", "DELETE", revoke).json()["code"] == "no_such_token"
    record = said(ada, "token.revoked", made["id"])
    assert (record["actor"]["id"], record["facts"]) == (person, {"token": made["id"]})


@pytest.mark.promise("P10", planted=True)
def test_control_a_server_that_ends_no_session_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="still open"):
        end_at_planted(tmp_path, "no_ends", within=3.0)


def end_at_planted(folder: Path, defect: str, within: float = PATIENCE) -> float:
    """End a session at a server with a planted defect; return when its socket closed."""
    bank = make_bank(folder)
    path = f"/api/v1/admin/people/{bank.made.people['nina'].id}/sessions"
    with (
        running(bank.made, defects=defect),
        visitor(bank, "administrator@administrator") as adam,
        visitor(bank, "nina") as nina,
    ):
        end = partial(adam.ask, "console", "DELETE", path)
        return asyncio.run(seconds_to_close(bank, nina, "nina", end, within))


@pytest.mark.proofs("figure")
def test_a_session_ends_within_two_seconds(bank: Bank, adam: Visitor) -> None:
    path = f"/api/v1/admin/people/{bank.made.people['nina'].id}/sessions"
    with visitor(bank, "nina") as nina:
        end = partial(adam.ask, "console", "DELETE", path)
        in_time(asyncio.run(seconds_to_close(bank, nina, "nina", end)))


@pytest.mark.proofs("figure")
def test_a_token_is_worth_nothing_within_two_seconds(bank: Bank) -> None:
    with visitor(bank, "omar") as omar:
        (made,) = omar.ask("chat", "POST", TOKENS, wish("soon")).json()["tokens"]
        script = replace(bank.made, tokens={"omar": made["secret"]})
        end = partial(omar.ask, "chat", "DELETE", f"{TOKENS}/{made['id']}")
        in_time(asyncio.run(closed_after(client(script, "omar"), end)))


@pytest.mark.proofs("figure")
def test_control_a_server_that_is_slow_to_end_sessions_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="promised"):
        in_time(end_at_planted(tmp_path, "slow_ends"))


def test_a_connected_session_says_so(bank: Bank, adam: Visitor) -> None:
    async def run() -> list[bool]:
        with visitor(bank, "nina") as nina:
            ticket = nina.ask("chat", "POST", "/api/v1/ws-ticket").json()["ticket"]
            async with client(bank.made, "nina", ticket=ticket):
                found = await asyncio.to_thread(sessions, bank, adam, "nina")
        return [session["connected"] for session in found]

    assert asyncio.run(run()) == [True]


def adam_id(bank: Bank) -> str:
    """Who ends sessions here."""
    return bank.made.people["administrator@administrator"].id


@pytest.mark.promise("P10")
def test_a_scripts_socket_closes_as_its_person_is_signed_out_everywhere(
    bank: Bank, adam: Visitor
) -> None:
    """Also where there is no session; the token is gone from their page then."""
    with visitor(bank, "nina") as nina:
        (made,) = nina.ask("chat", "POST", TOKENS, wish("soon")).json()["tokens"]
    script = replace(bank.made, tokens={"nina": made["secret"]})
    path = f"/api/v1/admin/people/{bank.made.people['nina'].id}/sessions"
    end = partial(adam.ask, "console", "DELETE", path)
    asyncio.run(closed_after(client(script, "nina"), end))
    with visitor(bank, "nina") as nina:
        assert nina.ask("chat", "GET", TOKENS).json()["tokens"] == []


def said(ada: Visitor, type: str, value: str) -> dict[str, Any]:
    """The record of a type that names a value; what is owed is recorded within a second or so."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for record in records(ada):
            if record["type"] == type and value in str(record):
                return record
    raise AssertionError(f"no {type} in the stream")
