"""An invite in wrong hands, over HTTPS: guesses, code upon code, a link that was used."""

import json
from typing import Any

import httpx2
import pytest

from tests.integration.house import House

INVITATION = "/api/v1/invitation"
CODES, TRIES = 5, 5
"""How many codes an invite gives at once, and how often each may be typed."""


@pytest.fixture
def invite(open_house: House) -> dict[str, Any]:
    """An invite's token, as the page sends it."""
    open_house.run(open_house.office.hire("anna", role="advisor"))
    asked = {"name": "Clara", "address": "clara@example.com", "locale": "en", "way": "screen"}
    made = open_house.signed_in("anna").post("/api/v1/invites", json=asked)
    return {"invite": made.json()["link"].partition("#invite=")[2]}


def codes(house: House) -> list[str]:
    """Those that were sent, the oldest first."""
    files = sorted((house.folder / "letters").glob("[!.]*.json"))
    return [json.loads(file.read_text())["short"].split()[0] for file in files]


def problem(answer: httpx2.Response) -> tuple[int, str]:
    """How a request was refused."""
    return answer.status_code, answer.json()["code"]


def test_an_advisor_is_told_when_a_client_would_be_called_like_the_firm(open_house: House) -> None:
    """By the organisation, or by the name of who acts for themselves; of other clients, nothing."""
    open_house.run(open_house.office.hire("anna", role="advisor"))
    anna, number = open_house.signed_in("anna"), 0

    def alike(name: str, org: str | None) -> list[str] | None:
        nonlocal number
        number += 1
        whom = {"name": name, "address": f"c{number}@example.com", "locale": "en"}
        where = {} if org is None else {"org": org}
        made = anna.post("/api/v1/invites", json={**whom, **where, "way": "screen"})
        assert made.status_code == 201, made.text
        again = anna.post(f"/api/v1/invites/{made.json()['id']}/link", json={"way": "screen"})
        found: list[str] | None = made.json().get("org_alike")
        assert again.json().get("org_alike") == found
        return found

    firm = "Bank"
    near = firm.replace("a", "\u0430", 1)
    assert near != firm
    assert alike("Clara", near) == [firm]
    assert alike(near.upper(), None) == [firm]
    assert alike("Clara", firm) == [firm]
    assert alike("Clara", "Berg") is None
    assert alike("Clara", "B\u0435rg") is None
    assert not any("org_alike" in one for one in anna.get("/api/v1/invites").json()["invites"])


def test_an_invite_gives_way_to_no_guesses_and_no_second_use(
    open_house: House, invite: dict[str, Any]
) -> None:
    page = open_house.client()
    notice = page.post(INVITATION, json=invite).json()["notice"]["sha256"]

    def accept(code: str) -> httpx2.Response:
        body = {**invite, "code": code, "notice": notice}
        return page.post(f"{INVITATION}/accept", json=body)

    def ask() -> httpx2.Response:
        return page.post(f"{INVITATION}/code", json=invite)

    assert ask().status_code == 200
    (first,) = codes(open_house)
    wrong = f"{(int(first) + 1) % 10**6:06}"
    guesses = [problem(accept(wrong)) for _ in range(TRIES)]
    assert guesses == [*(TRIES - 1) * [(401, "bad_code")], (401, "code_used_up")]
    assert problem(accept(first)) == (401, "code_used_up"), "the right one comes too late"
    assert [ask().status_code for _ in range(CODES - 1)] == (CODES - 1) * [200]
    more = ask()
    assert problem(more) == (429, "too_many_codes")
    assert int(more.headers["retry-after"]) > 0
    assert len(codes(open_house)) == CODES, "nothing was sent for the sixth"
    assert accept(codes(open_house)[-1]).status_code == 200
    stranger = open_house.client()
    for path in ("", "/code"):
        assert problem(stranger.post(f"{INVITATION}{path}", json=invite)) == (401, "bad_invite")
    body = {**invite, "code": codes(open_house)[-1], "notice": notice}
    again = stranger.post(f"{INVITATION}/accept", json=body)
    assert problem(again) == (401, "bad_invite")
    assert "set-cookie" not in again.headers
