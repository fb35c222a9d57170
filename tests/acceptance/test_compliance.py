"""Compliance with the installed command: sign in, search, transcript, export, check offline."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import serving
from tests.integration.compliance.office import Desk, at_console
from tests.rig.broadcasts import broadcast
from tests.rig.client import client
from tests.rig.command import Done, onrecord, started
from tests.rig.installation import Installation, install, populate_conversations

SECRET = "Buy before the merger is public."


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("bank")
    made = install(folder, ["anna", "marek", "ewa@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    with pytest.MonkeyPatch.context() as patch, serving(made.data):
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        asyncio.run(_talk(made))
        with at_console(made, "ewa@compliance") as ewa:
            _log_in(made, ewa)
        yield made


async def _talk(made: Installation) -> None:
    desk = made.groups["Desk"]
    async with client(made, "anna") as anna:
        said = await anna.sent(desk, "Trade 48213 settles on the 25th.")
        edit = {"t": "edit", "conv": desk, "target": said["event_id"], "text": "On the 26th."}
        gone = await anna.sent(desk, SECRET)
        remove = {"t": "remove", "conv": desk, "target": gone["event_id"]}
        for change in (edit, remove):
            assert (await anna.command(**change))["t"] == "ack"
        assert (await anna.command(t="mark", conv=desk, mark="pinned"))["t"] == "ack"


def _log_in(made: Installation, officer: Desk) -> None:
    """Run `onrecord login`, and confirm its code in the officer's browser."""
    with started(made.data, "login") as login:
        code = login.line().split()[-1]
        answer = officer.ask("POST", f"logins/{code}", {"answer": "confirm"})
        assert answer.status_code == 204, answer.text
        assert login.done().returncode == 0


def good(bank: Installation, *arguments: str) -> Done:
    """Run a command that must succeed."""
    done = onrecord(bank.data, *arguments)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def case(bank: Installation) -> str:
    good(bank, "cases", "open", "C-118", "--reason", "A client complained.")
    return "C-118"


def test_the_token_is_its_owners_alone(bank: Installation) -> None:
    (file,) = (Path(os.environ["XDG_STATE_HOME"]) / "onrecord").iterdir()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_removed_text_is_found_for_people_and_for_scripts(bank: Installation, case: str) -> None:
    done = good(bank, "search", "MERGER", "--case", case, "--person", "Anna", "--author")
    assert SECRET in done.stdout
    assert "removed " in done.stdout.splitlines()[-1]
    assert done.stderr.startswith("1 found, 1 shown; number ")
    lines = good(bank, "search", "--case", case, "--person", "Anna", "--json").stdout.splitlines()
    hits: list[dict[str, Any]] = [json.loads(line) for line in lines]
    texts = [version["text"] for hit in hits for version in hit["versions"]]
    assert {SECRET, "Trade 48213 settles on the 25th.", "On the 26th."} <= set(texts)


@pytest.mark.parametrize("form", ["html", "json"])
def test_a_transcript_has_the_whole_chain(
    bank: Installation, case: str, tmp_path: Path, form: str
) -> None:
    to = tmp_path / f"desk.{form}"
    chosen = ("--conversation", bank.groups["Desk"], "--format", form, "--to", str(to))
    good(bank, "search", "48213", "--case", case)
    good(bank, "transcript", "--case", case, *chosen)
    text = to.read_text(encoding="utf-8")
    assert SECRET in text
    assert "Trade 48213 settles on the 25th." in text
    assert "On the 26th." in text
    assert to.stat().st_mode & 0o777 == 0o600


def test_an_export_is_checked_offline_and_a_changed_byte_found(
    bank: Installation, case: str, tmp_path: Path
) -> None:
    bundle = tmp_path / "desk.zip"
    chosen = ("--conversation", bank.groups["Desk"], "--to", str(bundle))
    good(bank, "export", "--case", case, *chosen)
    assert checked(bank, bundle)["result"] == "verified"
    content = bytearray(bundle.read_bytes())
    content[content.index(SECRET.encode())] ^= 1
    bundle.write_bytes(content)
    assert checked(bank, bundle)["result"] == "not verified"


def test_what_a_search_found_is_exported_as_such(
    bank: Installation, case: str, tmp_path: Path
) -> None:
    said = good(bank, "search", "merger", "--case", case).stderr
    number = said.partition("number ")[2].partition(" ")[0]
    bundle = tmp_path / "found.zip"
    done = good(bank, "export", "--case", case, "--search", number, "--to", str(bundle))
    report = checked(bank, bundle)
    assert (report["result"], report["records"], report["complete"]) == ("verified", 2, "")
    assert done.stdout.startswith("2 records (what was found)")


def test_one_text_to_many_is_found_and_exported_by_itself(
    bank: Installation, case: str, tmp_path: Path
) -> None:
    event = broadcast(bank, "anna", "Closing at noon.", ["marek", "ewa@compliance"])["event"]
    address, bundle = f"broadcast:{event}", tmp_path / "noon.zip"
    found = good(bank, "search", "noon", "--case", case, "--person", "Anna", "--author")
    assert f"  {address}  " in found.stdout
    done = good(bank, "export", "--case", case, "--conversation", address, "--to", str(bundle))
    assert done.stdout.startswith("3 records (the text and the messages that it became)")
    assert checked(bank, bundle)["result"] == "verified"


def test_what_somebody_noted_for_themself_is_written_too(
    bank: Installation, case: str, tmp_path: Path
) -> None:
    to, own = tmp_path / "own.html", f"personal:{bank.people['anna'].id}"
    why = ("--reason", "What did she mark?")
    good(bank, "transcript", "--case", case, "--conversation", own, "--to", str(to), *why)
    assert "Pinned conversation" in to.read_text(encoding="utf-8")


def checked(bank: Installation, bundle: Path) -> dict[str, Any]:
    """Run the checker, which needs nothing of the server but the policy file."""
    command = [sys.executable, "-m", "onrecord_archive.verify_bundle", str(bundle), "--json"]
    command += ["--policy", str(bank.settings.paths.policy)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("search", "x", "--case", "C-9"), "no_such_case"),
        (("search", "--case", "C-118"), "query_empty"),
        (("search", "x", "--case", "C-118", "--person", "Nobody"), "no_such_person"),
        (("search", "x", "--case", "C-118", "--from-day", "2026-02-30"), "bad_day"),
        (("cases", "open", "C-118", "--reason", "Another."), "case_exists"),
    ],
)
def test_a_refusal_is_a_code_and_a_sentence(
    bank: Installation, case: str, arguments: tuple[str, ...], code: str
) -> None:
    done = onrecord(bank.data, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{code}: ")
    del case


def test_a_look_is_on_the_record_with_who_why_and_what(bank: Installation, case: str) -> None:
    good(bank, "search", "trade", "--case", case, "--reason", "Which day?")
    with at_console(bank, "ewa@compliance") as ewa:
        look = ewa.looks(f"cases/{case}")[-1]
    assert (look["type"], look["actor"]["name"]) == ("search.executed", "Ewa")
    assert (look["facts"]["words"], look["facts"]["reason"]) == ("trade", "Which day?")
    assert look["facts"]["count"] == 1
