"""A complaint from the socket to the console: listed without words, read with a case, exported."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from onrecord.core.domain.values import SYSTEM
from onrecord.features.hours.working_days import after
from onrecord.features.people.people import Changes, People
from onrecord_archive.format.record import parse_time
from onrecord_archive.verify_bundle import main as verify_bundle
from tests.integration.compliance.office import WHY, Answer, Desk, at_console
from tests.rig.client import Client, client
from tests.rig.command import Done, onrecord
from tests.rig.installation import (
    BY_TWO,
    PASSWORD,
    RIG,
    Installation,
    at_root,
    install,
    populate_conversations,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

TOML = """
[mail]
folder = "letters"
[complaints]
answer_days = 56
days = "working"
[complaints.categories]
hours = {en = "Opening hours", pl = "Godziny otwarcia"}
"""
REASON = "Nobody told me of this fee."
FAR = "Pacific/Auckland"
"""A time zone in which most of a UTC day is the day after."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    people = ["anna@advisor", "tom@client", "ewa@compliance", "ada@auditor", "adam@administrator"]
    made = install(tmp_path_factory.mktemp("complaints"), people, toml=TOML)
    populate_conversations(made, {}, [("anna@advisor", "tom@client")])
    asyncio.run(give_an_address(made))
    with running(made):
        yield made


async def give_an_address(made: Installation) -> None:
    ewa = made.people["ewa@compliance"].id
    async with at_root(made) as root:
        await root[People].change(SYSTEM, RIG, ewa, Changes(mail="ewa@bank.example"), BY_TWO)


@pytest.fixture(scope="module")
def filed(bank: Installation) -> Answer:
    """Tom marks a message of Anna's; twice with the same id, which is one complaint."""

    async def do() -> Answer:
        conv = bank.direct("anna@advisor", "tom@client")
        async with client(bank, "anna@advisor") as anna, client(bank, "tom@client") as tom:
            welcome = await tom.frame("welcome")
            assert welcome["complaints"]["days"] == 56
            assert welcome["complaints"]["working"]
            offered = [each["category"] for each in welcome["complaints"]["categories"]]
            assert offered == ["hours", "other"]
            said = await anna.sent(conv, "There are no fees at all.")
            command = {
                "t": "complaint",
                "conv": conv,
                "op": "file",
                "category": "hours",
                "locale": "pl",
                "text": REASON,
                "target": said["event_id"],
            }
            first = await tom.command(**command)
            event = await anna.event(first["event_id"])
            assert parse_time(event["due"]) == after(None, 56, parse_time(event["at"]))
            assert await _again(tom, command, first["id"]) == first
            other = await _again(tom, {**command, "text": "Other words"}, first["id"])
            assert other["code"] == "id_reuse"
            again = await anna.command(**{**command, "locale": "en"})
            assert (again["t"], again["code"]) == ("nack", "complaint_exists")
            assert event["reference"] in again["detail"]
            for wrong, code in WRONG:
                frame = {**command, **wrong}
                given = {name: value for name, value in frame.items() if value is not None}
                refused = await tom.command(**given)
                assert (refused["t"], refused["code"]) == ("nack", code), wrong
            return {**event, "said": said["conv_seq"]}

    return asyncio.run(do())


async def _again(one: Client, command: Answer, id: str) -> Answer:
    del one.answers[id]
    await one.say({"id": id, **command})
    return await one.answer(id)


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"category": "fees", "target": None}, "no_such_category"),
    ({"category": None}, "bad_frame"),
    ({"category": "Not a name"}, "bad_frame"),
    ({"text": None}, "bad_frame"),
    ({"text": ""}, "bad_frame"),
    ({"text": " \u200b", "target": None}, "text_empty"),
    ({"text": "x" * 2001}, "bad_frame"),
    ({"target": "0" * 32}, "no_such_message"),
    ({"op": "answer"}, "bad_frame"),
    ({"op": "answer", "complaint": "0" * 32}, "no_such_complaint"),
    ({"op": "forget"}, "bad_frame"),
    ({"locale": "de"}, "bad_frame"),
)


@pytest.fixture
def ewa(bank: Installation, filed: Answer) -> Iterator[Desk]:
    with at_console(bank, "ewa@compliance") as desk:
        yield desk


def test_compliance_gets_one_letter_without_a_word_of_it(bank: Installation, filed: Answer) -> None:
    deadline = time.monotonic() + PATIENCE
    while not (letters := letters_to(bank, "ewa@bank.example")):
        assert time.monotonic() < deadline, "no letter"
        time.sleep(0.05)
    (letter,) = letters
    assert letter["subject"] == "A new complaint"
    assert bank.settings.console.origin in letter["long"]
    assert not {REASON, "Tom", filed["reference"]} & set(letter["long"].split())
    assert REASON not in letter["long"]


def letters_to(bank: Installation, address: str) -> list[dict[str, str]]:
    files = sorted((bank.data / "letters").glob("[!.]*.json"))
    letters = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [letter for letter in letters if letter["to"] == address]


def test_the_list_says_who_what_and_until_when_but_no_word_of_it(ewa: Desk, filed: Answer) -> None:
    answer = ewa.get("complaints")
    (listed,) = answer["complaints"]
    assert (answer["open"], answer["overdue"], answer["more"]) == (1, 0, False)
    assert (listed["reference"], listed["id"]) == (filed["reference"], filed["event_id"])
    assert (listed["category"], listed["about"]) == ("hours", "Godziny otwarcia")
    assert (listed["conv_seq"], listed["target_seq"]) == (filed["conv_seq"], filed["said"])
    assert (listed["state"], listed["overdue"], listed["due"]) == ("open", False, filed["due"])
    assert listed["conversation"]["id"] == filed["conv"]
    assert REASON not in json.dumps(answer)
    for path in ("state=overdue", "category=other", "reference=zzzzz-z", f"person={'0' * 32}"):
        assert ewa.get(f"complaints?{path}")["complaints"] == []
    assert ewa.get(f"complaints?reference={filed['reference'].lower()}")["complaints"] == [listed]
    for path in ("state=late", "reference=%25", "person=x", "offset=x", f"category={'x' * 41}"):
        assert ewa.refusal("GET", f"complaints?{path}") == (400, "bad_query")


def test_the_command_line_lists_them_too(bank: Installation, filed: Answer) -> None:
    who = ("--as", "ewa@compliance")

    def listed(*options: str) -> Done:
        done = onrecord(bank.data, "complaints", "list", *options, *who, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
        return done

    (line,) = listed().stdout.splitlines()
    due = filed["due"][:16].replace("T", " ")
    assert line.startswith(f"{filed['reference']}  open      by {due} ")
    assert line.endswith("Tom: Opening hours")
    assert REASON not in line
    (row,) = listed("--json", "--category", "hours", "--state", "all").stdout.splitlines()
    assert json.loads(row)["id"] == filed["event_id"]
    none = listed("--state", "overdue")
    assert none.stdout == ""
    assert "1 open, 0 of them overdue. Times are given in UTC." in none.stderr
    wrong = onrecord(
        bank.data, "complaints", "list", "--reference", "%", *who, stdin=f"{PASSWORD}\n"
    )
    assert (wrong.returncode, wrong.stderr.partition(":")[0].split()[-1]) == (1, "bad_query")


def test_its_words_and_its_reference_are_found_by_a_search(
    bank: Installation, ewa: Desk, filed: Answer
) -> None:
    case = ewa.open_case("COMPLAINT-0", f"Complaint {filed['reference']}")
    for words in ("told fee", filed["reference"].lower(), "godziny"):
        (hit,) = ewa.post(f"{case}/searches", words=words)["hits"]
        assert (hit["event_id"], hit["type"]) == (filed["event_id"], "complaint.filed")
        (version,) = hit["versions"]
        assert version["text"] == f"{filed['reference']}\nGodziny otwarcia\n{REASON}"
        assert version["marks"]
    who = ("--case", "COMPLAINT-0", "--as", "ewa@compliance")
    found = onrecord(bank.data, "search", "told fee", *who, stdin=f"{PASSWORD}\n")
    assert "Tom  complaint.filed" in found.stdout
    assert f"  {REASON}" in found.stdout.splitlines()


def test_others_than_compliance_see_no_list(bank: Installation, filed: Answer) -> None:
    with at_console(bank, "ada@auditor") as ada:
        assert ada.refusal("GET", "complaints") == (403, "wrong_role")


def test_the_transcript_and_the_bundle_show_it_and_verify(
    bank: Installation, ewa: Desk, filed: Answer, tmp_path: Path
) -> None:
    case = ewa.open_case("COMPLAINT-1", f"Complaint {filed['reference']}")
    opened = ewa.post(f"{case}/ranges", reason=WHY, conversation=filed["conv"])
    rows = ewa.get(f"{case}/ranges/{opened['number']}/rows?limit=100")["rows"]
    (row,) = [row for row in rows if row["type"] == "complaint.filed"]
    assert (row["reference"], row["reason"]) == (filed["reference"], REASON)
    assert (row["target"], row["target_seq"]) == (filed["target"], filed["said"])
    assert "other" not in row
    export = ewa.post(
        f"{case}/exports", reason=WHY, span={"conversation": filed["conv"]}, language="pl"
    )
    path = f"{case}/exports/{export['number']}"
    while export["state"] in ("waiting", "running"):
        export = ewa.get(path)
    bundle = tmp_path / "bundle.zip"
    bundle.write_bytes(ewa.ask("GET", f"{path}/bundle.zip").content)
    assert verify_bundle([str(bundle), "--policy", str(bank.settings.paths.policy)]) == 0
    page = ewa.ask("GET", f"{case}/ranges/{opened['number']}/transcript?language=pl").text
    assert REASON in page
    assert f"Oznaczenie zapisu {filed['said']} jako reklamacji" in page


def test_terms_are_told_in_the_firms_time_zone(
    bank: Installation, ewa: Desk, filed: Answer
) -> None:
    assert ewa.get("complaints")["zone"] == "UTC"
    week = [["09:00-17:00"]] * 5 + [[], []]
    with at_console(bank, "adam@administrator") as adam:
        version = adam.get("admin/hours")["version"]
        plan = {"zone": FAR, "week": week, "holidays": []}
        kept = adam.ask("PUT", "admin/hours", {"replaces": version, "plan": plan})
        assert kept.is_success, kept.text
    assert ewa.get("complaints")["zone"] == FAR
    who = ("--as", "ewa@compliance")
    done = onrecord(bank.data, "complaints", "list", *who, stdin=f"{PASSWORD}\n")
    due = parse_time(filed["due"]).astimezone(ZoneInfo(FAR))
    assert f"  open      by {due:%Y-%m-%d %H:%M} " in done.stdout
    assert f"Times are given in {FAR}." in done.stderr
