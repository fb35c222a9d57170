"""A range of a conversation: recorded, then read in pages or as a file, cut to the record."""

import pytest

from tests.integration.compliance.conftest import GROUP, Talk
from tests.integration.compliance.office import WHY, Answer, Desk
from tests.rig.installation import Installation


def opened(desk: Desk, case: str, talk: Talk, **span: object) -> tuple[Answer, list[Answer]]:
    """Open a range; return it with all of its rows."""
    answer = desk.post(f"{case}/ranges", reason=WHY, conversation=talk.conv, **span)
    page = desk.get(f"{case}/ranges/{answer['number']}/rows?limit=500")
    assert not page["more_after"]
    return answer, page["rows"]


def test_every_record_is_a_row_and_nothing_is_missing(ewa: Desk, case: str, talk: Talk) -> None:
    answer, rows = opened(ewa, case, talk)
    assert [row["conv_seq"] for row in rows] == list(range(1, answer["count"] + 1))
    kinds = {row["type"] for row in rows}
    assert kinds >= {
        "conversation.created", "message.sent", "message.edited", "message.removed",
        "reaction.changed", "title.changed", "member.removed", "positions",
    }  # fmt: skip
    assert {row["event_id"] for row in rows} >= {
        one["event_id"] for name, one in talk.said.items() if name != "elsewhere"
    }


def test_edits_and_removals_stand_as_a_chain(ewa: Desk, case: str, talk: Talk) -> None:
    rows = {row["event_id"]: row for row in opened(ewa, case, talk)[1]}
    said = talk.said
    edited, removed = rows[said["edited"]["event_id"]], rows[said["removed"]["event_id"]]
    assert edited["text"] == "The 26th, I thought."
    (change,) = edited["changes"]
    assert (change["text"], change["actor"]["name"]) == ("The 25th, yes.", "Marek")
    assert removed["text"].startswith("Buy before the merger")
    (change,) = removed["changes"]
    assert ("text" in change, change["conv_seq"]) == (False, said["removal"]["conv_seq"])
    assert rows[said["edit"]["event_id"]]["target_seq"] == said["edited"]["conv_seq"]
    assert rows[said["reply"]["event_id"]]["reply_to"]["text"] == "Trade 48213 settles on the 25th."
    assert rows[said["reaction"]["event_id"]]["emoji"] == "👍"


def test_who_was_there_and_who_had_read(
    ewa: Desk, case: str, talk: Talk, bank: Installation
) -> None:
    whole, _ = opened(ewa, case, talk)
    assert whole["members"] == []
    assert {one["person"]["name"] for one in whole["people"]} == {
        "Anna",
        "Marek",
        "Tom",
        "OnRecord",
    }
    (mark,) = [one for one in whole["read_marks"] if one["person"]["name"] == "Marek"]
    assert mark["read"] == talk.said["late"]["msg_no"]
    late, _ = opened(ewa, case, talk, first=talk.said["late"]["conv_seq"])
    assert {one["name"] for one in late["members"]} == {"Anna", "Marek"}
    assert {one["org"] for one in late["members"]} == {"Rig Bank"}
    kept, _ = opened(ewa, case, talk, first=2, last=3)
    assert {one["name"] for one in kept["members"]} == {"Anna", "Marek", "Tom"}
    tom = next(one for one in kept["members"] if one["name"] == "Tom")
    assert (tom["id"], tom["kind"]) == (bank.people["tom@client"].id, "client")


def test_what_lies_outside_of_the_recorded_numbers_is_not_shown(
    ewa: Desk, case: str, talk: Talk
) -> None:
    first = talk.said["edited"]["conv_seq"]
    answer, rows = opened(ewa, case, talk, first=first, last=first)
    assert [row["text"] for row in rows] == ["The 26th, I thought."]
    assert "changes" not in rows[0]  # the edit is a record outside of the range
    path = f"{case}/ranges/{answer['number']}"
    for place in ("after=1", f"after={first}", "before=99999", "around=1", "before=1"):
        page = ewa.get(f"{path}/rows?{place}")
        assert {row["conv_seq"] for row in page["rows"]} <= {first}
        assert not page["more_before"] or not page["rows"]
    document = ewa.ask("GET", f"{path}/transcript?format=json").json()
    assert [row["conv_seq"] for row in document["rows"]] == [first]


def test_pages_follow_each_other_both_ways(ewa: Desk, case: str, talk: Talk) -> None:
    answer, rows = opened(ewa, case, talk)
    path = f"{case}/ranges/{answer['number']}/rows"
    assert ewa.get(f"{path}?after=3&limit=4")["rows"] == rows[3:7]
    page = ewa.get(f"{path}?before=4&limit=2")
    assert (page["rows"], page["more_before"], page["more_after"]) == (rows[1:3], True, True)
    around = ewa.get(f"{path}?around=5&limit=3")["rows"]
    assert [row["conv_seq"] for row in around] == [4, 5, 6]


def test_the_record_names_the_numbers_that_days_came_to(ewa: Desk, case: str, talk: Talk) -> None:
    day = talk.said["kept"]["at"][:10]
    answer = ewa.post(
        f"{case}/ranges", reason=WHY, conversation=talk.conv, from_day=day, to_day=day
    )
    record = ewa.looks(case)[-1]
    assert (record["type"], record["number"]) == ("range.opened", answer["number"])
    assert record["facts"] == {
        "case": case.partition("/")[2],
        "reason": WHY,
        "scope": "reason",
        "conversation": talk.conv,
        "first": answer["first"],
        "last": answer["last"],
        "count": answer["count"],
        "from_day": day,
        "to_day": day,
    }


def test_the_page_to_print_has_a_row_for_each_record(ewa: Desk, case: str, talk: Talk) -> None:
    answer = ewa.post(f"{case}/ranges", reason=WHY, conversation=talk.conv)
    path = f"{case}/ranges/{answer['number']}/transcript"
    page = ewa.ask("GET", f"{path}?format=html&language=pl")
    assert page.text.count('<tr class="r"') == answer["count"]
    assert '<html lang="pl">' in page.text
    assert page.headers["content-disposition"].startswith("attachment; ")
    assert page.headers["content-security-policy"].endswith("sandbox")
    assert GROUP in page.text


@pytest.mark.parametrize(
    ("span", "code"),
    [
        ({"first": 2, "from_day": "2026-01-01"}, "bad_range"),
        ({"first": 3, "last": 2}, "bad_range"),
        ({"first": 99999}, "nothing_there"),
        ({"to_day": "2020-01-01"}, "nothing_there"),
        ({"from_day": "yesterday"}, "bad_body"),
        ({"from_day": "2026-13-01"}, "bad_day"),
        ({"conversation": "0" * 32}, "no_such_conversation"),
    ],
)
def test_a_bad_range_is_refused_and_leaves_no_record(
    ewa: Desk, case: str, talk: Talk, span: dict[str, object], code: str
) -> None:
    body = {"conversation": talk.conv, **span}
    assert ewa.refusal("POST", f"{case}/ranges", reason=WHY, **body)[1] == code
    assert len(ewa.looks(case)) == 1


def test_two_places_at_once_and_other_forms_are_refused(ewa: Desk, case: str, talk: Talk) -> None:
    path = f"{case}/ranges/{opened(ewa, case, talk)[0]['number']}"
    assert ewa.refusal("GET", f"{path}/rows?after=1&before=2") == (400, "bad_query")
    assert ewa.refusal("GET", f"{path}/transcript?format=pdf") == (400, "bad_query")
    assert ewa.refusal("GET", f"{path}/transcript?language=de") == (400, "bad_query")
    assert ewa.refusal("GET", f"{case}/ranges/x/rows") == (400, "bad_query")
    assert ewa.refusal("GET", f"{case}/ranges/12345/rows") == (404, "look_over")
