"""Nobody fills the archive: what is on the record for ever is paced, whatever way it comes in."""

from pathlib import Path
from typing import Any

import pytest

from onrecord.http.person_turns import PACED
from onrecord.http.routes import ForSignedIn
from tests.integration.visitors import Visitor, a_picture, make_bank, visitor
from tests.rig.installation import LIMITED, PASSWORD, PERSONS_OWN
from tests.rig.process import running
from tools.openapi import entries

LIMITS_ITS_OWN = "it has a limit of its own"
CLOSES = "it closes something that was opened before"
OTHERWISE = {
    "POST /api/v1/sign-out": CLOSES,
    "DELETE /api/v1/devices/{device}": CLOSES,
    "DELETE /api/v1/tokens/{token}": CLOSES,
    "DELETE /api/v1/invites/{invite}": CLOSES,
    "DELETE /api/v1/passkeys/{passkey}": CLOSES,
    "DELETE /api/v1/clients/{person}/reset": CLOSES,
    "DELETE /api/v1/me/reset": CLOSES,
    "DELETE /api/v1/push": CLOSES,
    "DELETE /api/v1/uploads/{upload}": CLOSES,
    "POST /api/v1/leave": CLOSES,
    "POST /api/v1/lock": CLOSES,
    "POST /api/v1/account-notices/seen": CLOSES,
    "POST /api/v1/join": "once, until somebody takes them out of the group again",
    "POST /api/v1/join/offer": "it is only read",
    "POST /api/v1/ws-ticket": "it is on no record",
    "POST /api/v1/files/links": "it is on no record",
    "PUT /api/v1/push": "it is on no record",
    "PUT /api/v1/uploads/{upload}/bytes": "what is stored in the end has a budget a day",
    "POST /api/v1/uploads": "what is stored in the end has a budget a day",
    "POST /api/v1/uploads/{upload}/finish": "what is stored in the end has a budget a day",
    "POST /api/v1/passkeys": "there are so many at most",
    **dict.fromkeys(
        (
            "PUT /api/v1/me/password",
            "POST /api/v1/copy",
            "POST /api/v1/conversations",
            "POST /api/v1/broadcasts",
            "POST /api/v1/reports",
            "POST /api/v1/scheduled",
            "PUT /api/v1/scheduled/{scheduled}",
            "POST /api/v1/scheduled/{scheduled}/send",
            "DELETE /api/v1/scheduled/{scheduled}",
            "POST /api/v1/invites",
            "POST /api/v1/invites/{invite}/link",
            "PUT /api/v1/letters",
            "POST /api/v1/passkeys/challenge",
            "POST /api/v1/unlock/challenge",
            "POST /api/v1/unlock",
            "POST /api/v1/proof/code",
            "POST /api/v1/proof",
            "POST /api/v1/clients/{person}/reset",
        ),
        LIMITS_ITS_OWN,
    ),
}
"""What is not paced at the chat, and why nobody fills the archive with it."""
BURST = PERSONS_OWN[1]


def test_each_route_of_the_chat_that_changes_something_is_paced_or_says_why_not() -> None:
    changing = {
        f"{entry.method} {entry.path}"
        for entry in entries("chat")
        if isinstance(entry, ForSignedIn) and entry.method != "GET"
    }
    paced = {f"{method} {path}" for method, path in PACED}
    assert paced.isdisjoint(OTHERWISE)
    assert changing == paced | OTHERWISE.keys()


def _code(one: Visitor, method: str, path: str, body: Any) -> str:
    answer = one.ask("chat", method, path, body)
    return "" if answer.is_success else str(answer.json()["code"])


@pytest.mark.promise("P12")
def test_who_changes_something_of_theirs_again_and_again_is_slowed_down_alone(
    tmp_path: Path,
) -> None:
    bank = make_bank(tmp_path, LIMITED)
    with (
        running(bank.made),
        visitor(bank, "employee") as one,
        visitor(bank, "client@client") as client,
        visitor(bank, "omar") as other,
    ):
        status = "PUT", "/api/v1/me/status"
        codes = [_code(one, *status, {"text": f"No. {n}"}) for n in range(3 * BURST)]
        assert codes[:BURST] == [""] * BURST
        assert "rate_limited" in codes
        token = _code(one, "POST", "/api/v1/tokens", {"name": "One more", "password": PASSWORD})
        assert token in ("", "rate_limited")  # what comes back each 0.6 s
        picture = a_picture("teal")
        puts = [client.upload("chat", "/api/v1/me/picture", picture) for _ in range(3 * BURST)]
        assert {each.status_code for each in puts} == {200, 429}
        assert _code(other, *status, {"text": "At lunch"}) == ""
        assert _code(one, "POST", "/api/v1/sign-out", None) == ""
