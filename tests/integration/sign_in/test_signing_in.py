"""Sign-in over HTTPS: the cookie, what it opens, how it ends."""

import json

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.people import NewPerson
from onrecord.features.sign_in.service import Caller
from onrecord.features.sign_in.tokens import NewToken
from tests.integration.house import House
from tests.integration.office import BY_TWO, CONSOLE, PASSWORD

COOKIE = "__Host-onrecord-chat"


def test_the_cookie_is_for_this_host_alone_and_no_script_sees_it(calm_house: House) -> None:
    body = {"username": "ada", "password": PASSWORD}
    response = calm_house.client().post("/api/v1/sign-in", json=body)
    cookie, mark = response.headers.get_list("set-cookie")
    assert mark.startswith("__Host-onrecord-marks=")
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
    link = calm_house.run(office.links.create(SYSTEM, CONSOLE, ada.id, "chat", warrant=BY_TWO))
    body = {"link": link.path.removeprefix("/#link=")}
    client = calm_house.client()
    assert client.post("/api/v1/sign-in", json=body).status_code == 200
    assert client.get("/api/v1/me").json()["person"]["id"] == ada.id
    stranger = calm_house.client()
    again = stranger.post("/api/v1/sign-in", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "link_used")
    assert set(again.json()["used"]) == {"at", "device", "address"}
    assert stranger.post("/api/v1/sign-in/link/report", json=body).status_code == 204
    assert [each.person for each in calm_house.run(office.links.reported())] == [ada.id]
    unknown = stranger.post("/api/v1/sign-in/link/report", json={"link": "x" * 43})
    assert (unknown.status_code, unknown.json()["code"]) == (401, "bad_link")


def test_a_link_of_somebody_else_asks_first_and_is_not_used_up(open_house: House) -> None:
    office = open_house.office
    client = open_house.signed_in()
    ada = client.get("/api/v1/me").json()["person"]["id"]
    bob = open_house.run(office.hire(username="bob", name="Bob"))
    link = open_house.run(office.links.create(SYSTEM, CONSOLE, bob.id, "chat"))
    body = {"link": link.path.removeprefix("/#link=")}
    for guess in ({}, {"instead_of": bob.id}):
        refused = client.post("/api/v1/sign-in", json=body | guess)
        assert (refused.status_code, refused.json()["code"]) == (409, "signed_in_as_other")
        named = {"here": {"id": ada, "name": "Ada"}, "link": {"id": bob.id, "name": "Bob"}}
        assert refused.json()["switch"] == named
        assert "set-cookie" not in refused.headers
        assert client.get("/api/v1/me").json()["person"]["id"] == ada
    agreed = client.post("/api/v1/sign-in", json=body | {"instead_of": ada})
    assert agreed.status_code == 200
    assert client.get("/api/v1/me").json()["person"]["id"] == bob.id


def test_ones_own_link_and_one_that_is_over_ask_nothing(open_house: House) -> None:
    office = open_house.office
    client = open_house.signed_in()
    ada = open_house.run(office.people.named("ada"))
    link = open_house.run(office.links.create(SYSTEM, CONSOLE, ada.id, "chat", warrant=BY_TWO))
    body = {"link": link.path.removeprefix("/#link=")}
    assert client.post("/api/v1/sign-in", json=body).status_code == 200
    again = client.post("/api/v1/sign-in", json=body)
    assert (again.status_code, again.json()["code"]) == (401, "link_used")
    bob = open_house.run(office.hire(username="bob", name="Bob"))
    late = open_house.run(office.links.create(SYSTEM, CONSOLE, bob.id, "chat"))
    office.clock.move(days=30)
    over = {"link": late.path.removeprefix("/#link=")}
    answer = open_house.signed_in().post("/api/v1/sign-in", json=over)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_link")


def test_a_page_of_somebody_else_does_nothing_in_the_wrong_name(open_house: House) -> None:
    client = open_house.signed_in()
    ada = client.get("/api/v1/me").json()["person"]["id"]
    mine, others = {"OnRecord-Person": ada}, {"OnRecord-Person": "0" * 32}
    asked = [("GET", "/api/v1/me"), ("POST", "/api/v1/ws-ticket"), ("GET", "/api/v1/bootstrap")]
    for method, path in asked:
        assert client.request(method, path, headers=mine).status_code == 200
        refused = client.request(method, path, headers=others)
        assert (refused.status_code, refused.json()["code"]) == (401, "other_person")
        assert client.request(method, path).status_code == 200


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
    ada = client.get("/api/v1/me").json()["person"]["id"]
    body = {"username": "eve", "password": PASSWORD, "instead_of": ada}
    client.post("/api/v1/sign-in", json=body)
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
    secret, _ = calm_house.run(office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "script")))
    script = calm_house.client()
    script.headers["authorization"] = f"Bearer {secret}"
    assert script.get("/api/v1/conversations").json() == []
    for method, path in (("GET", "/api/v1/me"), ("POST", "/api/v1/ws-ticket")):
        response = script.request(method, path)
        assert (response.status_code, response.json()["code"]) == (403, "session_needed")


def test_who_has_no_password_changes_nothing_before_they_chose_one(calm_house: House) -> None:
    office = calm_house.office
    new = NewPerson("Nina", "employee", "Bank", "employee", "nina")
    nina = calm_house.run(office.people.add(SYSTEM, CONSOLE, new))
    link = calm_house.run(office.links.create(SYSTEM, CONSOLE, nina.id, "chat"))
    client = calm_house.client()
    token = link.path.removeprefix("/#link=")
    me = client.post("/api/v1/sign-in", json={"link": token}).json()
    assert me["password"] == "due"
    for method, path in (("POST", "/api/v1/ws-ticket"), ("POST", "/api/v1/tokens")):
        response = client.request(method, path, json={"name": "x", "password": PASSWORD})
        assert (response.status_code, response.json()["code"]) == (403, "password_required")
    weak = client.put("/api/v1/me/password", json={"password": "nina nina nina"})
    assert (weak.status_code, weak.json()["code"]) == (400, "password_common")
    chosen = client.put("/api/v1/me/password", json={"password": "three unrelated words"})
    assert chosen.status_code == 204
    assert client.get("/api/v1/me").json()["password"] == "open"
    assert client.post("/api/v1/ws-ticket").status_code == 200
    nightly = {"name": "nightly", "days": 3, "password": "three unrelated words"}
    made = client.post("/api/v1/tokens", json=nightly)
    assert made.status_code == 201
    assert made.json()["tokens"][0]["secret"].startswith("onrecord_")
    other = calm_house.run(office.people.named("ada")).id
    refused = client.post("/api/v1/tokens", json={**nightly, "bots": [other]})
    assert (refused.status_code, refused.json()["code"]) == (403, "token_of_another")


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


def test_where_a_password_is_chosen_guesses_from_elsewhere_keep_nobody_out(
    calm_house: House,
) -> None:
    """A new password ends every mark, and this device gets another one."""
    calm_house.run(calm_house.office.hire("zoe"))
    client = calm_house.signed_in("zoe")
    body = {"password": "three unrelated words", "current": PASSWORD}
    assert client.put("/api/v1/me/password", json=body).status_code == 204
    assert client.post("/api/v1/sign-out").status_code == 204
    stranger = calm_house.client()
    guess = {"username": "zoe", "password": "wrong horse battery"}
    codes = [stranger.post("/api/v1/sign-in", json=guess).status_code for _ in range(6)]
    assert codes[-1] == 429
    right = {"username": "zoe", "password": "three unrelated words"}
    assert stranger.post("/api/v1/sign-in", json=right).status_code == 429  # the control
    assert client.post("/api/v1/sign-in", json=right).status_code == 200
