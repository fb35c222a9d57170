"""One text to many: compliance opens each by itself, as a record of whoever wrote it."""

import asyncio
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import BadInput, NotFound, Refusal, Unavailable
from onrecord.core.domain.ids import ClientId, new_id
from onrecord.core.domain.values import Origin, SystemEntry
from onrecord.core.threads import Threads
from onrecord.database.statements import sql
from onrecord.features.broadcasts.recorded import STREAM
from onrecord.features.broadcasts.service import Broadcasts, Outcome
from onrecord.features.compliance.access import EXPORTED, RANGE_OPENED, stream_of
from onrecord.features.compliance.bodies import FoundMessage, Query
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.transcript_bodies import (
    OpenedRange,
    OpenRange,
    RecipientThen,
    TranscriptRow,
)
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.ids import PersonId
from tests.integration.compliance.conftest import Talk
from tests.integration.compliance.office import WHY, Answer, Desk, at_console
from tests.integration.compliance.workbench import Workbench
from tests.integration.export.test_export import Exports, exports  # noqa: F401  # a fixture of these tests too
from tests.integration.office import Records
from tests.integration.rooted import root_over
from tests.integration.world import World
from tests.rig.broadcasts import broadcast, message_to
from tests.rig.client import client
from tests.rig.installation import Installation

SENT = BroadcastSent.type

CASE = "C-1"
TEXT = "The branch closes at noon."
OTHER = "The vault closes at dusk."
END = sql("UPDATE person SET active = 0 WHERE id = ?")


class Branch:
    """Anna and Cleo write to many, Ewa looks; on either database."""

    def __init__(self, world: World, readers: Threads) -> None:
        self.world = world
        self.readers = readers
        self.bench = Workbench(world)
        names = ("Anna", "Ben", "Cleo", "Dora")
        self.anna, self.ben, self.cleo, self.dora = map(world.person, names)
        self.officer = self.bench.officer()
        asyncio.run(self.bench.cases.open(self.officer, CASE, "A client complained."))

    def many(self) -> Broadcasts:
        """The verb of service."""
        return root_over(self.world, Records(self.world), self.readers)[Broadcasts]

    def send(self, sender: PersonId, text: str, *people: PersonId) -> Outcome:
        """Say one text to many."""
        id, actor = ClientId(new_id(SystemClock())), self.world.people[sender]
        return asyncio.run(self.many().send(actor, Origin("password"), id, text, people))

    def search(self, **query: Any) -> list[FoundMessage]:
        """What a search of the case finds."""
        asked = Query(**query)
        return asyncio.run(self.bench.searches.execute(self.officer, CASE, asked)).hits

    def kinds(self, **query: Any) -> list[tuple[str, str]]:
        """Types and texts of what is found, in order of their texts."""
        return sorted((hit.type, hit.versions[0].text) for hit in self.search(**query))

    def open(self, conversation: str, **span: Any) -> tuple[OpenedRange, list[TranscriptRow]]:
        """Open a range and read all of it."""
        transcripts, asked = (
            self.bench.transcripts,
            OpenRange(conversation=conversation, reason=WHY, **span),
        )

        async def look() -> tuple[OpenedRange, list[TranscriptRow]]:
            opened = await transcripts.open(self.officer, CASE, asked)
            place = {"after": None, "before": None, "around": None, "limit": 500}
            page = await transcripts.page(self.officer, CASE, opened.number, **place)  # type: ignore[arg-type]
            return opened, page.rows

        return asyncio.run(look())

    def looks(self) -> list[str]:
        """What the case's own stream has."""
        return [one.type for one in self.bench.store.latest(stream_of(CASE), None, 100)[::-1]]


@pytest.fixture
def branch(world: World) -> Iterator[Branch]:
    readers = Threads()
    yield Branch(world, readers)
    readers.close()


def test_it_is_found_by_its_words_its_days_and_its_sender(branch: Branch) -> None:
    sent = branch.send(branch.anna, TEXT, branch.ben, branch.cleo)
    day = branch.world.clock.at.date().isoformat()
    everywhere = [(SENT, TEXT), *[("message.sent", TEXT)] * 2]
    assert branch.kinds(words="branch noon") == everywhere
    assert branch.kinds(from_day=day, to_day=day, words="noon") == everywhere
    assert branch.kinds(to_day="2026-11-01") == []
    for as_ in ("author", "member"):
        assert (SENT, TEXT) in branch.kinds(person=branch.anna, person_as=as_, words="noon")
        assert (SENT, TEXT) in branch.kinds(person=branch.anna, person_as=as_)
    assert branch.kinds(words="midnight") == []
    (hit,) = [hit for hit in branch.search(words="noon") if hit.type == SENT]
    assert (hit.conversation, hit.event_id) == (f"broadcast:{sent.event}", sent.event)
    assert hit.versions[0].marks == [(21, 25)]


def test_whoever_received_it_has_a_message_and_no_word_of_the_others(branch: Branch) -> None:
    """Scope: a look at a recipient or at a conversation shows nothing of the broadcast itself."""
    branch.send(branch.anna, TEXT, branch.ben, branch.cleo)
    branch.send(branch.cleo, OTHER, branch.ben, branch.dora)
    assert branch.kinds(person=branch.ben, words="closes") == [
        ("message.sent", TEXT),
        ("message.sent", OTHER),
    ]
    assert branch.kinds(person=branch.dora, words="closes") == [("message.sent", OTHER)]
    assert branch.kinds(person=branch.anna, words="closes")[0] == (SENT, TEXT)
    assert (SENT, OTHER) not in branch.kinds(person=branch.anna)
    assert (SENT, TEXT) not in branch.kinds(person=branch.cleo)
    (to_dora,) = branch.search(person=branch.dora, words="closes")
    within = branch.search(conversation=to_dora.conversation)
    assert {hit.type for hit in within} == {"message.sent"}
    assert str(branch.ben) not in str(within)


def test_it_opens_with_its_recipients_and_what_each_got(branch: Branch) -> None:
    sent = branch.send(branch.anna, TEXT, branch.cleo, branch.ben)
    branch.send(branch.cleo, OTHER, branch.dora)
    opened, (row,) = branch.open(f"broadcast:{sent.event}")
    assert (opened.conversation, opened.kind, opened.count) == (
        f"broadcast:{sent.event}",
        "broadcast",
        1,
    )
    assert (row.type, row.text, row.actor.name) == (SENT, TEXT, "Anna")
    assert [one.person.name for one in opened.people] == ["Anna", "Cleo", "Ben"]
    assert opened.members == []
    for one, person in zip(row.recipients or [], (branch.cleo, branch.ben), strict=True):
        assert one.person == person
        assert one.conversation is not None
        assert one.conv_seq is not None
        span = {"first": one.conv_seq, "last": one.conv_seq}
        _, (message,) = branch.open(one.conversation, **span)
        assert (message.event_id, message.text) == (one.event_id, TEXT)
        assert message.broadcast == sent.event


def test_names_are_those_of_the_day_it_was_sent(branch: Branch) -> None:
    sent = branch.send(branch.anna, TEXT, branch.ben)
    with branch.world.database.writing() as tx:
        tx.run(sql("UPDATE person SET name = 'Benedikt' WHERE id = ?"), (branch.ben,))
    opened, _ = branch.open(f"broadcast:{sent.event}")
    assert [one.person.name for one in opened.people] == ["Anna", "Ben"]


def test_whom_it_missed_stands_there_without_a_message(branch: Branch) -> None:
    """Dora's account ends between the record and her message."""
    command = branch.world.command(
        branch.anna,
        STREAM.id,
        SystemEntry(SENT, {"text": TEXT, "recipients": (branch.ben, branch.dora)}),
        create=STREAM,
    )
    branch.world.commit(command)
    with branch.world.database.writing() as tx:
        tx.run(END, (branch.dora,))
    asyncio.run(branch.many().finish())
    _, (row,) = branch.open(f"broadcast:{command.event_id}")
    ben, dora = row.recipients or []
    assert (ben.person, ben.conv_seq) == (branch.ben, 2)
    assert dora == RecipientThen(branch.dora, dora.event_id)


@pytest.mark.parametrize(
    ("span", "code"),
    [
        ({"first": 1}, "bad_range"),
        ({"first": 1, "last": 2}, "bad_range"),
        ({"from_day": "2026-11-24"}, "bad_range"),
    ],
)
def test_it_is_opened_whole_and_alone(branch: Branch, span: dict[str, Any], code: str) -> None:
    event = branch.send(branch.anna, TEXT, branch.ben).event
    with pytest.raises(BadInput) as refused:
        branch.open(f"broadcast:{event}", **span)
    assert refused.value.code == code
    assert branch.looks() == ["case.opened"]


def test_nothing_opens_the_broadcasts_of_everybody(branch: Branch) -> None:
    """Neither their stream, nor a record of another one under the name of a broadcast."""
    branch.send(branch.anna, TEXT, branch.ben)
    (message,) = [hit for hit in branch.search(words="noon") if hit.type == "message.sent"]
    (opened,) = branch.bench.store.latest(stream_of(CASE), 2, 1)
    for address in (
        STREAM.id,
        f"broadcast:{message.event_id}",
        f"broadcast:{opened.event_id}",
        f"broadcast:{'0' * 32}",
        message.event_id,
    ):
        with pytest.raises(NotFound) as refused:
            branch.open(address)
        assert refused.value.code == "no_such_conversation"
    with pytest.raises(NotFound):
        branch.search(conversation=STREAM.id)


def test_while_the_archive_fails_none_opens(branch: Branch) -> None:
    event = branch.send(branch.anna, TEXT, branch.ben).event
    branch.bench.recorder.fails = Unavailable("archive_unavailable", "No.", retry_after=2.0)
    with pytest.raises(Refusal):
        branch.open(f"broadcast:{event}")


def test_the_look_names_the_broadcast(branch: Branch) -> None:
    event = branch.send(branch.anna, TEXT, branch.ben).event
    branch.open(f"broadcast:{event}")
    (look,) = branch.bench.store.latest(stream_of(CASE), None, 1)
    facts = shown_of(look)["payload"]
    assert (look.type, facts["conversation"]) == (RANGE_OPENED, f"broadcast:{event}")
    assert (facts["first"], facts["last"], facts["count"]) == (1, 1, 1)


# Over HTTP, with a bundle.


@pytest.fixture(scope="module")
def sent(bank: Installation, talk: Talk) -> Answer:
    """Anna's, to Marek and Ewa's colleague Ola; what Marek got she removed. And one of Marek's."""
    found = broadcast(bank, "anna", TEXT, ["marek", "ola@compliance"])
    broadcast(bank, "marek", OTHER, ["anna"])
    asyncio.run(_remove(bank, found["event"]))
    return found


async def _remove(bank: Installation, event: str) -> None:
    async with client(bank, "anna") as anna:
        conv = bank.direct("anna", "marek")
        target = message_to(event, bank.people["anna"].id, bank.people["marek"].id)
        answer = await anna.command(t="remove", conv=conv, target=target)
        assert answer["t"] == "ack", answer


def test_its_transcript_says_who_got_what_in_either_language(
    ewa: Desk, case: str, bank: Installation, sent: Answer
) -> None:
    number = ewa.post(f"{case}/ranges", reason=WHY, conversation=f"broadcast:{sent['event']}")[
        "number"
    ]
    path = f"{case}/ranges/{number}/transcript"
    english = ewa.ask("GET", f"{path}?format=html").text
    polish = ewa.ask("GET", f"{path}?format=html&language=pl").text
    for page, words in (
        (english, ("One text to several people", "Recipients: 2", "of conversation", "Removed")),
        (polish, ("Jeden tekst do wielu osób", "Liczba adresatów: 2", "rozmowy", "Usunię")),
    ):
        for said in (TEXT, "Marek", "Ola", *words):
            assert said in page
        assert OTHER not in page
    document = ewa.get(f"{path}?format=json")
    (row,) = document["rows"]
    marek = row["recipients"][0]
    assert marek["person"] == bank.people["marek"].id
    assert marek["conversation"] == bank.direct("anna", "marek")


def test_its_bundle_holds_it_and_what_it_became_and_is_proved_offline(
    exports: Exports,  # noqa: F811
    case: str,
    bank: Installation,
    sent: Answer,
) -> None:
    """By the checker in a process of its own: four records, and who looked at them."""
    address = f"broadcast:{sent['event']}"
    exports.desk.post(f"{case}/ranges", reason=WHY, conversation=address)
    export = exports.ready(span={"conversation": address}, language="pl")
    assert (export["what"], export["conversation"], export["complete"]) == (
        "broadcast",
        address,
        False,
    )
    path = exports.saved(export)
    assert checked(bank, path) == {"result": "verified", "records": 4, "access_records": 3}
    with zipfile.ZipFile(path) as bundle:
        lines = [json.loads(line) for line in bundle.read("records.jsonl").splitlines()]
        audit = [json.loads(line)["shown"] for line in bundle.read("audit.jsonl").splitlines()]
        page = bundle.read("transcript.html").decode()
        manifest = json.loads(bundle.read("manifest.json"))
    types = sorted(line["shown"]["type"] for line in lines)
    assert types == [SENT, "message.removed", "message.sent", "message.sent"]
    assert [one["type"] for one in audit] == ["case.opened", RANGE_OPENED, EXPORTED]
    assert [one["payload"].get("conversation") for one in audit] == [None, address, address]
    assert manifest["slice"]["what"]["asked"] == {"broadcast": sent["event"]}
    assert OTHER not in page + json.dumps(lines, ensure_ascii=False)
    assert all(name in page for name in ("Marek", "Ola", "Jeden tekst do wielu osób"))
    content = bytearray(path.read_bytes())
    content[content.index(TEXT.encode())] ^= 1
    path.write_bytes(content)
    assert checked(bank, path)["result"] == "not verified"


def checked(bank: Installation, path: Path) -> dict[str, Any]:
    """Run the checker, which needs nothing of the server but the policy file."""
    command = [sys.executable, "-m", "onrecord_archive.verify_bundle", str(path), "--json"]
    command += ["--policy", str(bank.settings.paths.policy)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    report = json.loads(done.stdout)
    names = ("result", "records", "access_records")
    return {name: report[name] for name in names if name in report}


def test_a_search_that_found_it_is_exported(
    exports: Exports,  # noqa: F811
    case: str,
    bank: Installation,
    sent: Answer,
) -> None:
    anna = bank.people["anna"].id
    query = {"words": "branch noon", "person": anna, "person_as": "author"}
    found = exports.desk.post(f"{case}/searches", **query)
    assert {hit["type"] for hit in found["hits"]} == {SENT, "message.sent"}
    report = exports.verified(exports.ready(search=found["number"]))
    assert report.records == found["records"] == 4


def test_nobody_but_the_cases_own_officer_opens_it(
    ewa: Desk, ola: Desk, case: str, bank: Installation, sent: Answer
) -> None:
    address = f"broadcast:{sent['event']}"
    asked = {"conversation": address}
    number = ewa.post(f"{case}/ranges", reason=WHY, **asked)["number"]
    assert ola.refusal("POST", f"{case}/ranges", reason=WHY, **asked) == (404, "no_such_case")
    assert ola.refusal("GET", f"{case}/ranges/{number}/rows") == (404, "look_over")
    bad = ewa.refusal("POST", f"{case}/ranges", conversation="broadcast")
    assert bad == (400, "bad_body")
    for name, none in (("ada@auditor", 404), ("adam@administrator", 403)):
        with at_console(bank, name) as desk:
            assert desk.refusal("POST", f"{case}/ranges", reason=WHY, **asked)[0] == 403
            assert '"broadcast"' not in desk.ask("GET", "streams").text
            for id in ("broadcast", address):
                assert desk.refusal("GET", f"streams/{id}/records")[0] == none
