"""Two people, an edit, a removal, through the installed command; then verify and a transcript."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.features.compliance.bodies import Case, OpenCase
from onrecord.features.sign_in.login_bodies import AnswerLogin
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.proof_package.bundle import BUNDLE, FILES
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from onrecord_archive.proof_package.reading import read_files, read_lines
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import Opener
from tests.acceptance.command import installed, serving
from tests.acceptance.second_volume import (
    first_volume_lost,
    on_a_second_volume,
    policy_of,
    replica,
    until,
)
from tests.rig.client import client, tls
from tests.rig.command import onrecord, started, verified
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE

Frame = dict[str, Any]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek", "ewa@compliance"])
    populate_conversations(made, {}, [("anna", "marek")])
    return on_a_second_volume(made)


@pytest.fixture(scope="module")
def talk(bank: Installation) -> dict[str, list[Frame]]:
    """Return the messages as Anna and as Marek sees them in the end, two restarts later."""
    with serving(bank.data):
        said = asyncio.run(_say(bank))
    with serving(bank.data):
        asyncio.run(_change(bank, said))
    with serving(bank.data):
        asyncio.run(_open_case(bank))
        _transcript(bank, transcript_file(bank))
        _export(bank, bundle_file(bank))
        return {name: _messages(bank, name) for name in ("anna", "marek")}


def transcript_file(bank: Installation) -> Path:
    return bank.data.parent / "transcript.html"


def bundle_file(bank: Installation) -> Path:
    return bank.data.parent / "export.zip"


async def _open_case(bank: Installation) -> None:
    """Open a case as the officer does in her browser."""
    async with Api(Door.here(bank.settings.console)) as console:
        await console.sign_in("ewa@compliance", PASSWORD, device="Browser")
        await console.post("/api/v1/cases", OpenCase("C-1", "A complaint."), Case)


def _transcript(bank: Installation, to: Path) -> None:
    """Sign the command line in, confirmed by the officer, and write the transcript."""
    state = state_of(bank)
    with started(bank.data, "login", environ=state) as login:
        code = login.line().strip().rpartition(" ")[2]
        asyncio.run(_confirm(bank, code))
        assert login.done().returncode == 0
    conv = bank.direct("anna", "marek")
    why = ("--reason", "The complaint names it.")
    asked = ("--case", "C-1", "--conversation", conv, "--to", str(to), *why)
    done = onrecord(bank.data, "transcript", *asked, environ=state)
    assert done.returncode == 0, done.stderr


def _export(bank: Installation, to: Path) -> None:
    """Export the conversation, and wait until the replica has all that the export rests on."""
    asked = ("--case", "C-1", "--conversation", bank.direct("anna", "marek"), "--to", str(to))
    done = onrecord(bank.data, "export", *asked, environ=state_of(bank))
    assert done.returncode == 0, done.stderr
    policy = policy_of(bank)
    needed = policy.open(bytes(read_files(to, FILES)["checkpoint"])).size
    until(lambda: Archive(replica(bank)).size >= needed)


def state_of(bank: Installation) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(bank.data.parent / "state")}


async def _confirm(bank: Installation, code: str) -> None:
    async with Api(Door.here(bank.settings.console)) as console:
        await console.sign_in("ewa@compliance", PASSWORD, device="Browser")
        await console.send("POST", f"/api/v1/logins/{code}", AnswerLogin("confirm"))


async def _say(bank: Installation) -> list[Frame]:
    async with client(bank, "anna") as anna, client(bank, "marek") as marek:
        conv = bank.direct("anna", "marek")
        answers = [
            await anna.sent(conv, "Trade 48213 settles on the 25th."),
            await marek.sent(conv, "The 26th, I thought."),
            await anna.sent(conv, "Account 4471, wrong window."),
        ]
        assert [answer["t"] for answer in answers] == ["ack"] * 3
        await marek.event(answers[2]["event_id"])
        return answers


async def _change(bank: Installation, said: list[Frame]) -> None:
    async with client(bank, "anna") as anna, client(bank, "marek") as marek:
        conv = bank.direct("anna", "marek")
        edit = {"t": "edit", "conv": conv, "target": said[1]["event_id"], "text": "The 25th, yes."}
        remove = {"t": "remove", "conv": conv, "target": said[2]["event_id"]}
        assert (await marek.command(**edit))["t"] == "ack"
        assert (await anna.command(**edit))["code"] == "not_yours"
        assert (await anna.command(**remove))["t"] == "ack"


def _messages(bank: Installation, name: str) -> list[Frame]:
    chat, conv = bank.settings.chat, bank.direct("anna", "marek")
    headers = {
        "host": chat.origin.removeprefix("https://"),
        "authorization": f"Bearer {bank.tokens[name]}",
    }
    with httpx2.Client(
        verify=tls(bank), headers=headers, trust_env=False, timeout=PATIENCE
    ) as browser:
        answer = browser.get(
            f"https://127.0.0.1:{chat.port}/api/v1/conversations/{conv}/timeline",
            extensions={"sni_hostname": chat.host},
        )
    return [row for row in answer.json()["events"] if row["type"] == "message.sent"]


def test_both_see_the_same_two_restarts_later(talk: dict[str, list[Frame]]) -> None:
    assert talk["anna"] == talk["marek"]
    assert [row["msg_no"] for row in talk["anna"]] == [1, 2, 3]


def test_an_edit_shows_its_last_text_and_a_removal_none(talk: dict[str, list[Frame]]) -> None:
    kept, edited, removed = talk["marek"]
    assert kept["text"] == "Trade 48213 settles on the 25th."
    assert (edited["text"], "edited_at" in edited) == ("The 25th, yes.", True)
    assert ("text" in removed, "removed_at" in removed) == (False, True)


def test_the_transcript_has_every_text_that_there_ever_was(
    bank: Installation, talk: dict[str, list[Frame]]
) -> None:
    text = transcript_file(bank).read_text(encoding="utf-8")
    for said in (
        "Trade 48213 settles on the 25th.",
        "The 26th, I thought.",
        "The 25th, yes.",
        "Account 4471, wrong window.",
    ):
        assert said in text


def test_the_archive_verifies_and_opens(bank: Installation, talk: dict[str, list[Frame]]) -> None:
    opening = ("--opening-key", str(bank.opening_key), "--key-store", str(bank.settings.keys.store))
    done = installed(bank.data, "verify", *opening, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["result"]) == (0, "verified")
    assert report["opened"] == report["records"] >= 8


@pytest.fixture
def lost(bank: Installation, talk: dict[str, list[Frame]]) -> Iterator[None]:
    with first_volume_lost(bank):
        yield


@pytest.mark.usefixtures("lost")
def test_without_first_archive_and_first_key_store_the_export_opens_from_the_second_ones(
    bank: Installation,
) -> None:
    (second,) = bank.settings.keys.copies
    opening = ("--opening-key", str(bank.opening_key))
    place = (str(replica(bank)), "--key-store", str(second))
    report = json.loads(verified(bank.data, *opening, *place, "--json"))
    assert report["opened"] == report["records"]
    assert verify_bundle(bundle_file(bank), policy_of(bank)).records >= 6
    key = parse_opening_key(bank.opening_key.read_bytes())
    archive = Archive(replica(bank))
    exported = [
        *map(BUNDLE.parse, read_lines(read_files(bundle_file(bank), FILES)["records.jsonl"]))
    ]
    with closing(Opener([key], second)) as opener:
        found = [opener.open_entry(archive, record.archive_index) for record in exported]
    assert found == [record.content for record in exported]
    assert sum("Trade 48213" in plain.shown.decode() for plain in found) == 1


def test_a_changed_byte_is_found_against_a_checkpoint_from_before(
    bank: Installation, talk: dict[str, list[Frame]], tmp_path: Path
) -> None:
    held = tmp_path / "checkpoint"
    archive = bank.settings.archive.directory
    held.write_bytes((archive / "checkpoint").read_bytes())
    verified(bank.data, "--checkpoint", str(held))
    tail = max((archive / "tails").iterdir())
    content = bytearray(tail.read_bytes())
    content[len(content) // 2] ^= 1
    tail.chmod(0o600)
    tail.write_bytes(content)
    done = onrecord(bank.data, "verify", "--checkpoint", str(held), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["result"] == "not verified"
