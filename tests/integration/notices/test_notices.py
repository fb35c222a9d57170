"""Texts of the recording notice: published at once or at a date, and asked for again."""

import asyncio
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError

from onrecord.app.notices import built_in_notices
from onrecord.http.routes import ForSignedIn
from onrecord_archive.format.record import format_time
from tests.integration.clients.test_verification_due import for_clients
from tests.integration.sign_in.test_sessions import said
from tests.integration.visitors import Bank, Visitor, visitor
from tests.rig.client import Client, client
from tests.rig.patience import SECONDS as PATIENCE
from tools.openapi import entries

NOTICES = "/api/v1/admin/notices"


def versions(adam: Visitor, locale: str = "en") -> list[dict[str, Any]]:
    """A language's history."""
    languages = adam.ask("console", "GET", NOTICES).json()["languages"]
    found: list[dict[str, Any]] = next(x for x in languages if x["locale"] == locale)["versions"]
    return found


def in_force(adam: Visitor) -> dict[str, Any]:
    """The text that is in force."""
    (found,) = [one for one in versions(adam) if one["state"] == "in_force"]
    return found


def publish(adam: Visitor, text: str, **more: str) -> dict[str, Any]:
    """Publish a text; return the answer's body."""
    body = {"locale": "en", "title": "This is recorded", "text": text, **more}
    found: dict[str, Any] = adam.ask("console", "POST", NOTICES, body).json()
    return found


def later(**by: float) -> str:
    return format_time(datetime.now(UTC) + timedelta(**by))


def test_a_text_takes_effect_at_once_and_clients_are_asked_again(
    bank: Bank, adam: Visitor, ada: Visitor
) -> None:
    with visitor(bank, "client@client") as tom:
        assert "notice" not in tom.ask("chat", "GET", "/api/v1/me").json()
        made = publish(adam, "Every word is kept.\n\nAsk us.")
        due = tom.ask("chat", "GET", "/api/v1/me").json()["notice"]
        assert (due["text"], due["sha256"]) == ("Every word is kept.\n\nAsk us.", made["sha256"])
        assert tom.ask("chat", "POST", "/api/v1/ws-ticket").json()["code"] == "notice_required"
        accepted = tom.ask("chat", "POST", "/api/v1/notice", {"notice": made["sha256"]})
        assert accepted.status_code == 204
        assert tom.ask("chat", "POST", "/api/v1/ws-ticket").is_success
    assert in_force(adam)["accepted"] == 1
    record = ada.ask("console", "GET", "/api/v1/streams/config/records").json()["records"][0]
    assert (record["type"], record["facts"]["sha256"]) == ("notice.published", made["sha256"])
    assert record["facts"]["text"] == "Every word is kept.\n\nAsk us."
    assert said(ada, "notice.accepted", made["sha256"])


def closed_to(tom: Visitor, table: list[ForSignedIn]) -> set[tuple[str, str]]:
    """The routes that a client is refused for the notice alone."""
    found = set()
    for entry in table:
        path = re.sub(r"{\w+}", "0" * 32, entry.path)
        body: Any = None if entry.method == "GET" else {}
        answer = tom.ask("chat", entry.method, path, body)
        if answer.content and answer.json().get("code") == "notice_required":
            found.add((entry.method, entry.path))
    return found


def test_while_a_notice_is_due_nothing_is_changed_but_what_leads_out(
    bank: Bank, adam: Visitor
) -> None:
    table = [entry for entry in for_clients(entries("chat")) if entry.method != "GET"]
    would_go_through = ("/api/v1/sign-out", "/api/v1/lock")
    asked = [entry for entry in table if entry.path not in would_go_through]
    with visitor(bank, "client@client") as tom:
        publish(adam, f"Kept since {time.monotonic()}.")
        closed = closed_to(tom, asked)
        assert {(entry.method, entry.path) for entry in asked} - closed == {
            ("POST", "/api/v1/notice"),
            ("POST", "/api/v1/proof/code"),
            ("POST", "/api/v1/proof"),
            ("POST", "/api/v1/unlock"),
            ("POST", "/api/v1/unlock/challenge"),
            ("DELETE", "/api/v1/devices/{device}"),
            ("DELETE", "/api/v1/passkeys/{passkey}"),
            ("DELETE", "/api/v1/push"),
            ("POST", "/api/v1/copy"),
            ("POST", "/api/v1/leave"),
        }
        assert {("POST", "/api/v1/reports"), ("PUT", "/api/v1/letters")} <= closed
        notice = tom.ask("chat", "GET", "/api/v1/me").json()["notice"]["sha256"]
        tom.ask("chat", "POST", "/api/v1/notice", {"notice": notice})
        assert closed_to(tom, asked) == set()  # the control: it is the notice that closes them


def test_who_is_connected_comes_back_for_the_new_text(bank: Bank, adam: Visitor) -> None:
    with visitor(bank, "client@client") as tom:
        notice = tom.ask("chat", "GET", "/api/v1/me").json().get("notice")
        if notice is not None:
            tom.ask("chat", "POST", "/api/v1/notice", {"notice": notice["sha256"]})
        change = partial(publish, adam, f"Kept since {time.monotonic()}.")
        codes = asyncio.run(farewells(bank, "client@client", tom, change))
        code = tom.ask("chat", "POST", "/api/v1/ws-ticket").json()["code"]
    assert (code, codes) == ("notice_required", ["notice_changed"])


async def farewells(bank: Bank, name: str, one: Visitor, change: Callable[[], object]) -> list[str]:
    """Open a page's socket, change something, and return how the socket said goodbye."""
    ticket = one.ask("chat", "POST", "/api/v1/ws-ticket").json()["ticket"]
    opened: Client | None = None
    try:
        async with client(bank.made, name, ticket=ticket) as opened:
            await asyncio.to_thread(change)
            await opened.socket.wait_closed()
    except* ConnectionClosedError:
        pass  # it is heard of first here, or where it is listened to
    assert opened is not None
    return _byes(opened)


def _byes(socket: Client) -> list[str]:
    return [frame["code"] for frame in socket.frames if frame["t"] == "bye"]


def test_a_planned_text_waits_for_its_time_and_can_be_withdrawn(adam: Visitor) -> None:
    before = in_force(adam)["sha256"]
    planned = publish(adam, "From next week on.", from_at=later(days=7))
    assert planned["state"] == "planned"
    history = versions(adam)
    assert [one["state"] for one in history[:2]] == ["planned", "in_force"]
    assert history[1]["sha256"] == before
    assert adam.ask("console", "DELETE", f"{NOTICES}/{planned['id']}").status_code == 204
    assert versions(adam)[0]["state"] == "withdrawn"
    again = adam.ask("console", "DELETE", f"{NOTICES}/{planned['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "no_such_notice")


def test_a_planned_text_takes_effect_by_itself(adam: Visitor) -> None:
    planned = publish(adam, "In a moment.", from_at=later(seconds=1))
    deadline = time.monotonic() + PATIENCE
    while in_force(adam)["sha256"] != planned["sha256"]:
        assert time.monotonic() < deadline
    withdrawn = adam.ask("console", "DELETE", f"{NOTICES}/{planned['id']}")
    assert withdrawn.json()["code"] == "notice_in_force"


def test_the_other_language_is_not_touched_and_history_keeps_the_first_text(adam: Visitor) -> None:
    assert [one["state"] for one in versions(adam, "pl")] == ["in_force"]
    publish(adam, "Yet another one.")
    history = versions(adam)
    assert (history[-1]["state"], "id" in history[-1]) == ("past", False)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"text": "   "}, "bad_notice"),
        ({"title": "  "}, "bad_name"),
        ({"from_at": "tomorrow"}, "bad_time"),
        ({"from_at": "2999-01-01T00:00:00.000000Z"}, "bad_time"),
        ({"locale": "de"}, "bad_body"),
    ],
)
def test_a_text_that_is_none_is_refused(adam: Visitor, more: dict[str, str], code: str) -> None:
    body = {"locale": "en", "title": "T", "text": "x", **more}
    assert adam.ask("console", "POST", NOTICES, body).json()["code"] == code


def test_the_same_text_is_not_published_twice(adam: Visitor) -> None:
    publish(adam, "The same.")
    assert publish(adam, "The same.\r\n")["code"] == "notice_same"


def test_texts_that_nobody_published_are_on_the_record(ada: Visitor, bank: Bank) -> None:
    """Once, so that what was accepted before the first publication can be read."""
    path, records, lowest = "/api/v1/streams/config/records", [], 2**53 - 1
    while lowest > 1:
        page = ada.ask("console", "GET", f"{path}?before={lowest}").json()["records"]
        records += [one["facts"] for one in page if one["type"] == "notice.provided"]
        lowest = min(one["number"] for one in page)
    assert sorted(str(one["locale"]) for one in records) == ["en", "pl"]
    for facts in records:
        text = f"{facts['title']}\n{facts['text']}".encode()
        assert sha256(text).hexdigest() == facts["sha256"]
    texts = built_in_notices(bank.made.settings)
    assert {str(one["text"]) for one in records} == {each.text for each in texts.values()}


def test_the_text_is_read_in_the_language_that_is_chosen_and_said_to_be_another(
    bank: Bank, adam: Visitor
) -> None:
    made = {
        locale: publish(adam, f"Kept, {locale}: {time.monotonic()}", locale=locale)["sha256"]
        for locale in ("en", "pl")
    }
    with visitor(bank, "client@client") as tom:

        def due(query: str = "") -> dict[str, Any]:
            found: dict[str, Any] = tom.ask("chat", "GET", f"/api/v1/me{query}").json()
            return found

        own = due()["notice"]
        assert due("?locale=own")["notice"] == own
        for locale, version in made.items():
            notice = due(f"?locale={locale}")["notice"]
            assert (notice["locale"], notice["sha256"]) == (locale, version)
        assert due("?locale=de")["code"] == "bad_query"
        tom.ask("chat", "POST", "/api/v1/notice", {"notice": made["pl"]})
        assert "notice" not in due()
        publish(adam, f"Kept otherwise: {time.monotonic()}")
        publish(adam, f"Inaczej: {time.monotonic()}", locale="pl")
        assert due()["notice"]["again"] is True
        tom.ask("chat", "POST", "/api/v1/notice", {"notice": due()["notice"]["sha256"]})


def test_an_older_text_in_another_language_is_no_way_past_a_new_one(
    bank: Bank, adam: Visitor
) -> None:
    with visitor(bank, "client@client") as tom:
        made = publish(adam, f"Kept since {time.monotonic()}.")
        due = tom.ask("chat", "GET", "/api/v1/me?locale=pl").json()["notice"]
        assert (due["sha256"], due["locale"]) == (made["sha256"], "en"), "there is no newer Polish"
        polish = next(one for one in versions(adam, "pl") if one["state"] == "in_force")["sha256"]
        refused = tom.ask("chat", "POST", "/api/v1/notice", {"notice": polish})
        assert refused.json()["code"] == "notice_changed"
        assert tom.ask("chat", "POST", "/api/v1/ws-ticket").json()["code"] == "notice_required"
        translated = publish(adam, f"Od teraz {time.monotonic()}.", locale="pl")["sha256"]
        due = tom.ask("chat", "GET", "/api/v1/me?locale=pl").json()["notice"]
        assert due["sha256"] == translated
        tom.ask("chat", "POST", "/api/v1/notice", {"notice": translated})
        assert tom.ask("chat", "POST", "/api/v1/ws-ticket").is_success
