"""What is another about somebody reaches the open clients of those who see them, and nobody else.

Each is told what they may see, so that nobody asks.
"""

import asyncio
from pathlib import Path
from typing import Any

import httpx2

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.acceptance.crossed import SNI, pictured, signed_in
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

EWA, TOM = "ewa@client", "tom@client"


def test_who_sees_somebody_hears_of_their_new_picture(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "marek", EWA, TOM])
    populate_conversations(made, {}, [("anna", EWA), ("marek", TOM)])

    async def story() -> None:
        async with (
            client(made, "marek") as marek,
            client(made, EWA) as ewa,
            client(made, TOM) as tom,
        ):
            with signed_in(made, "anna") as anna:
                await asyncio.to_thread(pictured, anna)
            for one in (marek, ewa):
                await one.until(lambda one=one: len(told(one)) == 1)
            said = await marek.sent(made.direct("marek", TOM), "Good morning")
            await tom.event(said["event_id"])
            assert told(tom) == []  # they never met
            with signed_in(made, "marek") as browser:
                await asyncio.to_thread(pictured, browser)
            await tom.until(lambda: len(told(tom)) == 1)  # the control
            assert len(told(ewa)) == 1

    with running(made):
        asyncio.run(story())


def test_colleagues_are_told_of_a_status_and_clients_of_nothing(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "marek", EWA])
    populate_conversations(made, {}, [("anna", EWA)])

    async def story() -> None:
        async with client(made, "marek") as marek, client(made, EWA) as ewa:
            with signed_in(made, "anna") as anna:
                await asyncio.to_thread(set_status, anna, {"text": "At lunch"})
                await marek.until(lambda: len(told(marek)) == 1)
                assert told(marek)[0]["status"] == {"text": "At lunch"}
                await asyncio.to_thread(pictured, anna)
                await asyncio.to_thread(set_status, anna, {})
            await marek.until(lambda: len(told(marek)) == 3)
            assert "status" not in told(marek)[2]
            (shown,) = told(ewa)  # of the picture alone, and without the status
            assert "picture" in shown
            assert "status" not in shown

    with running(made):
        asyncio.run(story())


def test_advisors_are_told_when_somebody_answers_for_a_client(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "marek", TOM, EWA])
    populate_conversations(made, {}, [("anna", EWA)])

    async def story() -> None:
        async with client(made, "marek") as marek, client(made, EWA) as ewa:
            with signed_in(made, "anna") as anna, signed_in(made, "marek") as browser:
                assert TOM in free(made, browser)
                await asyncio.to_thread(begin, anna, made.people[TOM].id)
                await marek.until(lambda: len(told(marek)) == 1)
                assert told(marek)[0]["id"] == made.people[TOM].id
                assert "unserved" not in told(marek)[0]
                assert TOM not in free(made, browser)
                # The control: of colleagues nobody is told, and clients of no other client.
                await asyncio.to_thread(begin, anna, made.people["marek"].id)
                await asyncio.to_thread(pictured, anna)
                await marek.until(lambda: len(told(marek)) == 2)
                assert told(marek)[1]["id"] == made.people["anna"].id
                await ewa.until(lambda: len(told(ewa)) == 1)
                assert told(ewa)[0]["id"] == made.people["anna"].id

    with running(made):
        asyncio.run(story())


def test_the_list_of_people_is_fetched_again_only_when_it_is_another(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", EWA, TOM])
    populate_conversations(made, {}, [("anna", EWA), ("anna", TOM)])
    with running(made), signed_in(made, "anna") as anna, signed_in(made, EWA) as ewa:
        own, tag = (
            one.get("/api/v1/bootstrap", extensions=SNI).json()["people_tag"] for one in (anna, ewa)
        )
        assert people(anna, own).status_code == 304
        assert people(ewa, tag).status_code == 304
        # Of another person's list the tag says nothing.
        assert people(anna, tag).status_code == 200
        set_status(anna, {"text": "At lunch"})
        again = people(ewa, tag)
        assert again.status_code == 304  # she sees no status
        pictured(anna)
        again = people(ewa, tag)
        assert (again.status_code, again.headers["etag"] == tag) == (200, False)


def set_status(browser: httpx2.Client, status: dict[str, Any]) -> None:
    answer = browser.put("/api/v1/me/status", json=status, extensions=SNI)
    assert answer.status_code == 204, answer.text


def begin(browser: httpx2.Client, person: str) -> None:
    body = {"id": new_id(SystemClock()), "kind": "direct", "members": [person]}
    answer = browser.post("/api/v1/conversations", json=body, extensions=SNI)
    assert answer.status_code == 201, answer.text


def free(made: Installation, browser: httpx2.Client) -> set[str]:
    """Return which of these clients are offered as nobody's."""
    listed = browser.get("/api/v1/people", extensions=SNI).json()
    found = {each["id"] for each in listed if each.get("unserved")}
    return {name for name in (EWA, TOM) if made.people[name].id in found}


def people(browser: httpx2.Client, tag: str) -> httpx2.Response:
    return browser.get("/api/v1/people", headers={"if-none-match": tag}, extensions=SNI)


def told(one: Client) -> list[dict[str, Any]]:
    items = [item for frame in one.frames for item in frame.get("items", [])]
    return [item["person"] for item in items if item["k"] == "directory"]
