"""Files of messages for later: stored when planned, and seen by nobody before they are sent."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord_archive.format.record import format_time
from tests.integration.uploads.conftest import EWA
from tests.rig.client import client
from tests.rig.files import Json, Sharer, problem
from tests.rig.installation import Installation


def plan(one: Sharer, conv: str, files: list[str], **changes: Any) -> httpx2.Response:
    at = format_time(SystemClock().now() + timedelta(hours=1))
    body = {"id": new_id(SystemClock()), "conv": conv, "text": "", "at": at, "files": files}
    return one.ask("POST", "scheduled", json=body | changes)


def shown_with(one: Sharer, conv: str, files: list[Json]) -> list[str]:
    """Return which messages with these files somebody sees, among the newest of a conversation."""
    events: list[Json] = one.ask("GET", f"conversations/{conv}/timeline").json()["events"]
    return [event["event_id"] for event in events if event.get("files") == files]


def test_files_wait_in_the_archive_and_go_with_the_message(
    bank: Installation, anna: Sharer, marek: Sharer, desk: str
) -> None:
    said = anna.send(desk, [anna.stored(desk, "0.txt", b"seen")["id"]])["event_id"]
    files = [anna.stored(desk, name, b"on paper") for name in ("a.txt", "b.txt")]
    ids = [file["id"] for file in files]
    answer = plan(anna, desk, ids)
    assert (answer.status_code, answer.json()["files"]) == (201, files), answer.text
    id = answer.json()["id"]
    changed = anna.ask("PUT", f"scheduled/{id}", json={"text": "Both."})
    assert (changed.json()["text"], changed.json()["files"]) == ("Both.", files)
    assert anna.ask("PUT", f"scheduled/{id}", json={"text": ""}).json()["files"] == files
    assert shown_with(marek, desk, files) == []
    assert marek.link(said, ids[0]).get("code") == "no_such_file"

    async def sent() -> Json:
        async with client(bank, "marek") as one:
            assert anna.ask("POST", f"scheduled/{id}/send").is_success
            await one.until(lambda: any(event.get("files") for event in one.events))
            return next(event for event in one.events if event.get("files"))

    event = asyncio.run(sent())
    assert event["files"] == files
    assert shown_with(marek, desk, files) == [event["event_id"]]
    assert marek.read(event["event_id"], ids[1]).content == b"on paper"


def test_only_files_that_one_may_send_there_are_planned(
    bank: Installation, anna: Sharer, marek: Sharer, desk: str
) -> None:
    his = marek.stored(desk, "his.txt", b"on paper")["id"]
    elsewhere = anna.stored(bank.direct("anna", EWA), "hers.txt", b"on paper")["id"]
    own = anna.stored(desk, "own.txt", b"on paper")["id"]
    for files in ([his], [elsewhere], ["ab" * 16], [own, his]):
        assert problem(plan(anna, desk, files)) == "no_such_file"
    assert problem(plan(anna, desk, [own, own])) == "bad_body"
    without = {"id": new_id(SystemClock()), "conv": desk, "text": " "}
    at = format_time(SystemClock().now() + timedelta(hours=1))
    assert problem(anna.ask("POST", "scheduled", json={**without, "at": at})) == "text_empty"
    id = new_id(SystemClock())
    answer = plan(anna, desk, [own], id=id, at=at)
    assert plan(anna, desk, [own], id=id, at=at).json() == answer.json()
    other = anna.stored(desk, "other.txt", b"on paper")["id"]
    assert problem(plan(anna, desk, [other], id=id, at=at)) == "id_reuse"
    assert anna.ask("DELETE", f"scheduled/{id}").is_success
