"""The app lock over HTTPS: a locked session is refused all but what unlocks it, whoever asks."""

import re
from typing import Any

import httpx2
import pytest

from onrecord.core.domain.values import Role
from onrecord.core.roles.table import permission
from onrecord.http import routes
from onrecord.http.routes import ForSignedIn
from tests.integration.clients.test_assurance_routes import code, come_in, make, text, unpadded
from tests.integration.house import House
from tests.integration.http.test_route_table import FOR_SIGNED_IN
from tests.integration.office import PASSWORD
from tests.rig.authenticator import Authenticator
from tools.openapi import entries

WAY_OUT = ("POST", "/api/v1/sign-out")
CODE = ("POST", "/api/v1/proof/code")
OPEN = {
    ("GET", "/api/v1/me"),
    CODE,
    ("POST", "/api/v1/unlock"),
    ("POST", "/api/v1/unlock/challenge"),
    ("POST", "/api/v1/lock"),
}


def locked(browser: httpx2.Client) -> httpx2.Client:
    """The same browser, locked."""
    assert browser.post("/api/v1/lock").status_code == 204
    assert browser.get("/api/v1/me").json()["locked"] is True
    return browser


def open_to(browser: httpx2.Client, role: Role) -> set[tuple[str, str]]:
    """The routes that tell a locked session anything but that it is locked; not the way out."""
    found = set()
    table = [each for each in entries("chat") if isinstance(each, ForSignedIn)]
    own = [each for each in table if permission(each.action).allows(role)]
    asked = {(each.method, each.path) for each in own} & FOR_SIGNED_IN - {WAY_OUT}
    assert len(asked) > 30
    for method, template in sorted(asked):
        path = re.sub(r"{\w+}", "0" * 32, template)
        body: Any = None if method == "GET" else {}
        answer = browser.request(method, path, json=body)
        if answer.status_code != 403 or '"session_locked"' not in answer.text:
            found.add((method, template))
    return found


def signed(browser: httpx2.Client, key: Authenticator) -> dict[str, Any]:
    """What the page sends to unlock with a passkey."""
    question = browser.post("/api/v1/unlock/challenge", json={}).json()
    assert text(key.credential) in question["known"]
    answer = key.use(unpadded(question["challenge"]))
    return {
        "passkey": {
            "id": text(answer.credential),
            "client_data": text(answer.client_data),
            "authenticator_data": text(answer.authenticator_data),
            "signature": text(answer.signature),
            "user": text(answer.user),
        }
    }


def test_a_locked_session_is_refused_all_but_what_unlocks_it(calm_house: House) -> None:
    ada = locked(calm_house.signed_in())
    assert open_to(ada, "employee") == OPEN - {CODE}
    assert ada.post("/api/v1/sign-out").status_code == 204
    assert open_to(locked(come_in(calm_house)), "client") == OPEN


def test_control_a_gate_that_refuses_nobody_is_found(
    calm_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "open_while_locked", lambda entry: True)
    assert ("GET", "/api/v1/bootstrap") in open_to(locked(calm_house.signed_in()), "employee")


def test_a_passkey_unlocks_once_and_the_password_too(calm_house: House) -> None:
    ada = calm_house.signed_in()
    key = make(ada)
    answer = signed(locked(ada), key)
    unlocked = ada.post("/api/v1/unlock", json=answer)
    assert unlocked.status_code == 200
    assert unlocked.json() == ada.get("/api/v1/me").json()
    assert "locked" not in unlocked.json()
    assert ada.get("/api/v1/bootstrap").status_code == 200
    again = locked(ada).post("/api/v1/unlock", json=answer)
    assert (again.status_code, again.json()["code"]) == (400, "bad_passkey")
    wrong = ada.post("/api/v1/unlock", json={"password": "guessed"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "bad_password")
    assert ada.get("/api/v1/bootstrap").json()["code"] == "session_locked"
    assert ada.post("/api/v1/unlock", json={"password": PASSWORD}).status_code == 200
    assert ada.get("/api/v1/bootstrap").status_code == 200
    assert ada.delete(f"/api/v1/passkeys/{_only(ada)}").json() == {"passkeys": []}


def _only(browser: httpx2.Client) -> str:
    (one,) = browser.get("/api/v1/passkeys").json()["passkeys"]
    return str(one["id"])


def test_a_client_unlocks_with_a_code_that_lasts_as_any(calm_house: House) -> None:
    clara = locked(come_in(calm_house))
    assert clara.post("/api/v1/proof/code", json={}).status_code == 200
    wrong = clara.post("/api/v1/unlock", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_code")
    unlocked = clara.post("/api/v1/unlock", json={"code": code(calm_house)})
    assert unlocked.status_code == 200
    assert "__Host-onrecord-chat=" in unlocked.headers["set-cookie"]
    assert clara.get("/api/v1/bootstrap").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"password": PASSWORD, "code": "123456"},
        {"passkey": {}},
        {"password": 7},
        {"password": PASSWORD, "more": 1},
    ],
    ids=str,
)
def test_what_is_no_way_to_unlock_is_refused(calm_house: House, body: dict[str, Any]) -> None:
    ada = locked(calm_house.signed_in())
    answer = ada.post("/api/v1/unlock", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_body")


def test_a_passkey_long_after_the_sign_in_wants_the_password(open_house: House) -> None:
    ada = open_house.signed_in()
    open_house.office.clock.move(minutes=16)
    asked = ada.post("/api/v1/passkeys/challenge", json={})
    assert (asked.status_code, asked.json()["code"]) == (403, "step_up_required")
    wrong = ada.post("/api/v1/passkeys/challenge", json={"password": "guessed"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "bad_password")
    right = ada.post("/api/v1/passkeys/challenge", json={"password": PASSWORD})
    assert right.status_code == 200


def test_a_clients_password_makes_no_passkey(open_house: House) -> None:
    clara = come_in(open_house)
    open_house.office.clock.move(minutes=16)
    asked = clara.post("/api/v1/passkeys/challenge", json={"password": PASSWORD})
    assert (asked.status_code, asked.json()["code"]) == (403, "step_up_required")
