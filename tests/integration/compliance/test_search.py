"""Search finds every text that there ever was, and each search is on the record."""

import time
from hashlib import sha256

import pytest

from tests.integration.compliance.conftest import GROUP, Talk
from tests.integration.compliance.office import WHY, Desk
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE


def found(desk: Desk, case: str, **query: str) -> list[str]:
    """Return the event_ids that a search finds."""
    return [hit["event_id"] for hit in desk.post(f"{case}/searches", **query)["hits"]]


def test_a_removed_text_is_found_with_who_removed_it(ewa: Desk, case: str, talk: Talk) -> None:
    (hit,) = ewa.post(f"{case}/searches", words="merger lodz")["hits"]
    assert hit["event_id"] == talk.said["removed"]["event_id"]
    assert hit["versions"][0]["text"] == "Buy before the merger is public, Łódź office."
    assert hit["versions"][0]["marks"] == [[15, 21], [33, 37]]
    assert hit["removed"]["actor"]["name"] == "Anna"
    assert hit["removed"]["conv_seq"] == talk.said["removal"]["conv_seq"]


@pytest.mark.parametrize(("words", "matching"), [("26th", [True, False]), ("yes", [False, True])])
def test_an_edited_message_is_found_by_each_of_its_texts(
    ewa: Desk, case: str, talk: Talk, words: str, matching: list[bool]
) -> None:
    (hit,) = ewa.post(f"{case}/searches", words=words)["hits"]
    assert hit["event_id"] == talk.said["edited"]["event_id"]
    assert [version["matches"] for version in hit["versions"]] == matching
    assert hit["versions"][1]["event_id"] == talk.said["edit"]["event_id"]


def test_a_former_title_is_found(ewa: Desk, case: str, talk: Talk) -> None:
    (created,) = ewa.post(f"{case}/searches", words=GROUP)["hits"]
    assert (created["type"], created["versions"][0]["text"]) == ("conversation.created", GROUP)
    assert found(ewa, case, words="settlement") == [talk.said["title"]["event_id"]]


def test_words_narrow_a_conversation_down(ewa: Desk, case: str, talk: Talk) -> None:
    everywhere = found(ewa, case, words="merger")
    assert everywhere == [talk.said["elsewhere"]["event_id"], talk.said["removed"]["event_id"]]
    assert found(ewa, case, words="merger", conversation=talk.conv) == everywhere[1:]


def test_a_member_is_found_by_what_they_could_read_an_author_by_what_they_wrote(
    ewa: Desk, case: str, talk: Talk, bank: Installation
) -> None:
    tom = bank.people["tom@client"].id
    as_member = found(ewa, case, person=tom)
    assert talk.said["kept"]["event_id"] in as_member
    assert talk.said["late"]["event_id"] not in as_member  # he had been removed
    # Elsewhere he may have written: the bank is one for all of these tests.
    assert found(ewa, case, person=tom, person_as="author", conversation=talk.conv) == []
    marek = bank.people["marek"].id
    written = found(ewa, case, person=marek, person_as="author", conversation=talk.conv)
    assert talk.said["late"]["event_id"] in written


def test_several_people_are_found_by_what_any_of_them_did_and_the_export_finds_the_same(
    ewa: Desk, case: str, talk: Talk, bank: Installation
) -> None:
    tom, marek = bank.people["tom@client"].id, bank.people["marek"].id
    alone = [found(ewa, case, person=one, person_as="author") for one in (tom, marek)]
    both = ewa.post(f"{case}/searches", people=[tom, marek, tom], person_as="author")
    events = [hit["event_id"] for hit in both["hits"]]
    assert sorted(events) == sorted({*alone[0], *alone[1]})
    (record,) = [look for look in ewa.looks(case) if look["number"] == both["number"]]
    assert record["facts"]["person"] == tom
    assert record["facts"]["more_people"] == marek
    assert (
        ewa.post(f"{case}/searches", people=[tom, marek], person_as="author")["sha256"]
        == (both["sha256"])
    )
    order = f"{case}/exports/{ewa.post(f'{case}/exports', search=both['number'])['number']}"
    deadline = time.monotonic() + PATIENCE
    while (export := ewa.get(order))["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline, export
        time.sleep(0.05)
    assert export["state"] == "ready", export
    ewa.ask("DELETE", order)
    assert ewa.refusal("POST", f"{case}/searches", people=[tom, "0" * 32])[1] == "no_such_person"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("merger -approved", "-approved"),
        ('"approved merger"', '"approved merger"'),
        ("merger OR approved", "OR"),
        ("merger NOT approved", "NOT"),
        ("merger NEAR approved", "NEAR"),
        ("has:file merger", "has:file"),
        ("merger (–approved)", "(–approved)"),
        ("has_file:x merger", "has_file:x"),
        ("merger|approved", "merger|approved"),
        (" ".join(f"w{number}" for number in range(17)), "w16"),
    ],
)
def test_what_a_search_cannot_do_is_named_and_leaves_no_record(
    ewa: Desk, case: str, words: str, part: str
) -> None:
    before = len(ewa.looks(case))
    answer = ewa.ask("POST", f"{case}/searches", {"words": words})
    assert (answer.status_code, answer.json()["code"]) == (400, "query_not_understood")
    assert answer.json()["part"] == part
    assert len(ewa.looks(case)) == before


def test_days_include_both_ends(ewa: Desk, case: str, talk: Talk) -> None:
    day = talk.said["kept"]["at"][:10]
    assert talk.said["kept"]["event_id"] in found(ewa, case, from_day=day, to_day=day)
    assert found(ewa, case, to_day="2020-01-01", conversation=talk.conv, reason=WHY) == []


def test_the_record_says_who_why_what_and_what_was_found(ewa: Desk, case: str, talk: Talk) -> None:
    answer = ewa.post(f"{case}/searches", words="25th", reason="Which day was agreed?")
    (record,) = [look for look in ewa.looks(case) if look["number"] == answer["number"]]
    said = talk.said
    chain = [said["kept"], said["edited"], said["edit"]]
    digest = sha256(b"".join(bytes.fromhex(one["event_id"]) for one in chain)).hexdigest()
    assert record["actor"]["name"] == "Ewa"
    assert record["facts"] == {
        "case": case.partition("/")[2],
        "reason": "Which day was agreed?",
        "words": "25th",
        "upto": answer["upto"],
        "count": 2,
        "records": 3,
        "sha256": digest,
    }


def test_pages_go_on_where_the_first_one_ended(ewa: Desk, case: str, talk: Talk) -> None:
    answer = ewa.post(f"{case}/searches", reason=WHY, conversation=talk.conv)
    path = f"{case}/searches/{answer['number']}"
    first, second = ewa.get(f"{path}?limit=2"), ewa.get(f"{path}?offset=2&limit=200")
    assert first["more"]
    assert not second["more"]
    assert first["hits"] + second["hits"] == answer["hits"]


def test_a_search_is_its_sessions_own(ewa: Desk, ola: Desk, case: str) -> None:
    number = ewa.post(f"{case}/searches", words="trade")["number"]
    assert ola.refusal("GET", f"{case}/searches/{number}") == (404, "look_over")
    assert ewa.refusal("GET", f"{case}/searches/{number + 1}") == (404, "look_over")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, "query_empty"),
        ({"words": "… -"}, "query_without_words"),
        ({"from_day": "2026-02-30"}, "bad_day"),
        ({"from_day": "2026-02-03", "to_day": "2026-02-02"}, "bad_day"),
        ({"person": "0" * 32}, "no_such_person"),
        ({"conversation": "0" * 32}, "no_such_conversation"),
        ({"words": "x", "colour": "red"}, "bad_body"),
    ],
)
def test_a_bad_query_is_refused_and_leaves_no_record(
    ewa: Desk, case: str, query: dict[str, str], code: str
) -> None:
    assert (
        ewa.refusal(
            "POST", f"{case}/searches", **query, **({} if query else {"person_as": "author"})
        )[1]
        == code
    )
    assert len(ewa.looks(case)) == 1
