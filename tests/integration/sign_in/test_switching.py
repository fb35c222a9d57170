"""Nobody's session is replaced by another person's before whoever does it was asked."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import httpx2
import pytest
from msgspec import Struct

from onrecord.core.domain.values import SYSTEM
from onrecord.features.sign_in.service import Caller
from onrecord.http.cookies import NAMES
from onrecord.http.letting_in import LettingIn
from onrecord_archive.events.ids import PersonId
from tests.integration.clients.test_assurance_routes import code, make, signed
from tests.integration.house import House
from tests.integration.office import BY_TWO, CONSOLE, PASSWORD
from tests.rig.patience import SECONDS as PATIENCE
from tools.openapi import file_of

Body = dict[str, Any]


@dataclass(frozen=True)
class Coming:
    """Somebody who can come in by this request. `called`: what the question calls them."""

    path: str
    body: Body
    id: str
    called: str


class Next(Struct, frozen=True):
    """Somebody with every way in that their kind has."""

    id: str
    address: str
    key: Any


def letters(house: House) -> int:
    return len(list((house.folder / "letters").glob("[!.]*.json")))


def wait_for_letters(house: House, count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while letters(house) < count:
        assert time.monotonic() < deadline, "no letter"
        time.sleep(0.01)


def invited(house: House, browser: httpx2.Client, mail: str) -> Body:
    """An invitation, opened in this browser, whose code has come."""
    clara = {"name": "Clara", "address": mail, "locale": "en", "way": "screen"}
    link = house.signed_in("eve").post("/api/v1/invites", json=clara).json()["link"]
    token = {"invite": link.partition("#invite=")[2]}
    notice = browser.post("/api/v1/invitation", json=token).json()["notice"]["sha256"]
    assert browser.post("/api/v1/invitation/code", json=token).status_code == 200
    return {**token, "code": code(house), "notice": notice}


def client(house: House) -> Next:
    browser, mail = house.client(), f"clara-{token_hex(8)}@example.com"
    answer = browser.post("/api/v1/invitation/accept", json=invited(house, browser, mail))
    return Next(answer.json()["person"]["id"], mail, make(browser))


def by_password(house: House, _browser: httpx2.Client, _who: Next | None) -> Coming:
    eve = house.run(house.office.people.named("eve"))
    body = {"username": "eve", "password": PASSWORD}
    return Coming("/api/v1/sign-in", body, eve.id, "Eve")


def by_link(house: House, _browser: httpx2.Client, _who: Next | None) -> Coming:
    name = f"bob-{token_hex(4)}"
    bob = house.run(house.office.hire(username=name, name=name.title()))
    link = house.run(house.office.links.create(SYSTEM, CONSOLE, bob.id, "chat", warrant=BY_TWO))
    body = {"link": link.path.removeprefix("/#link=")}
    return Coming("/api/v1/sign-in", body, bob.id, bob.name)


def by_code(house: House, browser: httpx2.Client, who: Next | None) -> Coming:
    who = who or client(house)
    before = letters(house)
    assert browser.post("/api/v1/sign-in/code", json={"address": who.address}).status_code == 200
    wait_for_letters(house, before + 1)
    body = {"address": who.address, "code": code(house)}
    return Coming("/api/v1/sign-in", body, who.id, "c•••@example.com")


def by_passkey(house: House, browser: httpx2.Client, who: Next | None) -> Coming:
    who = who or client(house)
    return Coming("/api/v1/sign-in/passkey", signed(browser, who.key), who.id, "Clara")


def by_invitation(house: House, browser: httpx2.Client, _who: Next | None) -> Coming:
    body = invited(house, browser, f"clara-{token_hex(8)}@example.com")
    return Coming("/api/v1/invitation/accept", body, "", "c•••@example.com")


WAYS: dict[str, Callable[[House, httpx2.Client, Next | None], Coming]] = {
    "password": by_password,
    "link": by_link,
    "code": by_code,
    "passkey": by_passkey,
    "invitation": by_invitation,
}
HERE = ("colleague", "client")


def somebody(house: House, kind: str) -> httpx2.Client:
    """A browser in which somebody else than those who come is signed in."""
    if kind == "colleague":
        return house.signed_in("ada")
    browser = house.client()
    body = invited(house, browser, f"dan-{token_hex(8)}@example.com")
    assert browser.post("/api/v1/invitation/accept", json=body).status_code == 200
    return browser


def person(browser: httpx2.Client) -> dict[str, Any]:
    return dict(browser.get("/api/v1/me").json()["person"])


def asks(answer: httpx2.Response, here: dict[str, Any], who: Coming) -> None:
    assert (answer.status_code, answer.json().get("code")) == (409, "signed_in_as_other")
    named = answer.json()["switch"]
    assert named["here"] == {"id": here["id"], "name": here["name"]}
    assert named["link"]["name"] == who.called
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("kind", HERE)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.promise("P11")
def test_whoever_would_become_somebody_else_is_asked_and_nothing_is_used_up(
    calm_house: House, way: str, kind: str
) -> None:
    browser = somebody(calm_house, kind)
    here = person(browser)
    who = WAYS[way](calm_house, browser, None)
    for guess in ({}, {"instead_of": who.id}, {"instead_of": "0" * 32}):
        asks(browser.post(who.path, json=who.body | guess), here, who)
        assert person(browser) == here
    agreed = browser.post(who.path, json=who.body | {"instead_of": here["id"]})
    assert agreed.status_code == 200, agreed.text
    after = person(browser)
    assert after["id"] != here["id"]
    assert who.id in ("", after["id"])


@pytest.mark.parametrize("kind", HERE)
@pytest.mark.parametrize("way", WAYS)
def test_what_was_asked_about_works_on_where_who_was_here_signs_out(
    calm_house: House, way: str, kind: str
) -> None:
    browser = somebody(calm_house, kind)
    here, cookie = person(browser), browser.cookies[NAMES["chat"]]
    who = WAYS[way](calm_house, browser, None)
    asks(browser.post(who.path, json=who.body), here, who)
    assert browser.cookies[NAMES["chat"]] == cookie
    browser.post("/api/v1/sign-out")
    agreed = browser.post(who.path, json=who.body)  # nobody is here: nobody is asked
    assert agreed.status_code == 200, agreed.text


@pytest.mark.parametrize("way", WAYS)
def test_control_a_way_in_that_does_not_ask_is_stopped_before_the_cookie_is_replaced(
    calm_house: House, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The one place that replaces a cookie asks for every way in."""
    ask_first = Caller.ask_first

    def only_there(self: Caller, id: PersonId | None, name: str, *, told: bool = True) -> None:
        if sys._getframe(1).f_code is LettingIn.__call__.__code__:
            ask_first(self, id, name, told=told)

    browser = somebody(calm_house, "colleague")
    here, cookie = person(browser), browser.cookies[NAMES["chat"]]
    who = WAYS[way](calm_house, browser, None)
    monkeypatch.setattr(Caller, "ask_first", only_there)
    answer = browser.post(who.path, json=who.body)
    assert (answer.status_code, answer.json()["code"]) == (409, "signed_in_as_other")
    assert "set-cookie" not in answer.headers
    assert (person(browser), browser.cookies[NAMES["chat"]]) == (here, cookie)


@pytest.mark.parametrize("way", WAYS)
def test_control_without_that_place_whoever_is_not_asked_is_seen(
    calm_house: House, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(Caller, "ask_first", lambda *args, **more: None)
    with pytest.raises(AssertionError):
        test_whoever_would_become_somebody_else_is_asked_and_nothing_is_used_up(
            calm_house, way, "colleague"
        )


def test_who_signs_in_again_as_themself_is_never_asked(calm_house: House) -> None:
    eve = calm_house.signed_in("eve")
    again = by_password(calm_house, eve, None)
    assert eve.post(again.path, json=again.body).status_code == 200
    body = {"link": own_link(calm_house, again.id)}
    assert eve.post("/api/v1/sign-in", json=body).status_code == 200
    clara = client(calm_house)
    browser = calm_house.client()
    for way in (by_passkey, by_code, by_passkey, by_code):
        coming = way(calm_house, browser, clara)
        answer = browser.post(coming.path, json=coming.body)
        assert answer.status_code == 200, answer.text
        assert person(browser)["id"] == clara.id


def own_link(house: House, person: str) -> str:
    id = PersonId(person)
    link = house.run(house.office.links.create(SYSTEM, CONSOLE, id, "chat", warrant=BY_TWO))
    return link.path.removeprefix("/#link=")


def test_what_lets_nobody_in_tells_nothing_of_whose_it_is(calm_house: House) -> None:
    """A wrong password is wrong whoever is here; an address asks the same, whoever has it."""
    ada = calm_house.signed_in("ada")
    body = {"username": "eve", "password": "wrong horse battery"}
    assert ada.post("/api/v1/sign-in", json=body).json()["code"] == "bad_credentials"
    clara, here = client(calm_house), person(ada)
    answers = [
        ada.post("/api/v1/sign-in", json={"address": address, "code": "000000"})
        for address in (clara.address, f"clara-{token_hex(8)}@example.com")
    ]
    for answer in answers:
        asks(answer, here, Coming("", {}, "", "c•••@example.com"))
    assert answers[0].json() == answers[1].json()
    forged = signed(ada, clara.key)
    forged["signature"] = "AAAA"
    refused = ada.post("/api/v1/sign-in/passkey", json=forged)
    assert (refused.status_code, refused.json()["code"]) == (401, "bad_passkey")


def test_every_way_in_is_here() -> None:
    """Whatever answers with who one is, and takes no session, sets the cookie and can ask."""
    document = json.loads(file_of("chat").read_text(encoding="utf-8"))
    shared = document["components"]["responses"]
    paths = set()
    for path, methods in document["paths"].items():
        for said in methods.values():
            good = json.dumps(said["responses"].get("200"))
            if said.get("security") == [] and "schemas/Me" in good:
                conflict = shared[said["responses"]["409"]["$ref"].rpartition("/")[2]]
                assert "signed_in_as_other" in json.dumps(conflict), path
                paths.add(path)
    assert paths == {"/api/v1/sign-in", "/api/v1/sign-in/passkey", "/api/v1/invitation/accept"}
