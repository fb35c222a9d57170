"""The auditor's command makes an export's bundle again, from the archive and the keys alone."""

import asyncio
import json
import time
from pathlib import Path
from zipfile import ZipFile

import pytest

from onrecord_archive.__main__ import main as auditor
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.proof_package.again import slice_of
from onrecord_archive.reader.archive import Archive, StoredEntry
from onrecord_archive.verify_bundle import main as verify_bundle
from tests.rig.client import client
from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

CASE = ("--case", "C-1")
LINES = ("records.jsonl", "audit.jsonl", "notes.jsonl")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A bank that has talked, one message of which its rules noted; its server is stopped."""
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek", "ewa@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    with running(made):
        asyncio.run(talk(made))
        await_note(made)
    assert by_ewa(made, "cases", "open", "C-1", "--reason", "A complaint.").returncode == 0
    return made


async def talk(made: Installation) -> None:
    async with client(made, "anna") as anna:
        for number in range(5):
            await anna.sent(made.groups["Desk"], f"Trade {number} settles.")
        await anna.sent(made.groups["Desk"], "Can you add me on WhatsApp? Easier to talk there.")


def await_note(made: Installation) -> None:
    """Wait until the rules' note is in the archive: it comes after the message."""
    deadline = time.monotonic() + PATIENCE
    while not any(b'"off_channel.hint"' in entry.leaf for entry in entries_of(made)):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def entries_of(made: Installation) -> list[StoredEntry]:
    archive = Archive(made.settings.archive.directory)
    return list(archive.entries(0, archive.size))


def by_ewa(bank: Installation, *arguments: str) -> Done:
    return onrecord(bank.data, *arguments, "--as", "ewa@compliance", stdin=f"{PASSWORD}\n")


def again(bank: Installation, target: Path, *more: str) -> int:
    """Make the bundle again, as an auditor does."""
    place = bank.settings
    keys = ("--key-store", str(place.keys.store), "--opening-key", str(bank.opening_key))
    policy = ("--policy", str(place.paths.policy))
    archive = str(place.archive.directory)
    return auditor(["bundle", archive, "C-1", "-o", str(target), *policy, *keys, *more])


def lines_of(bundle: Path) -> dict[str, list[tuple[object, object]]]:
    """What each record of a bundle says, by file: the leaf, and what was sealed."""
    with ZipFile(bundle) as files:
        read = {name: map(json.loads, files.read(name).splitlines()) for name in LINES}
    return {name: [(one["leaf"], one.get("shown")) for one in each] for name, each in read.items()}


def test_a_bundle_that_is_made_again_verifies_and_says_the_same(
    bank: Installation, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    desk = (*CASE, "--conversation", bank.groups["Desk"], "--reason", "The client names it.")
    exported = by_ewa(bank, "export", *desk, "--from-day", "2026-01-01", "--to", str(first))
    assert exported.returncode == 0, exported.stderr
    assert again(bank, second) == 0
    assert verify_bundle([str(second), "--policy", str(bank.settings.paths.policy)]) == 0
    assert lines_of(second) == lines_of(first)
    assert lines_of(second)["notes.jsonl"] != []
    assert again(bank, second) == 2, "it is there already"


def test_an_export_that_is_not_there_is_refused(
    bank: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert again(bank, tmp_path / "none.zip", "--export", "99") == 2
    assert "has no export 99" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


PAYLOAD = {"what": "range", "conversation": "0" * 32, "first": 1, "last": 5, "language": "en"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"what": "search"}, "only an export of a conversation's range"),
        ({"what": None}, "only an export of a conversation's range"),
        ({"first": "one"}, "does not say what it is of"),
        ({"language": None}, "does not say what it is of"),
        ({}, "names another slice"),
    ],
)
def test_a_record_that_does_not_say_what_it_is_of_is_refused(
    change: dict[str, object], says: str
) -> None:
    with pytest.raises(BadFormat, match=says):
        slice_of("C-1", {**PAYLOAD, "slice": "0" * 64, **change})
