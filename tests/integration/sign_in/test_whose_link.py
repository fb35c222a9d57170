"""A one-time link is looked at before it is used: whoever merely opens it takes nothing."""

from secrets import token_hex

import httpx2
import pytest

from onrecord.core.domain.values import SYSTEM
from onrecord.features.sign_in.service import Caller, SignIn
from onrecord.features.sign_in.values import Audience, Person
from tests.integration.house import House
from tests.integration.office import BY_TWO, CONSOLE

LOOK, USE = "/api/v1/sign-in/link", "/api/v1/sign-in"
SCANS = 5
"""How often a link is opened before its person gets to it."""


def linked(house: House, audience: Audience = "chat") -> tuple[Person, dict[str, str]]:
    """Somebody new, and what their link sends."""
    name = f"bob-{token_hex(4)}"
    bob = house.run(house.office.hire(username=name, name="Bob"))
    link = house.run(house.office.links.create(SYSTEM, CONSOLE, bob.id, audience, warrant=BY_TWO))
    return bob, {"link": link.path.removeprefix("/#link=")}


def refused(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code")


def test_a_link_that_scanners_opened_still_lets_its_person_in(calm_house: House) -> None:
    bob, body = linked(calm_house)
    for _ in range(SCANS):
        scanner = calm_house.client()
        looked = scanner.post(LOOK, json=body)
        assert (looked.status_code, looked.json()) == (200, {"name": "Bob"})
        assert "set-cookie" not in looked.headers
        assert scanner.get("/api/v1/me").status_code == 401
    browser = calm_house.client()
    assert browser.post(USE, json=body).status_code == 200
    assert browser.get("/api/v1/me").json()["person"]["id"] == bob.id
    for path in (LOOK, USE):
        again = calm_house.client().post(path, json=body)
        assert refused(again) == (401, "link_used")
        assert set(again.json()["used"]) == {"at", "device", "address"}


def test_control_a_look_that_takes_the_link_is_noticed(
    calm_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = SignIn.whose_link

    async def takes(self: SignIn, token: str, caller: Caller) -> Person:
        found = await look(self, token, caller)
        monkeypatch.setattr(SignIn, "whose_link", look)
        await self.by_link(token, caller)
        return found

    monkeypatch.setattr(SignIn, "whose_link", takes)
    with pytest.raises(AssertionError):
        test_a_link_that_scanners_opened_still_lets_its_person_in(calm_house)


def test_whose_link_it_is_asks_first_where_somebody_else_is_signed_in(open_house: House) -> None:
    browser = open_house.signed_in()
    ada = browser.get("/api/v1/me").json()["person"]["id"]
    bob, body = linked(open_house)
    for guess in ({}, {"instead_of": bob.id}):
        asked = browser.post(LOOK, json=body | guess)
        assert refused(asked) == (409, "signed_in_as_other")
        named = {"here": {"id": ada, "name": "Ada"}, "link": {"id": bob.id, "name": "Bob"}}
        assert asked.json()["switch"] == named
    assert browser.post(LOOK, json=body | {"instead_of": ada}).json() == {"name": "Bob"}
    assert browser.get("/api/v1/me").json()["person"]["id"] == ada


def test_what_lets_nobody_in_says_so_before_the_press(open_house: House) -> None:
    browser = open_house.client()
    assert refused(browser.post(LOOK, json={"link": "x" * 43})) == (401, "bad_link")
    _, of_console = linked(open_house, "console")
    assert refused(browser.post(LOOK, json=of_console)) == (401, "bad_link")
    bob, of_gone = linked(open_house)
    open_house.run(open_house.office.people.deactivate(SYSTEM, CONSOLE, bob.id))
    assert refused(browser.post(LOOK, json=of_gone)) == (401, "bad_link")
    _, late = linked(open_house)
    open_house.office.clock.move(days=30)
    assert refused(browser.post(LOOK, json=late)) == (401, "bad_link")


def test_guesses_at_links_are_counted_together_however_they_are_made(open_house: House) -> None:
    browser, codes = open_house.client(), []
    for number in range(200):
        path = (LOOK, USE)[number % 2]
        codes.append(refused(browser.post(path, json={"link": token_hex(32)}))[1])
    assert codes[0] == "bad_link"
    assert codes[-2:] == ["too_many_attempts", "too_many_attempts"]
