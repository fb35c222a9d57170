"""Sign-in over HTTPS: the cookie, what it opens, how it ends."""

import json

import pytest

from onrecord.domain.errors import Unavailable
from onrecord.domain.values import SYSTEM
from onrecord.identity.sign_in import Caller
from onrecord.identity.tokens import NewToken
from tests.integration.edge.house import House
from tests.integration.identity.office import CONSOLE, PASSWORD

COOKIE = "__Host-onrecord-chat"


def test_the_cookie_is_for_this_host_alone_and_no_script_sees_it(calm_house: House) -> None:
    body = {"username": "ada", "password": PASSWORD}
    response = calm_house.client().post("/api/v1/sign-in", json=body)
    (cookie,) = response.headers.get_list("set-cookie")
    name_and_value, *flags = cookie.split("; ")
    assert name_and_value.startswith(f"{COOKIE}=")
    assert len(name_and_value.partition("=")[2]) == 43
    assert {flag.lower() for flag in flags} == {
        "httponly",
        "max-age=43200",
        "path=/",
        "samesite=strict",
        "secure",
    }


def test_sign_in_answers_who_one_is(calm_house: House) -> None:
    client = calm_house.signed_in()
    answer = client.get("/api/v1/me").json()
    person = answer["person"]
    assert person == {
        "id": person["id"],
        "name": "Ada",
        "kind": "employee",
        "org": "Bank",
        "role": "employee",
        "outside": False,
    }
    assert answer["firm"] == "Bank"
    assert answer["device"] != answer["session"]


def test_a_link_signs_in(calm_house: House) -> None:
    office = calm_house.office
    ada = calm_house.run(office.people.named("ada"))
    link = calm_house.run(office.links.create(SYSTEM, CONSOLE, ada.id, "chat"))
    body = {"link": link.path.removeprefix("/#link=")}
    client = calm_house.client()
    assert client.post("/api/v1/sign-in", json=body).status_code == 200
    assert client.get("/api/v1/me").json()["person"]["id"] == ada.id
    again = calm_house.client().post("/api/v1/sign-in", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "bad_link")


@pytest.mark.parametrize(
    "body",
    [
        {"username": "ada"},
        {"password": PASSWORD},
        {},
        {"username": "ada", "password": PASSWORD, "link": "x"},
        {"username": "ada", "password": PASSWORD, "admin": True},
        {"username": 1, "password": PASSWORD},
        {"username": "x" * 201, "password": PASSWORD},
    ],
)
def test_a_body_that_makes_no_sense_is_refused(calm_house: House, body: object) -> None:
    response = calm_house.client().post("/api/v1/sign-in", json=body)
    assert (response.status_code, response.json()["code"]) == (400, "bad_body")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"username":"ada","username":"eve","password":"x"}',
        b'{"username":"ada\\u0000","password":"x"}',
        b'{"username":"\\ud800","password":"x"}',
        b"[" * 3000,
    ],
)
def test_what_is_not_i_json_is_refused(calm_house: House, body: bytes) -> None:
    response = calm_house.client().post(
        "/api/v1/sign-in", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code == 400
    assert response.json()["code"] in {"bad_json", "bad_body"}
    assert "set-cookie" not in response.headers


def test_a_form_is_refused(calm_house: House) -> None:
    form = {"username": "ada", "password": PASSWORD}
    response = calm_house.client().post("/api/v1/sign-in", data=form)
    assert (response.status_code, response.json()["code"]) == (415, "json_expected")


def test_a_wrong_password_is_a_problem_without_a_cookie(calm_house: House) -> None:
    body = {"username": "ada", "password": "wrong horse battery"}
    response = calm_house.client().post("/api/v1/sign-in", json=body)
    assert response.status_code == 401
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:onrecord:problem:bad_credentials",
        "title": "Bad credentials",
        "status": 401,
        "code": "bad_credentials",
        "detail": "The name or the password is wrong.",
    }
    assert "set-cookie" not in response.headers


def test_too_many_attempts_are_told_when_to_come_back(open_house: House) -> None:
    client = open_house.client()
    body = {"username": "ada", "password": "wrong horse battery"}
    for _ in range(5):
        assert client.post("/api/v1/sign-in", json=body).status_code == 401
    response = client.post("/api/v1/sign-in", json=body)
    assert (response.status_code, response.json()["code"]) == (429, "too_many_attempts")
    assert response.headers["retry-after"] == "30"
    assert response.json()["retry_after"] == 30.0


def test_without_an_archive_sign_in_fails_and_reading_goes_on(open_house: House) -> None:
    client = open_house.signed_in()
    failure = Unavailable("archive_unavailable", "The archive cannot be written.")
    open_house.office.records.fails = failure
    body = {"username": "ada", "password": PASSWORD}
    refused = open_house.client().post("/api/v1/sign-in", json=body)
    assert (refused.status_code, refused.json()["code"]) == (503, "archive_unavailable")
    assert client.get("/api/v1/bootstrap").status_code == 200


def test_signing_in_again_ends_the_session_before(open_house: House) -> None:
    client = open_house.signed_in()
    before = client.cookies[COOKIE]
    client.post("/api/v1/sign-in", json={"username": "eve", "password": PASSWORD})
    assert client.get("/api/v1/me").json()["person"]["name"] == "Eve"
    stale = open_house.client()
    stale.cookies.set(COOKIE, before)
    assert stale.get("/api/v1/me").json()["code"] == "device_revoked"


def test_sign_out_ends_the_session_and_takes_the_cookie(open_house: House) -> None:
    client = open_house.signed_in()
    secret = client.cookies[COOKIE]
    response = client.post("/api/v1/sign-out")
    assert response.status_code == 204
    assert "max-age=0" in response.headers["set-cookie"].lower()
    assert COOKIE not in client.cookies
    stale = open_house.client()
    stale.cookies.set(COOKIE, secret)
    assert stale.get("/api/v1/me").status_code == 401


def test_devices_are_listed_and_revoked(open_house: House) -> None:
    desk, phone = open_house.signed_in(), open_house.signed_in()
    devices = desk.get("/api/v1/devices").json()["devices"]
    assert [(each["name"], each["current"]) for each in devices].count(("Test", True)) == 1
    (other,) = [each["id"] for each in devices if not each["current"]]
    assert other == phone.get("/api/v1/me").json()["device"]
    assert desk.delete(f"/api/v1/devices/{other}").status_code == 204
    assert phone.get("/api/v1/me").status_code == 401
    again = desk.delete(f"/api/v1/devices/{other}")
    assert (again.status_code, again.json()["code"]) == (404, "no_such_device")


def test_somebody_elses_device_is_not_found(calm_house: House) -> None:
    ada, eve = calm_house.signed_in("ada"), calm_house.signed_in("eve")
    device = ada.get("/api/v1/me").json()["device"]
    assert eve.delete(f"/api/v1/devices/{device}").status_code == 404
    assert ada.get("/api/v1/me").status_code == 200


def test_a_session_of_the_console_opens_nothing_here(open_house: House) -> None:
    office = open_house.office
    open_house.run(office.hire("grace", role="compliance"))
    caller = Caller("console", "127.0.0.1")
    opened = open_house.run(office.sign_in.by_password("grace", PASSWORD, caller))
    client = open_house.client()
    for name in (COOKIE, "__Host-onrecord-console"):
        client.cookies.set(name, opened.secret)
        assert client.get("/api/v1/me").status_code == 401


def test_a_token_reads_but_is_no_browser(calm_house: House) -> None:
    office = calm_house.office
    ada = calm_house.run(office.people.named("ada"))
    secret, _ = calm_house.run(office.tokens.create(SYSTEM, CONSOLE, NewToken(ada.id, "script")))
    script = calm_house.client()
    script.headers["authorization"] = f"Bearer {secret}"
    assert script.get("/api/v1/conversations").json() == []
    for method, path in (("GET", "/api/v1/me"), ("POST", "/api/v1/ws-ticket")):
        response = script.request(method, path)
        assert (response.status_code, response.json()["code"]) == (403, "session_needed")


def test_a_bad_token_is_refused_even_beside_a_good_cookie(calm_house: House) -> None:
    client = calm_house.signed_in()
    client.headers["authorization"] = "Bearer onrecord_wrong"
    response = client.get("/api/v1/me")
    assert (response.status_code, response.json()["code"]) == (401, "bad_token")


def test_no_secret_and_no_password_is_logged(open_house: House) -> None:
    client = open_house.signed_in()
    client.post("/api/v1/sign-in", json={"username": "ada", "password": "wrong horse battery"})
    written = open_house.log.getvalue() + open_house.metrics.render().decode()
    assert client.cookies[COOKIE] not in written
    assert "horse" not in written


def test_sign_ins_are_counted_by_outcome(open_house: House) -> None:
    open_house.signed_in()
    body = {"username": "ada", "password": "wrong horse battery"}
    open_house.client().post("/api/v1/sign-in", content=json.dumps(body))
    open_house.client().post("/api/v1/sign-in", json=body)
    text = open_house.metrics.render().decode()
    assert 'onrecord_sign_ins_total{listener="chat",outcome="ok"} 1.0' in text
    assert 'onrecord_sign_ins_total{listener="chat",outcome="bad_credentials"} 1.0' in text
