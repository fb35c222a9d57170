"""A prospect and a tied agent in a room: captured, found, read and exported as what they are.

KNF's position of 23 December 2021 asks for contacts with potential clients and those of the firm's
agents; which words they have here is server/decisions/prospects.md.
"""

import asyncio
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.people import Changes, People
from onrecord.http.cookies import NAMES
from onrecord_archive.verify_bundle import main as verify_bundle
from tests.integration.compliance.office import WHY, Answer, Desk, at_console
from tests.rig.client import client, tls
from tests.rig.files import sharer
from tests.rig.installation import (
    BY_TWO,
    RIG,
    Installation,
    add_token,
    at_root,
    install,
)
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

ANNA, AGENT, PROSPECT = "anna@advisor", "adam@advisor", "halina"
AGENCY = "Agencja Nowak"
SAID = {
    PROSPECT: "Zastanawiam się nad kontem maklerskim.",
    AGENT: "Przywiozę umowę maklerską w środę.",
    ANNA: "Umowę maklerską podpisze bank.",
}
LETTERS = '[mail]\nfolder = "letters"\n'


@dataclass(frozen=True)
class Room:
    """The bank, the group with all three, and the prospect's conversation with their advisor."""

    made: Installation
    group: str
    direct: str
    people: dict[str, str]
    """Ids by user name."""

    @property
    def known(self) -> dict[str, tuple[str, str, str]]:
        """What each one is on the record, by id: kind, organisation, role."""
        are = {
            ANNA: ("employee", "Rig Bank", "advisor"),
            AGENT: ("employee", AGENCY, "advisor"),
            PROSPECT: ("client", "Halina Brzeska", "client"),
        }
        return {self.people[name]: what for name, what in are.items()}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = install(
        tmp_path_factory.mktemp("prospects"), [ANNA, AGENT, "olga@compliance"], toml=LETTERS
    )
    asyncio.run(tie_the_agent(made))
    with running(made):
        yield asyncio.run(talk(made, come_by_invite(made)))


async def tie_the_agent(made: Installation) -> None:
    """Adam is of another firm; his token is made anew, since such a change ends what was open."""
    async with at_root(made) as root:
        await root[People].change(SYSTEM, RIG, made.people[AGENT].id, Changes(org=AGENCY), BY_TWO)
        await add_token(made, root, AGENT)


def come_by_invite(made: Installation) -> str:
    """Halina, who has signed nothing, follows Anna's invite; return her id."""
    with sharer(made, ANNA) as anna:
        wish = {"name": "Halina Brzeska", "address": "halina@example.com", "locale": "pl"}
        link = anna.ask("POST", "invites", json={**wish, "way": "screen"}).json()["link"]
    asked = {"invite": link.partition("#invite=")[2]}
    with closing(page_of(made)) as page:

        def post(path: str, body: Answer) -> httpx2.Response:
            there = {"sni_hostname": made.settings.chat.host}
            answer = page.post(f"/api/v1/invitation{path}", json=body, extensions=there)
            assert answer.is_success, answer.text
            return answer

        notice = post("", asked).json()["notice"]["sha256"]
        post("/code", asked)
        (letter,) = (made.data / "letters").glob("[!.]*.json")
        code = json.loads(letter.read_text(encoding="utf-8"))["short"].split()[0]
        came = post("/accept", {**asked, "code": code, "notice": notice})
    cookies = came.headers.get_list("set-cookie")
    (made.cookies[PROSPECT],) = [
        cookie.partition(";")[0] for cookie in cookies if cookie.startswith(f"{NAMES['chat']}=")
    ]
    return str(came.json()["person"]["id"])


def page_of(made: Installation) -> httpx2.Client:
    """A browser of somebody whom nobody knows."""
    chat = made.settings.chat
    headers = {
        "host": chat.origin.removeprefix("https://"),
        "origin": chat.origin,
        "sec-fetch-site": "same-origin",
    }
    base = f"https://127.0.0.1:{chat.port}"
    return httpx2.Client(
        base_url=base, verify=tls(made), headers=headers, trust_env=False, timeout=PATIENCE
    )


async def talk(made: Installation, halina: str) -> Room:
    """The three talk in a group; Anna and Halina have the conversation of the invite as well."""
    people = {name: str(made.people[name].id) for name in (ANNA, AGENT)} | {PROSPECT: halina}
    with sharer(made, ANNA) as anna:
        started = {"id": new_id(SystemClock()), "kind": "group", "title": "Konto maklerskie"}
        made_ = anna.ask(
            "POST", "conversations", json={**started, "members": [people[AGENT], halina]}
        )
        assert made_.status_code == 201, made_.text
        listed = anna.ask("GET", "conversations").json()
    group = made_.json()["id"]
    (direct,) = [each["id"] for each in listed if each["id"] != group]
    for name, text in SAID.items():
        async with client(made, name) as one:
            assert (await one.sent(group, text))["t"] == "ack"
            if name == PROSPECT:
                assert (await one.sent(direct, "To ja, Halina."))["t"] == "ack"
    return Room(made, group, direct, people)


@pytest.fixture
def olga(room: Room) -> Iterator[Desk]:
    with at_console(room.made, "olga@compliance") as desk:
        yield desk


def test_both_are_found_by_their_words_and_by_themselves(room: Room, olga: Desk) -> None:
    case = olga.open_case("R34-1", "Who spoke of it?")
    found = olga.post(f"{case}/searches", words="makler")["hits"]
    assert {hit["actor"]["id"]: fact_of(hit["actor"]) for hit in found} == room.known
    for name in (PROSPECT, AGENT):
        person = room.people[name]
        own = olga.post(f"{case}/searches", person=person, person_as="author", words="makler")
        assert [hit["versions"][0]["text"] for hit in own["hits"]] == [SAID[name]]
        read = olga.post(f"{case}/searches", person=person, words="makler")["hits"]
        assert {hit["actor"]["id"] for hit in read} == set(room.known), "and what they could read"


def test_the_transcript_lists_both_with_kind_and_organisation(room: Room, olga: Desk) -> None:
    case = olga.open_case("R34-2", "Who was there?")
    opened = olga.post(f"{case}/ranges", reason=WHY, conversation=room.group)
    assert {fact_of(each["person"]) for each in opened["people"]} == set(room.known.values())
    rows = olga.get(f"{case}/ranges/{opened['number']}/rows?limit=100")["rows"]
    said = {row["text"]: fact_of(row["actor"]) for row in rows if row["type"] == "message.sent"}
    assert said == {SAID[name]: room.known[room.people[name]] for name in SAID}
    page = olga.ask("GET", f"{case}/ranges/{opened['number']}/transcript?language=pl").text
    listed = {tuple(cells_of(row)[:4]) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)}
    assert ("Adam", AGENCY, "pracownik", "doradca") in listed
    assert ("Halina Brzeska", "", "klient", "klient") in listed


def cells_of(row: str) -> list[str]:
    """What stands in the cells of a table's row."""
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell) for cell in cells]


def fact_of(person: Answer) -> tuple[str, str, str]:
    """What somebody is, as an answer or a record says."""
    return person["kind"], person["org"], person["role"]


def exported(olga: Desk, case: str, conversation: str) -> bytes:
    """A bundle of a whole conversation."""
    export = olga.post(f"{case}/exports", reason=WHY, span={"conversation": conversation})
    path = f"{case}/exports/{export['number']}"
    while export["state"] in ("waiting", "running"):
        export = olga.get(path)
    assert (export["state"], export["complete"]) == ("ready", True), export
    return olga.ask("GET", f"{path}/bundle.zip").content


def records_of(bundle: bytes) -> list[dict[str, Any]]:
    """What members saw, record by record."""
    with zipfile.ZipFile(BytesIO(bundle)) as packed:
        return [json.loads(line)["shown"] for line in packed.read("records.jsonl").splitlines()]


def wrong_in(records: list[dict[str, Any]], known: dict[str, tuple[str, str, str]]) -> list[str]:
    """Return what is missing of *known* in a conversation's records, or told otherwise."""
    wrong = [] if records[0].get("participants") else ["nobody is a participant"]
    numbers = [record["conv_seq"] for record in records]
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append(f"numbers {numbers}")
    for record in records:
        named = [record["actor"], *record.get("participants", [])]
        wrong += [
            f"record {record['conv_seq']}: {each['name']} is {each.get('kind')}, {each.get('org')}"
            for each in named
            if each["name"] != SYSTEM.name
            and (each.get("kind"), each.get("org"), each.get("role")) != known.get(each["id"])
        ]
    there = {each["id"] for record in records for each in record.get("participants", [])}
    return wrong + [f"{known[id]} is no participant" for id in known if id not in there]


def test_the_bundle_has_both_with_kind_and_organisation_in_every_record(
    room: Room, olga: Desk, tmp_path: Path
) -> None:
    case = olga.open_case("R34-3", "The regulator asks for it.")
    of_two = {id: what for id, what in room.known.items() if id != room.people[AGENT]}
    for conversation, known in ((room.group, room.known), (room.direct, of_two)):
        content = exported(olga, case, conversation)
        file = tmp_path / f"{conversation}.zip"
        file.write_bytes(content)
        policy = str(room.made.settings.paths.policy)
        assert verify_bundle([str(file), "--policy", policy]) == 0
        assert wrong_in(records_of(content), known) == []
    texts = {
        (record["actor"]["id"], record["payload"]["text"])
        for record in records_of(exported(olga, case, room.group))
        if record["type"] == "message.sent"
    }
    assert texts == {(room.people[name], text) for name, text in SAID.items()}


def test_a_bundle_that_says_less_of_them_is_noticed(room: Room, olga: Desk) -> None:
    """Control: without an organisation, another kind, a record less, a participant less."""
    case = olga.open_case("R34-4", "Is it noticed?")
    content = exported(olga, case, room.group)

    def changed(change: str) -> list[str]:
        records = records_of(content)
        agents = [one for one in records if one["actor"]["id"] == room.people[AGENT]]
        if change == "organisation":
            del agents[0]["actor"]["org"]
        elif change == "kind":
            records[0]["participants"][-1]["kind"] = "prospect"
        elif change == "record":
            records.remove(agents[0])
        else:
            for one in records:
                one.pop("participants", None)
        return wrong_in(records, room.known)

    assert changed("organisation") == [
        f"record {agent_said(content, room)}: Adam is employee, None"
    ]
    assert len(changed("kind")) == 1
    assert changed("record")[0].startswith("numbers")
    assert len(changed("participants")) == 4


def agent_said(content: bytes, room: Room) -> int:
    """The number of the agent's record."""
    numbers = [
        record["conv_seq"]
        for record in records_of(content)
        if record["actor"]["id"] == room.people[AGENT]
    ]
    return int(numbers[0])
