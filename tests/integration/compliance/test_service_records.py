"""Compliance sees how a client was served: notice, automatic reply, nudge and hand-over."""

import asyncio
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord_archive.format.checkpoint import parse_policy
from tests.acceptance.crossed import SNI, signed_in
from tests.acceptance.test_out_of_office import close
from tests.integration.compliance.office import Desk, at_console
from tests.integration.compliance.test_notes import noted
from tests.integration.export.test_export import Exports
from tests.rig.client import client
from tests.rig.installation import Installation, install, populate_conversations, run_apart
from tests.rig.process import running

ANNA, BEN, EWA = "anna@advisor", "ben@advisor", "ewa@client"
OFFICER = "ola@compliance"
TYPES = {"notice.accepted", "out_of_office.replied", "conversation.handed_over"}
WORDS = (
    "recording notice",
    "The new text.",
    "Automatic reply",
    "Handed over from",
    "signs of another channel",
)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A bank outside of its hours, whose notice has changed since Ewa accepted it."""
    folder = tmp_path_factory.mktemp("bank")
    notice = folder / "notice.txt"
    notice.write_text("Everything is recorded\nThe old text.\n", encoding="utf-8")
    made = install(folder, [ANNA, BEN, EWA, OFFICER], toml=f'[clients.notices]\nen = "{notice}"\n')
    populate_conversations(made, {}, [(ANNA, EWA)])
    run_apart(close(made))
    notice.write_text("Everything is recorded\nThe new text.\n", encoding="utf-8")
    with running(made):
        accept(made)
        asyncio.run(serve(made))
        yield made


def accept(made: Installation) -> None:
    """Ewa accepts the notice that is in force now."""
    with signed_in(made, EWA) as ewa:
        due = ewa.get("/api/v1/me", extensions=SNI).json()["notice"]
        body = {"notice": due["sha256"]}
        assert ewa.post("/api/v1/notice", json=body, extensions=SNI).status_code == 204


async def serve(made: Installation) -> None:
    """Ewa asks to go elsewhere while nobody is there, and Anna hands her over to Ben."""
    conv = made.direct(ANNA, EWA)
    async with client(made, ANNA) as anna, client(made, EWA) as ewa:
        await ewa.sent(conv, "WhatsApp me when you have read it.")
        await ewa.until(
            lambda: any(event["type"] == "out_of_office.replied" for event in ewa.events), 60
        )
        given = await anna.command(
            t="relationship", op="hand_over", conv=conv, person=made.people[BEN].id
        )
    assert given["t"] == "ack", given


@pytest.fixture
def officer(bank: Installation) -> Iterator[Desk]:
    with at_console(bank, OFFICER) as desk:
        yield desk


def test_the_transcript_and_the_bundle_show_all_four(
    bank: Installation, officer: Desk, tmp_path: Path
) -> None:
    conv = str(bank.direct(ANNA, EWA))
    case = officer.open_case("SERVICE-1", "How was Ewa served?")
    opened, _ = noted(officer, case, conv, 1)
    transcript = f"{case}/ranges/{opened['number']}/transcript"
    rows = officer.ask("GET", f"{transcript}?format=json").json()["rows"]
    assert {row["type"] for row in rows} >= TYPES
    (note,) = [note for row in rows for note in row.get("notes", ())]
    assert note["type"] == "off_channel.hint"
    page = officer.ask("GET", f"{transcript}?format=html").text
    assert [word for word in WORDS if word not in page] == []
    policy = parse_policy(bank.settings.paths.policy.read_text(encoding="utf-8"))
    exports = Exports(officer, case, policy, tmp_path)
    export = exports.ready(span={"conversation": conv})
    assert exports.verified(export).notes == 1
    with zipfile.ZipFile(exports.saved(export)) as bundle:
        records = [json.loads(line) for line in bundle.read("records.jsonl").splitlines()]
        notes = [json.loads(line) for line in bundle.read("notes.jsonl").splitlines()]
        page = bundle.read("transcript.html").decode()
    assert {record["shown"]["type"] for record in records} >= TYPES
    assert [one["shown"]["type"] for one in notes] == ["off_channel.hint"]
    assert [word for word in WORDS if word not in page] == []
    exports.drop_all()
