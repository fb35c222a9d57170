"""The firm's policy: its people accept it before they write, and again when it changes."""

import asyncio
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.integration.notices.test_notices import NOTICES, farewells
from tests.integration.sign_in.test_sessions import said
from tests.integration.visitors import Bank, Visitor, make_bank, visitor
from tests.rig.process import running

ME, TICKET, ACCEPT = "/api/v1/me", "/api/v1/ws-ticket", "/api/v1/notice"


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Bank]:
    """A bank of its own: elsewhere nobody is asked anything."""
    made = make_bank(tmp_path)
    with running(made.made):
        yield made


def publish(adam: Visitor, text: str, locale: str = "en") -> dict[str, Any]:
    """Publish the firm's policy; return the answer's body."""
    body = {"kind": "employee", "locale": locale, "title": "How we chat", "text": text}
    answer = adam.ask("console", "POST", NOTICES, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(nina: Visitor) -> set[str]:
    """How what changes something is refused."""
    tries: list[tuple[str, str, Any]] = [
        ("POST", TICKET, None),
        ("POST", "/api/v1/conversations", {}),
        ("PUT", STATUS, {}),
    ]
    return {nina.ask("chat", *one).json().get("code") for one in tries}


STATUS = "/api/v1/me/status"


def test_people_accept_it_before_their_first_message_and_when_it_changes(firm: Bank) -> None:
    with (
        visitor(firm, "administrator@administrator") as adam,
        visitor(firm, "auditor@auditor") as ada,
        visitor(firm, "nina") as nina,
        visitor(firm, "client@client") as clara,
    ):
        assert "notice" not in nina.ask("chat", "GET", ME).json()
        assert nina.ask("chat", "POST", TICKET).is_success
        first = publish(adam, "Only here.")
        assert nina.ask("chat", "GET", ME).json()["notice"]["sha256"] == first["sha256"]
        assert refused(nina) == {"notice_required"}
        accepted = nina.ask("chat", "POST", ACCEPT, {"notice": first["sha256"]})
        assert accepted.status_code == 204
        assert "notice" not in nina.ask("chat", "GET", ME).json()
        assert nina.ask("chat", "POST", TICKET).is_success
        assert said(ada, "notice.accepted", first["sha256"])
        histories = adam.ask("console", "GET", NOTICES).json()["languages"]
        (own,) = [x for x in histories if (x["kind"], x["locale"]) == ("employee", "en")]
        assert [version["accepted"] for version in own["versions"]] == [1]
        publish(adam, "Only here, and kindly.")
        assert refused(nina) == {"notice_required"}
        assert nina.ask("chat", "POST", ACCEPT, {"notice": first["sha256"]}).status_code == 409
        # Clients are asked their own, and nobody else's.
        assert "notice" not in clara.ask("chat", "GET", ME).json()
        assert clara.ask("chat", "POST", TICKET).is_success


def test_who_is_connected_is_told_and_accepts_before_they_come_back(firm: Bank) -> None:
    with (
        visitor(firm, "administrator@administrator") as adam,
        visitor(firm, "nina") as nina,
    ):
        said = asyncio.run(farewells(firm, "nina", nina, partial(publish, adam, "Only here.")))
        assert said == ["notice_changed"]
        assert refused(nina) == {"notice_required"}
        due = nina.ask("chat", "GET", ME).json()["notice"]["sha256"]
        assert nina.ask("chat", "POST", ACCEPT, {"notice": due}).status_code == 204
        assert nina.ask("chat", "POST", TICKET).is_success


def test_who_reads_another_language_gets_the_text_that_there_is(firm: Bank) -> None:
    with (
        visitor(firm, "administrator@administrator") as adam,
        visitor(firm, "nina") as nina,
    ):
        publish(adam, "Tylko tutaj.", "pl")
        assert nina.ask("chat", "GET", ME).json()["notice"]["locale"] == "pl"
