"""Proofs and passkeys over HTTPS: cookies, bodies that make no sense, the door that asks again."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_hex
from typing import Any

import httpx2
import pytest

from onrecord.http.cookies import DEVICE, NAMES
from tests.integration.house import House
from tests.rig.authenticator import Authenticator

A_MOMENT = 5
"""Seconds that an answer may take."""


def code(house: House) -> str:
    """The newest one."""
    newest = max((house.folder / "letters").glob("[!.]*.json"))
    return str(json.loads(newest.read_text())["short"].split()[0])


@pytest.fixture
def clara(calm_house: House) -> httpx2.Client:
    """A client's browser, just let in."""
    return come_in(calm_house)


def come_in(house: House) -> httpx2.Client:
    """Somebody new, each time at another address."""
    address = f"clara-{token_hex(8)}@example.com"
    clara = {"name": "Clara", "address": address, "locale": "en", "way": "screen"}
    link = house.signed_in().post("/api/v1/invites", json=clara).json()["link"]
    token = {"invite": link.partition("#invite=")[2]}
    browser = house.client()
    notice = browser.post("/api/v1/invitation", json=token).json()["notice"]["sha256"]
    assert browser.post("/api/v1/invitation/code", json=token).status_code == 200
    body = {**token, "code": code(house), "notice": notice, "device": "Phone"}
    answer = browser.post("/api/v1/invitation/accept", json=body)
    assert answer.status_code == 200, answer.text
    return browser


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def unpadded(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def make(browser: httpx2.Client, key: Authenticator | None = None) -> Authenticator:
    """Make a passkey as the page does."""
    wish = browser.post("/api/v1/passkeys/challenge", json={}).json()
    assert wish["rp_id"] == "chat.example"
    key = key or Authenticator(unpadded(wish["user"]))
    made = key.make(unpadded(wish["challenge"]))
    client_data, attestation = text(made.client_data), text(made.attestation)
    body = {"client_data": client_data, "attestation": attestation, "name": "Phone"}
    answer = browser.post("/api/v1/passkeys", json=body)
    assert [one["name"] for one in answer.json()["passkeys"]] == ["Phone"]
    return key


def signed(browser: httpx2.Client, key: Authenticator) -> dict[str, Any]:
    """What the page sends to sign in with a passkey."""
    question = browser.post("/api/v1/sign-in/passkey/challenge", json={}).json()
    answer = key.use(unpadded(question["challenge"]))
    return {
        "id": text(answer.credential),
        "client_data": text(answer.client_data),
        "authenticator_data": text(answer.authenticator_data),
        "signature": text(answer.signature),
        "user": text(answer.user),
        "device": "Phone",
    }


def test_a_browser_is_known_by_a_cookie_that_outlives_the_session(
    calm_house: House, clara: httpx2.Client
) -> None:
    secret = clara.cookies[DEVICE]
    assert len(secret) == 43
    clara.post("/api/v1/sign-out")
    assert NAMES["chat"] not in clara.cookies
    assert clara.cookies[DEVICE] == secret
    body = {"username": "ada", "password": "correct horse battery"}
    staff = calm_house.client().post("/api/v1/sign-in", json=body)
    assert DEVICE not in staff.headers["set-cookie"]


def test_the_cookie_of_a_device_is_for_this_host_alone(
    calm_house: House, clara: httpx2.Client
) -> None:
    key, browser = make(clara), calm_house.client()
    answer = browser.post("/api/v1/sign-in/passkey", json=signed(browser, key))
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(DEVICE)]
    flags = {flag.lower() for flag in cookie.split("; ")[1:]}
    assert flags == {"httponly", "max-age=34560000", "path=/", "samesite=strict", "secure"}


def test_a_passkey_signs_in_and_ends(calm_house: House, clara: httpx2.Client) -> None:
    key, browser = make(clara), calm_house.client()
    body = signed(browser, key)
    answer = browser.post("/api/v1/sign-in/passkey", json=body)
    assert answer.json()["person"]["name"] == "Clara"
    again = calm_house.client().post("/api/v1/sign-in/passkey", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "bad_passkey")
    (one,) = browser.get("/api/v1/passkeys").json()["passkeys"]
    assert browser.delete(f"/api/v1/passkeys/{one['id']}").json() == {"passkeys": []}
    gone = browser.delete(f"/api/v1/passkeys/{one['id']}")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_such_passkey")


@pytest.mark.parametrize(
    ("part", "value", "answer"),
    [
        ("client_data", "AAAA", (401, "bad_passkey")),
        ("client_data", text(b'{"type":"webauthn.get"}'), (401, "bad_passkey")),
        ("client_data", text(b"[]"), (401, "bad_passkey")),
        ("authenticator_data", "A", (401, "bad_passkey")),
        ("authenticator_data", text(bytes(37)), (401, "bad_passkey")),
        ("signature", "AAAA", (401, "bad_passkey")),
        ("user", text(bytes(16)), (401, "bad_passkey")),
        ("id", "AAAA", (401, "bad_passkey")),
        ("signature", "not base64!", (400, "bad_body")),
        ("signature", "", (400, "bad_body")),
        ("signature", "A" * 12_001, (413, "body_too_large")),
        ("id", "A" * 1_401, (400, "bad_body")),
        ("signature", 7, (400, "bad_body")),
    ],
)
def test_what_is_no_answer_of_a_passkey_lets_nobody_in(
    calm_house: House, clara: httpx2.Client, part: str, value: object, answer: tuple[int, str]
) -> None:
    key, browser = make(clara), calm_house.client()
    got = browser.post("/api/v1/sign-in/passkey", json={**signed(browser, key), part: value})
    assert (got.status_code, got.json()["code"]) == answer
    assert "set-cookie" not in got.headers
    assert browser.post("/api/v1/sign-in/passkey", json=signed(browser, key)).status_code == 200
    assert not [line for line in calm_house.log.all() if line["level"] == "error"]


def test_at_the_end_of_the_period_there_is_no_ticket_until_a_code_was_typed(
    open_house: House,
) -> None:
    key, browser = make(come_in(open_house)), open_house.client()
    open_house.office.clock.move(days=90)
    me = browser.post("/api/v1/sign-in/passkey", json=signed(browser, key)).json()
    assert me["verification_due"] is True
    refused = browser.post("/api/v1/ws-ticket")
    assert (refused.status_code, refused.json()["code"]) == (403, "verification_due")
    wrong = browser.post("/api/v1/proof", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_code")
    assert browser.post("/api/v1/proof/code", json={}).json()["address"] == "c•••@example.com"
    proved = browser.post("/api/v1/proof", json={"code": code(open_house)})
    assert proved.status_code == 204
    cookies = proved.headers["set-cookie"]
    (age,) = re.findall(r"__Host-onrecord-chat=[^;]*; HttpOnly; Max-Age=([0-9]+)", cookies)
    assert 0 <= 104 * 86400 - int(age) <= A_MOMENT  # what is left when the answer is made
    assert browser.post("/api/v1/ws-ticket").status_code == 200
    assert "verification_due" not in browser.get("/api/v1/me").json()


def test_a_code_works_in_the_browser_that_asked_for_it(calm_house: House) -> None:
    dan = {"name": "Dan", "address": "dan@example.com", "locale": "en", "way": "screen"}
    link = calm_house.signed_in().post("/api/v1/invites", json=dan).json()["link"]
    token = {"invite": link.partition("#invite=")[2]}
    own, other = calm_house.client(), calm_house.client()
    notice = own.post("/api/v1/invitation", json=token).json()["notice"]["sha256"]
    sent = own.post("/api/v1/invitation/code", json=token)
    (cookie,) = [one for one in sent.headers.get_list("set-cookie") if one.startswith(DEVICE)]
    flags = {flag.lower() for flag in cookie.split("; ")[1:]}
    assert flags >= {"httponly", "path=/", "samesite=strict", "secure"}
    typed = {**token, "code": code(calm_house), "notice": notice, "device": "Phone"}
    other.post("/api/v1/sign-in/code", json={"address": "dan@example.com"})
    wrong = other.post("/api/v1/invitation/accept", json=typed)
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_code")
    assert own.post("/api/v1/invitation/accept", json=typed).status_code == 200
    assert own.cookies[DEVICE] in cookie
    # Whoever asks again is known by the same, and an address that nobody has makes no difference.
    for address in ("dan@example.com", "nobody@example.com"):
        again = own.post("/api/v1/sign-in/code", json={"address": address})
        assert again.headers["set-cookie"] == cookie
