"""No file leaves the firm without the word of who sends it, whatever client they use."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord_archive.format.record import format_time
from tests.integration.uploads.conftest import EWA, TOM
from tests.rig.client import client
from tests.rig.files import Json, Sharer, problem
from tests.rig.installation import Installation


def said(bank: Installation, name: str, *frames: dict[str, Any]) -> list[Json]:
    """Have somebody send commands; return their answers."""

    async def story() -> list[Json]:
        async with client(bank, name) as socket:
            answers = []
            for frame in frames:
                await socket.say(frame)
                await socket.until(lambda: len(socket.frames) > 0)
                answers.append(await socket.answer(frame["id"]))
                del socket.answers[frame["id"]]
            return answers

    return asyncio.run(story())


def with_files(conv: str, files: list[str], **more: Any) -> dict[str, Any]:
    return {"t": "send", "id": new_id(SystemClock()), "conv": conv, "text": "", **more} | (
        {"files": files} if files else {}
    )


def id_of(bank: Installation, name: str) -> str:
    return str(bank.people[name].id)


def group(bank: Installation, anna: Sharer, *names: str) -> str:
    """A new group of Anna's."""
    body = {
        "id": new_id(SystemClock()),
        "members": [id_of(bank, name) for name in names],
        "title": "Deal",
        "kind": "group",
    }
    answer = anna.ask("POST", "conversations", json=body)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def test_a_client_program_without_the_field_is_refused_and_may_send_the_same_id_with_it(
    bank: Installation, anna: Sharer, ewa: Sharer
) -> None:
    talk, ewa_id = bank.direct("anna", EWA), id_of(bank, EWA)
    file = anna.stored(talk, "offer.txt", b"for Ewa")["id"]
    bare = with_files(talk, [file])
    named = {**bare, "outside": [ewa_id]}
    first, second, again = said(bank, "anna", bare, named, bare)
    assert (first["t"], first["code"]) == ("nack", "crossing_not_confirmed")
    assert first["outside"] == [ewa_id]
    assert second["t"] == "ack"
    assert again == second, "a known id has its old answer, whatever it names"
    assert ewa.read(second["event_id"], file).content == b"for Ewa"


def test_a_page_that_has_not_heard_of_the_second_client_is_asked_with_both(
    bank: Installation, anna: Sharer, marek: Sharer
) -> None:
    conv = group(bank, anna, "marek", EWA)
    ewa_id, tom_id = id_of(bank, EWA), id_of(bank, TOM)
    file = marek.stored(conv, "terms.txt", b"terms")["id"]
    (first,) = said(bank, "marek", with_files(conv, [file], outside=[ewa_id]))
    assert first["t"] == "ack"
    added = {"t": "members", "id": new_id(SystemClock()), "conv": conv, "op": "add"}
    (joined,) = said(bank, "anna", {**added, "person": tom_id})
    assert joined["t"] == "ack"
    stale = with_files(conv, [file], outside=[ewa_id])
    both = {**stale, "outside": sorted([ewa_id, tom_id])}
    refused, sent = said(bank, "marek", stale, both)
    assert (refused["code"], refused["outside"]) == ("crossing_not_confirmed", both["outside"])
    assert sent["t"] == "ack"


def test_a_client_sends_files_without_being_asked(bank: Installation, ewa: Sharer) -> None:
    talk = bank.direct("anna", EWA)
    file = ewa.stored(talk, "passport.txt", b"scan")["id"]
    (answer,) = said(bank, EWA, with_files(talk, [file]))
    assert answer["t"] == "ack"


@pytest.mark.parametrize("to_client", [True, False])
def test_a_forward_names_both_sides(
    bank: Installation, anna: Sharer, desk: str, *, to_client: bool
) -> None:
    talk, other = bank.direct("anna", EWA), bank.direct("anna", TOM)
    (source,) = said(bank, "anna", with_files(talk, [], text="The rate is 4 %"))
    conv = other if to_client else desk
    met = sorted([id_of(bank, EWA), *([id_of(bank, TOM)] if to_client else [])])
    bare = with_files(conv, [], forward=source["event_id"])
    refused, sent = said(bank, "anna", bare, {**bare, "outside": met})
    assert (refused["code"], refused["outside"]) == ("crossing_not_confirmed", met)
    assert sent["t"] == "ack"


def plan(one: Sharer, conv: str, file: str, **more: Any) -> Any:
    at = format_time(SystemClock().now() + timedelta(hours=1))
    body = {"id": new_id(SystemClock()), "conv": conv, "text": "", "at": at, "files": [file]}
    return one.ask("POST", "scheduled", json=body | more)


def test_a_file_for_later_keeps_the_word_and_comes_back_when_somebody_joined(
    bank: Installation, anna: Sharer, marek: Sharer
) -> None:
    conv = group(bank, anna, "marek", EWA)
    ewa_id, tom_id = id_of(bank, EWA), id_of(bank, TOM)
    file = marek.stored(conv, "later.txt", b"later")["id"]
    unasked = plan(marek, conv, file)
    assert (problem(unasked), unasked.json()["outside"]) == ("crossing_not_confirmed", [ewa_id])
    kept, other = (plan(marek, conv, file, outside=[ewa_id]).json()["id"] for _ in range(2))
    assert marek.ask("POST", f"scheduled/{kept}/send").is_success
    added = {"t": "members", "id": new_id(SystemClock()), "conv": conv, "op": "add"}
    assert said(bank, "anna", {**added, "person": tom_id})[0]["t"] == "ack"
    late = marek.ask("POST", f"scheduled/{other}/send")
    both = sorted([ewa_id, tom_id])
    assert (late.status_code, problem(late)) == (409, "crossing_not_confirmed")
    assert late.json()["outside"] == both
    (back,) = marek.ask("GET", "scheduled").json()["scheduled"]
    assert (back["state"], back["code"]) == ("refused", "crossing_not_confirmed")
    assert marek.ask("POST", f"scheduled/{other}/send", json={"outside": both}).is_success
    assert marek.ask("GET", "scheduled").json()["scheduled"] == []


def test_another_time_for_a_file_asks_anew_about_who_joined(
    bank: Installation, anna: Sharer, marek: Sharer
) -> None:
    conv = group(bank, anna, "marek", EWA)
    ewa_id, tom_id = id_of(bank, EWA), id_of(bank, TOM)
    file = marek.stored(conv, "later.txt", b"later")["id"]
    kept = plan(marek, conv, file, outside=[ewa_id]).json()["id"]
    added = {"t": "members", "id": new_id(SystemClock()), "conv": conv, "op": "add"}
    assert said(bank, "anna", {**added, "person": tom_id})[0]["t"] == "ack"
    at = {"at": format_time(SystemClock().now() + timedelta(hours=2))}
    assert problem(marek.ask("PUT", f"scheduled/{kept}", json=at)) == "crossing_not_confirmed"
    both = [ewa_id, tom_id]
    assert marek.ask("PUT", f"scheduled/{kept}", json={**at, "outside": both}).is_success
    assert marek.ask("DELETE", f"scheduled/{kept}").is_success
