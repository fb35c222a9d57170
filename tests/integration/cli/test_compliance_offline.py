"""Compliance without a server: the same routes in one process, signed in and on the record."""

import asyncio
import json
import zipfile
from pathlib import Path

import pytest

from onrecord.app.offline import offline_recording
from onrecord.features.compliance.service import ComplianceStore
from onrecord_archive.verify_bundle import main as verify_bundle
from tests.rig.client import client
from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.process import running

CASE = ("--case", "C-1")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A bank that has talked; its server is stopped."""
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek", "ewa@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    with running(made):
        asyncio.run(_talk(made))
    opened = by_ewa(made, "cases", "open", "C-1", "--reason", "A complaint.")
    assert opened.returncode == 0, opened.stderr
    return made


async def _talk(made: Installation) -> None:
    async with client(made, "anna") as anna:
        for number in range(30):
            await anna.sent(made.groups["Desk"], f"Trade {number} settles.")


def by_ewa(bank: Installation, *arguments: str, password: str = PASSWORD) -> Done:
    who = ("--as", "ewa@compliance")
    return onrecord(bank.data, *arguments, *who, stdin=password + "\n")


def looks(bank: Installation) -> list[str]:
    """Return what the case's stream says, the oldest first, from the store itself."""

    async def read() -> list[str]:
        async with offline_recording(bank.settings) as (recording, _):
            store = ComplianceStore(recording.database)
            return [record.type for record in store.records("access:C-1", 1, 1000)]  # type: ignore[arg-type]

    return asyncio.run(read())


def test_a_search_is_executed_and_recorded(bank: Installation) -> None:
    before = looks(bank)
    done = by_ewa(bank, "search", "trade", *CASE, "--json")
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(hits)) == (0, 30), done.stderr
    assert looks(bank) == [*before, "search.executed"]


def test_a_transcript_and_an_export_are_written_and_recorded(
    bank: Installation, tmp_path: Path
) -> None:
    before = looks(bank)
    span = ("--conversation", bank.groups["Desk"], "--reason", "Named in the complaint.")
    page, bundle = tmp_path / "desk.html", tmp_path / "desk.zip"
    written = by_ewa(bank, "transcript", *CASE, *span, "--to", str(page))
    assert (written.returncode, "Trade 29" in page.read_text()) == (0, True), written.stderr
    made = by_ewa(bank, "export", *CASE, *span, "--to", str(bundle))
    assert made.returncode == 0, made.stderr
    assert zipfile.is_zipfile(bundle)
    assert verify_bundle([str(bundle), "--policy", str(bank.settings.paths.policy)]) == 0
    assert looks(bank) == [*before, "range.opened", "export.made"]


def test_a_wrong_password_or_role_opens_nothing(bank: Installation) -> None:
    before = looks(bank)
    wrong = by_ewa(bank, "search", "trade", *CASE, password="another one entirely")
    assert (wrong.returncode, wrong.stderr.partition(":")[0]) == (1, "bad_credentials")
    assert wrong.stdout == ""
    anna = onrecord(bank.data, "search", "trade", *CASE, "--as", "anna", stdin=PASSWORD + "\n")
    assert (anna.returncode, anna.stdout) == (1, "")
    assert looks(bank) == before


def test_beside_a_running_server_it_signs_in_there(bank: Installation) -> None:
    with running(bank):
        done = by_ewa(bank, "search", "trade", *CASE)
        assert (done.returncode, len(done.stdout.splitlines()) >= 30) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("transcript", "--conversation", "desk", "--to", "x.html"), "no_such_conversation"),
        (("export", "--conversation", "desk", "--to", "x.zip"), "no_such_conversation"),
        (("search", "trade", "--conversation", "desk"), "no_such_conversation"),
        (("export", "--search", "1", "--to", "nowhere/x.zip"), "no_such_folder"),
        (("export", "--to", "x.zip"), "nothing_chosen"),
    ],
)
def test_wrong_input_is_one_sentence_and_leaves_no_record(
    bank: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, code: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = looks(bank)
    done = by_ewa(bank, *arguments, *CASE)
    assert (done.returncode, done.stderr.partition(":")[0]) == (1, code)
    assert done.stderr.count("\n") == 1
    assert looks(bank) == before
