"""What somebody says of themself: recorded, seen by colleagues, never by clients."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onrecord_archive.format.record import format_time
from tests.integration.sign_in.test_sessions import said
from tests.integration.visitors import Bank, Visitor, visitor


def later(**by: float) -> str:
    return format_time(datetime.now(UTC) + timedelta(**by))


def seen(one: Visitor, id: str) -> dict[str, Any] | None:
    """Somebody's status, as another one sees it."""
    listed = one.ask("chat", "GET", "/api/v1/people").json()
    assert listed == one.ask("chat", "GET", "/api/v1/bootstrap").json()["people"]
    (found,) = [each.get("status") for each in listed if each["id"] == id]
    return found  # type: ignore[no-any-return]


@pytest.mark.promise("P7")
def test_a_status_is_recorded_and_seen_by_colleagues_and_taken_back(
    bank: Bank, ada: Visitor
) -> None:
    nina_s, status = bank.made.people["nina"].id, "/api/v1/me/status"
    with visitor(bank, "nina") as nina, visitor(bank, "omar") as omar:
        words = {"text": "In Frankfurt, mail is best", "quiet": True, "until": later(hours=5)}
        assert nina.ask("chat", "PUT", status, words).status_code == 204
        assert seen(omar, nina_s) == words
        facts = said(ada, "status.set", "In Frankfurt")["facts"]
        assert facts == {"person": nina_s, **words}
        assert nina.ask("chat", "PUT", status, {}).status_code == 204
        assert seen(omar, nina_s) is None


def test_clients_see_nobodys_status_and_have_none(bank: Bank) -> None:
    omar_s, status = bank.made.people["omar"].id, "/api/v1/me/status"
    with visitor(bank, "omar") as omar, visitor(bank, "client@client") as client:
        assert omar.ask("chat", "PUT", status, {"text": "At lunch"}).status_code == 204
        assert seen(omar, omar_s) == {"text": "At lunch"}
        assert seen(client, omar_s) is None
        assert "At lunch" not in client.ask("chat", "GET", "/api/v1/bootstrap").text
        refused = client.ask("chat", "PUT", status, {"text": "At sea"})
        assert (refused.status_code, refused.json()["code"]) == (403, "wrong_role")
        omar.ask("chat", "PUT", status, {})


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ({"text": " "}, "bad_text"),
        ({"text": "two\nlines"}, "bad_text"),
        ({"text": "x" * 81}, "bad_body"),
        ({"quiet": True, "until": "2020-01-01T00:00:00.000000Z"}, "bad_period"),
        ({"quiet": True, "until": later(days=400)}, "bad_period"),
    ],
)
def test_what_cannot_be_said_is_refused(bank: Bank, status: dict[str, Any], code: str) -> None:
    with visitor(bank, "omar") as omar:
        answer = omar.ask("chat", "PUT", "/api/v1/me/status", status)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
