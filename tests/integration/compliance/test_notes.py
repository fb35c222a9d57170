"""What the firm's rules note about a message: with it for compliance, and never for a client."""

import asyncio
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from onrecord_archive.proof_package.own_copy import FILES
from onrecord_archive.proof_package.reading import read_files
from tests.integration.compliance.conftest import Talk
from tests.integration.compliance.office import WHY, Answer, Desk
from tests.integration.export.test_export import Exports, exports
from tests.integration.own_copy.test_copy_routes import copied
from tests.rig.client import client
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE

__all__ = ["exports"]


@pytest.fixture(scope="module")
def said(bank: Installation, talk: Talk) -> dict[str, dict[str, Any]]:
    """Marek and his client talk about another channel, and Marek thinks better of it."""
    return asyncio.run(_said(bank))


async def _said(bank: Installation) -> dict[str, dict[str, Any]]:
    conv = bank.direct("marek", "tom@client")
    async with client(bank, "marek") as marek, client(bank, "tom@client") as tom:
        plain = await marek.sent(conv, "The contract is ready.")
        sign = await marek.sent(conv, "WhatsApp me when you have read it.")
        target = sign["event_id"]
        edit = await marek.command(t="edit", conv=conv, target=target, text="Ping me on Signal.")
        clients = await tom.sent(conv, "Or let's take this offline.")
        return {"plain": plain, "sign": sign, "edit": edit, "clients": clients}


def noted(desk: Desk, case: str, conv: str, count: int) -> tuple[Answer, list[Answer]]:
    """Open the conversation until so many notes stand in it; return the range and its rows."""
    deadline = time.monotonic() + PATIENCE
    while True:
        opened = desk.post(f"{case}/ranges", reason=WHY, conversation=conv)
        rows = desk.get(f"{case}/ranges/{opened['number']}/rows?limit=500")["rows"]
        if sum(len(row.get("notes", ())) for row in rows) == count:
            return opened, rows
        assert time.monotonic() < deadline, rows
        time.sleep(0.2)


def test_compliance_reads_a_note_below_the_message_or_edit_that_it_is_about(
    ewa: Desk, case: str, said: dict[str, dict[str, Any]]
) -> None:
    opened, rows = noted(ewa, case, said["sign"]["conv"], 3)
    notes = {row["event_id"]: row["notes"] for row in rows if "notes" in row}
    assert set(notes) == {said[name]["event_id"] for name in ("sign", "edit", "clients")}
    (note,) = notes[said["clients"]["event_id"]]
    assert (note["type"], note["signs"]) == ("off_channel.hint", ["offline"])
    path = f"{case}/ranges/{opened['number']}/transcript"
    assert ewa.ask("GET", f"{path}?format=json").json()["rows"] == rows
    page = ewa.ask("GET", f"{path}?format=html").text
    assert page.count("signs of another channel") == 3
    assert f"Record {note['number']} of the stream policy" in page
    polish = ewa.ask("GET", f"{path}?format=html&language=pl").text
    assert polish.count("oznaki innego kanału") == 3
    first = said["clients"]["conv_seq"]
    (row,) = [
        row
        for row in ewa.get(f"{case}/ranges/{opened['number']}/rows?after={first - 1}")["rows"]
        if row["conv_seq"] == first
    ]
    assert row["notes"] == [note]


def test_a_range_shows_notes_about_its_own_records_alone(
    ewa: Desk, case: str, said: dict[str, dict[str, Any]]
) -> None:
    noted(ewa, case, said["sign"]["conv"], 3)
    number = said["edit"]["conv_seq"]
    span = {"conversation": said["sign"]["conv"], "first": number, "last": number}
    opened = ewa.post(f"{case}/ranges", reason=WHY, **span)
    (row,) = ewa.get(f"{case}/ranges/{opened['number']}/rows")["rows"]
    assert [note["signs"] for note in row["notes"]] == [["messenger"]]


def test_a_bundle_carries_the_notes_with_their_proofs_and_a_search_those_of_what_it_found(
    exports: Exports, ewa: Desk, case: str, said: dict[str, dict[str, Any]]
) -> None:
    conv = said["sign"]["conv"]
    noted(ewa, case, conv, 3)
    assert exports.verified(exports.ready(span={"conversation": conv})).notes == 3
    search = ewa.post(f"{case}/searches", reason=WHY, words="offline", conversation=conv)
    export = exports.ready(search=search["number"])
    assert exports.verified(export).notes == 1
    with zipfile.ZipFile(exports.saved(export)) as bundle:
        assert said["clients"]["event_id"].encode() in bundle.read("notes.jsonl")
        assert b"signs of another channel" in bundle.read("transcript.html")


def test_the_clients_own_copy_says_nothing_of_it(
    ewa: Desk, case: str, said: dict[str, dict[str, Any]], bank: Installation, tmp_path: Path
) -> None:
    noted(ewa, case, said["sign"]["conv"], 3)
    path, _ = copied(bank, "tom@client", tmp_path)
    copy = b"".join(bytes(data) for data in read_files(path, FILES).values())
    assert b"let's take this offline" in copy
    for word in (b"off_channel", b'"signs"', b"signs of another channel", b"stream policy"):
        assert word not in copy
