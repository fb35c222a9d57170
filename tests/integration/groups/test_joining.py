"""Joining a group by a link: for the firm's own people, until it ends, counted once."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import Actor, Command, Origin
from onrecord_archive.events.conversations import MemberLeft, MemberRemoved
from onrecord_archive.events.groups import JoinLinkMade, JoinLinkRevoked
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time
from tests.integration.house import House

SECRET = "the-text-after-join"


class Desk:
    """Anna's group with a link, and who tries it."""

    def __init__(self, house: House) -> None:
        self.house = house
        hire = house.office.hire
        self.anna = house.run(hire("anna", role="advisor")).actor
        self.ben = house.run(hire("ben", role="employee")).actor
        self.otto = house.run(hire("otto", role="employee")).actor
        new = {"id": new_id(SystemClock()), "kind": "group", "members": [self.otto.id]}
        made = house.signed_in("anna").post("/api/v1/conversations", json={**new, "title": "Desk"})
        self.conv = made.json()["id"]
        until = house.office.clock.now() + timedelta(days=7)
        self.do(self.anna, JoinLinkMade(sha256(SECRET.encode()).hexdigest(), format_time(until)))

    def do(self, actor: Actor, body: Payload) -> None:
        id = ClientId(new_id(SystemClock()))
        event, stream = event_id_of(actor.id, id), StreamId(self.conv)
        command = Command(event, stream, actor, Origin("password"), body, id)
        self.house.run(self.house.office.records.record(command))

    def ask(self, who: str, path: str, link: str = SECRET, **more: str) -> httpx2.Response:
        return self.house.signed_in(who).post(path, json={"link": link, **more})

    def group(self, who: str) -> dict[str, Any]:
        found = self.house.signed_in(who).get(f"/api/v1/conversations/{self.conv}")
        return dict(found.json())


@pytest.fixture
def desk(open_house: House) -> Desk:
    return Desk(open_house)


def test_an_employee_sees_what_a_link_opens_and_comes_in_once(desk: Desk) -> None:
    offer = desk.ask("ben", "/api/v1/join/offer").json()
    assert (offer["title"], offer["members"], offer["by"]) == ("Desk", 2, desk.anna.name)
    assert offer["joined"] is False
    id = new_id(SystemClock())
    first, again = (desk.ask("ben", "/api/v1/join", id=id) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    other = desk.ask("ben", "/api/v1/join", id=new_id(SystemClock()))
    assert other.json()["id"] == desk.conv, "who is in it already is let in as well"
    assert desk.ask("ben", "/api/v1/join/offer").json()["joined"] is True
    assert {one["person"] for one in desk.group("ben")["members"]} == {
        desk.anna.id, desk.ben.id, desk.otto.id,
    }  # fmt: skip
    assert desk.group("anna")["group"]["link"]["uses"] == 1


def test_another_secret_opens_nothing(desk: Desk) -> None:
    hashed = sha256(SECRET.encode()).hexdigest()
    for link in (SECRET.upper(), hashed, "x"):
        assert desk.ask("ben", "/api/v1/join/offer", link).json()["code"] == "no_such_link"
        joined = desk.ask("ben", "/api/v1/join", link, id=new_id(SystemClock()))
        assert joined.json()["code"] == "no_such_link"


def test_a_link_that_ended_opens_nothing(desk: Desk) -> None:
    desk.do(desk.anna, JoinLinkRevoked())
    refused = desk.ask("ben", "/api/v1/join", id=new_id(SystemClock()))
    assert (refused.status_code, refused.json()["code"]) == (404, "no_such_link")


def test_a_retry_after_the_link_ended_says_that_one_is_in(desk: Desk) -> None:
    id = new_id(SystemClock())
    desk.ask("ben", "/api/v1/join", id=id)
    desk.do(desk.anna, JoinLinkRevoked())
    assert desk.ask("ben", "/api/v1/join", id=id).json()["id"] == desk.conv
    desk.do(desk.ben, MemberLeft())
    again = desk.ask("ben", "/api/v1/join", id=id)
    assert again.status_code == 200, "the old answer, before any permission"


def test_who_was_removed_does_not_come_back_by_the_link(desk: Desk) -> None:
    desk.ask("ben", "/api/v1/join", id=new_id(SystemClock()))
    desk.do(desk.anna, MemberRemoved(desk.ben.id))
    refused = desk.ask("ben", "/api/v1/join", id=new_id(SystemClock()))
    assert refused.json()["code"] == "no_such_link"
    assert "link" not in desk.group("anna")["group"]


def test_a_guest_of_another_firm_does_not_come_in(desk: Desk) -> None:
    desk.house.run(desk.house.office.hire("guest", role="employee", org="Partner"))
    refused = desk.ask("guest", "/api/v1/join", id=new_id(SystemClock()))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert desk.group("anna")["group"]["link"]["uses"] == 0


def test_a_new_link_ends_the_old_one(desk: Desk) -> None:
    until = format_time(desk.house.office.clock.now() + timedelta(days=1))
    desk.do(desk.anna, JoinLinkMade("ab" * 32, until))
    assert desk.ask("ben", "/api/v1/join/offer").json()["code"] == "no_such_link"
