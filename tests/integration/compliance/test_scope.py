"""A look at a conversation outside a case has a reason of its own, whatever the way in."""

import json
import zipfile
from typing import Any

import pytest

from tests.integration.compliance.conftest import Talk
from tests.integration.compliance.office import Desk
from tests.integration.export.test_export import (  # noqa: F401  # exports: a fixture
    Exports,
    exports,
)
from tests.rig.broadcasts import broadcast
from tests.rig.installation import Installation

WHY = "The client says that her advisor asked a colleague about it."
CASE_REASON = "A client complained about a trade."
NEEDED = (409, "reason_needed")


@pytest.fixture
def elsewhere(bank: Installation) -> str:
    """A conversation that nothing leads to yet."""
    return bank.direct("anna", "marek")


def ways_to(conversation: str) -> list[tuple[str, dict[str, Any]]]:
    """Return every way to open a conversation by its name: path and body."""
    return [
        ("ranges", {"conversation": conversation}),
        ("ranges", {"conversation": conversation, "first": 1, "last": 1}),
        ("searches", {"conversation": conversation}),
        ("searches", {"conversation": conversation, "words": "lunch"}),
    ]


def refused(desk: Desk, case: str, conversation: str) -> None:
    """Hold every way in to its refusal, and to leaving no record."""
    before = len(desk.looks(case))
    for path, body in ways_to(conversation):
        assert desk.refusal("POST", f"{case}/{path}", **body) == NEEDED, body
        for empty in ("", " ", "\u200b\u202e \n", CASE_REASON, f"  {CASE_REASON.upper()} "):
            answer = desk.ask("POST", f"{case}/{path}", body | {"reason": empty})
            assert answer.status_code in (400, 409), (empty, answer.text)
            assert answer.json()["code"] == ("bad_body" if empty == "" else "reason_needed")
    span = {"span": {"conversation": conversation}}
    assert desk.refusal("POST", f"{case}/exports", **span) == NEEDED
    assert desk.refusal("POST", f"{case}/exports", **span, reason="\t ") == NEEDED
    assert len(desk.looks(case)) == before


def test_nothing_outside_opens_without_a_reason(ewa: Desk, case: str, elsewhere: str) -> None:
    refused(ewa, case, elsewhere)


@pytest.mark.usefixtures("exports")
@pytest.mark.parametrize("path", ["ranges", "searches", "exports"])
def test_the_reason_is_asked_for_once_a_conversation_and_case(
    ewa: Desk, case: str, elsewhere: str, path: str
) -> None:
    place = {"conversation": elsewhere}
    body: dict[str, Any] = {"span": place} if path == "exports" else place
    ewa.post(f"{case}/{path}", **body, reason=f" {WHY}\n")
    first = ewa.looks(case)[-1]
    assert (first["facts"]["reason"], first["facts"]["scope"]) == (WHY, "reason")
    again = ewa.post(f"{case}/ranges", **place)
    look = ewa.looks(case)[-1]["facts"]
    assert (look["reason"], look["scope"], look["scope_number"]) == (
        CASE_REASON,
        "earlier",
        first["number"],
    )
    page = ewa.ask("GET", f"{case}/ranges/{again['number']}/transcript?format=html").text
    assert CASE_REASON in page
    other = ewa.open_case(f"{case.partition('/')[2]}-2", CASE_REASON)
    refused(ewa, other, elsewhere)


@pytest.mark.usefixtures("exports")
def test_what_a_search_of_the_case_found_opens_at_once(
    ewa: Desk, case: str, talk: Talk, elsewhere: str
) -> None:
    found = ewa.post(f"{case}/searches", words="trade 48213")
    assert {hit["conversation"] for hit in found["hits"]} == {talk.conv}
    ewa.post(f"{case}/ranges", conversation=talk.conv)
    look = ewa.looks(case)[-1]["facts"]
    assert (look["scope"], look["scope_number"]) == ("search", found["number"])
    ewa.post(f"{case}/exports", span={"conversation": talk.conv})
    refused(ewa, case, elsewhere)
    ewa.post(f"{case}/searches", words="lunch")
    ewa.post(f"{case}/ranges", conversation=elsewhere)


def test_a_search_for_a_person_brings_in_what_they_could_read(
    ewa: Desk, case: str, bank: Installation, talk: Talk, elsewhere: str
) -> None:
    ewa.post(f"{case}/searches", person=bank.people["tom@client"].id)
    ewa.post(f"{case}/ranges", conversation=talk.conv)
    refused(ewa, case, elsewhere)


def test_days_alone_bring_nothing_in(ewa: Desk, case: str, elsewhere: str) -> None:
    """Such a search finds everything that was said: it says nothing of what the case is about."""
    found = ewa.post(f"{case}/searches", from_day="2020-01-01")
    assert elsewhere in {hit["conversation"] for hit in found["hits"]}
    refused(ewa, case, elsewhere)


def test_letters_that_many_words_begin_with_bring_nothing_in(
    ewa: Desk, case: str, elsewhere: str
) -> None:
    """Day by day they would find nearly everything; one word that says something does."""
    found = ewa.post(f"{case}/searches", words="lu l", from_day="2020-01-01")
    assert elsewhere in {hit["conversation"] for hit in found["hits"]}
    refused(ewa, case, elsewhere)
    ewa.post(f"{case}/searches", words="l lun")
    ewa.post(f"{case}/ranges", conversation=elsewhere)


def test_an_export_has_the_reason_of_each_look(
    exports: Exports,  # noqa: F811
    case: str,
    elsewhere: str,
) -> None:
    exports.desk.post(f"{case}/ranges", conversation=elsewhere, reason=WHY)
    bundle = exports.saved(exports.ready(span={"conversation": elsewhere}, reason=CASE_REASON))
    with zipfile.ZipFile(bundle) as opened:
        lines = [json.loads(line) for line in opened.read("audit.jsonl").splitlines()]
    looks = [line["shown"]["payload"] for line in lines]
    assert [(look.get("scope"), look["reason"]) for look in looks] == [
        (None, CASE_REASON),
        ("reason", WHY),
        ("earlier", CASE_REASON),
    ]


def test_what_was_said_after_the_search_is_not_found_by_it(
    ewa: Desk, case: str, bank: Installation, elsewhere: str
) -> None:
    ewa.post(f"{case}/searches", words="pelikan")
    broadcast(bank, "anna", "Pelikan is closed.", ["marek"])
    refused(ewa, case, elsewhere)
    ewa.post(f"{case}/searches", words="pelikan")
    ewa.post(f"{case}/ranges", conversation=elsewhere)


@pytest.mark.usefixtures("exports")
def test_one_text_to_many_is_a_place_of_its_own(
    ewa: Desk, case: str, bank: Installation, elsewhere: str
) -> None:
    """Neither does a found message bring the text to all in, nor the text another's message."""
    sent = broadcast(bank, "anna", "The quokka ledger moves.", ["marek", "ola@compliance"])
    address = f"broadcast:{sent['event']}"
    span = {"span": {"conversation": address}}
    assert ewa.refusal("POST", f"{case}/ranges", conversation=address) == NEEDED
    assert ewa.refusal("POST", f"{case}/exports", **span) == NEEDED
    ewa.post(f"{case}/searches", person=bank.people["marek"].id, words="quokka")
    assert ewa.refusal("POST", f"{case}/ranges", conversation=address) == NEEDED
    ewa.post(f"{case}/ranges", conversation=address, reason=WHY)
    ewa.post(f"{case}/exports", **span)

    other = ewa.open_case(f"{case.partition('/')[2]}-2", CASE_REASON)
    found = ewa.post(f"{other}/searches", words="quokka ledger")
    assert address in {hit["conversation"] for hit in found["hits"]}
    ewa.post(f"{other}/ranges", conversation=address)
    look = ewa.looks(other)[-1]["facts"]
    assert (look["scope"], look["scope_number"]) == ("search", found["number"])


def test_what_somebody_noted_for_themself_is_never_found(
    ewa: Desk, case: str, bank: Installation
) -> None:
    person = bank.people["marek"].id
    chosen = ewa.get(f"conversations?person={person}")["conversations"]
    for id in [one["id"] for one in chosen if one["kind"] == "personal"]:
        ewa.post(f"{case}/searches", person=person)
        assert ewa.refusal("POST", f"{case}/ranges", conversation=id) == NEEDED


def test_a_case_is_judged_by_its_own_officer_alone(
    ewa: Desk, ola: Desk, case: str, elsewhere: str
) -> None:
    """Whether something lies within another officer's case is told to nobody."""
    ewa.post(f"{case}/ranges", conversation=elsewhere, reason=WHY)
    body = {"conversation": elsewhere}
    assert ola.refusal("POST", f"{case}/ranges", **body) == (404, "no_such_case")
