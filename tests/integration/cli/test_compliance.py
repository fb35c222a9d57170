"""Compliance at the command line: confirmed in the console, on the record before anything shows."""

import asyncio
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal

import pytest

from onrecord.cli.reach.api import Api
from onrecord.cli.reach.door import Door
from onrecord.features.compliance.bodies import CaseLooks
from onrecord.features.sign_in.login_bodies import AnswerLogin
from onrecord_archive.verify_bundle import main as verify_bundle
from tests.rig.client import client
from tests.rig.command import Done, onrecord, started
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.process import running


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek", "ewa@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    with running(made):
        asyncio.run(_talk(made))
        yield made


async def _talk(made: Installation) -> None:
    desk = made.groups["Desk"]
    async with client(made, "anna") as anna:
        said = await anna.sent(desk, "Trade 48213 settles on the 25th.")
        edit = {"t": "edit", "conv": desk, "target": said["event_id"], "text": "On the 26th."}
        assert (await anna.command(**edit))["t"] == "ack"


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own for tokens."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture(scope="module")
def login_file(bank: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sign in once for all tests that only need to be; return the state folder."""
    state = tmp_path_factory.mktemp("officer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(state))
        assert login(bank)[0] == 0
    return state


@pytest.fixture
def officer(login_file: Path, own_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be signed in."""
    monkeypatch.setenv("XDG_STATE_HOME", str(login_file))


def login(bank: Installation, answer: Literal["confirm", "refuse"] = "confirm") -> tuple[int, str]:
    """Run `onrecord login`, and answer its code as the officer in her browser."""
    with started(bank.data, "login") as command:
        code = command.line().strip().rpartition(" ")[2]
        asyncio.run(_answer(bank, code, answer))
        done = command.done()
    return done.returncode, done.stdout + done.stderr


async def _answer(bank: Installation, code: str, answer: Literal["confirm", "refuse"]) -> None:
    async with Api(Door.here(bank.settings.console)) as api:
        await api.sign_in("ewa@compliance", PASSWORD, device="Browser")
        await api.send("POST", f"/api/v1/logins/{code}", AnswerLogin(answer))


def run(bank: Installation, *arguments: str) -> Done:
    return onrecord(bank.data, *arguments)


def code_of(done: Done) -> str:
    assert done.returncode == 1
    return done.stderr.partition(":")[0]


def looks(bank: Installation, case: str) -> list[str]:
    """Return the types of a case's own records, the oldest first."""

    async def ask() -> list[str]:
        async with Api(Door.here(bank.settings.console)) as api:
            await api.sign_in("ewa@compliance", PASSWORD, device="Browser")
            found = await api.get(f"/api/v1/cases/{case}", CaseLooks)
            return [look.type for look in reversed(found.looks)]

    return asyncio.run(ask())


def test_a_confirmed_login_lies_in_a_file_of_ones_own(bank: Installation, own_state: Path) -> None:
    status, said = login(bank)
    assert status == 0
    assert "Signed in as Ewa until " in said
    (saved,) = (own_state / "onrecord").iterdir()
    assert saved.stat().st_mode & 0o777 == 0o600
    assert run(bank, "logout").returncode == 0
    assert list((own_state / "onrecord").iterdir()) == []


def test_a_refused_login_signs_nobody_in(bank: Installation, own_state: Path) -> None:
    status, said = login(bank, "refuse")
    assert (status, "login_refused" in said) == (1, True)
    assert not own_state.exists()


def test_without_a_login_nothing_opens(bank: Installation) -> None:
    assert code_of(run(bank, "cases", "list")) == "no_login"
    assert code_of(run(bank, "logout")) == "no_login"


def test_a_transcript_and_an_export_are_on_the_record_and_verify(
    bank: Installation, officer: None, tmp_path: Path
) -> None:
    desk = ("--case", "C-7", "--conversation", bank.groups["Desk"])
    page, bundle = tmp_path / "desk.html", tmp_path / "desk.zip"
    assert code_of(run(bank, "transcript", *desk, "--to", str(page))) == "no_such_case"
    assert not page.exists()
    run(bank, "cases", "open", "C-7", "--reason", "A client complained.")

    outside = run(bank, "transcript", *desk, "--to", str(page))
    assert code_of(outside) == "reason_needed"
    assert "--reason" in outside.stderr
    assert not page.exists()
    for command in (("export", *desk, "--to", str(bundle)), ("search", "trade", *desk)):
        assert code_of(run(bank, *command)) == "reason_needed"
    why = "The client names the desk."
    done = run(bank, "transcript", *desk, "--to", str(page), "--reason", why)
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert "Trade 48213 settles on the 25th." in text
    assert "On the 26th." in text
    for fact in ("C-7", why, "Ewa", "Opened by", "signed in by"):
        assert fact in text

    done = run(bank, "export", *desk, "--to", str(bundle), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sha256"] == sha256(bundle.read_bytes()).hexdigest()
    policy = str(bank.settings.paths.policy)
    assert verify_bundle([str(bundle), "--policy", policy]) == 0
    assert looks(bank, "C-7") == ["case.opened", "range.opened", "export.made"]

    assert code_of(run(bank, "export", *desk, "--to", str(bundle))) == "exists"
    (row,) = [json.loads(line) for line in run(bank, "cases", "list", "--json").stdout.splitlines()]
    assert (row["id"], row["records"]) == ("C-7", 3)


def test_a_transcript_can_be_of_part_of_it_as_json_for_scripts(
    bank: Installation, officer: None, tmp_path: Path
) -> None:
    opened = run(bank, "cases", "open", "C-8", "--reason", "A part.", "--json")
    assert json.loads(opened.stdout)["id"] == "C-8"
    to = tmp_path / "part.json"
    part = ("--case", "C-8", "--conversation", bank.groups["Desk"], "--first", "2", "--last", "2")
    why = ("--reason", "Record 2 is in question.")
    done = run(bank, "transcript", *part, *why, "--format", "json", "--to", str(to))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 records, number 2 to 2")
    assert "48213" in json.dumps(json.loads(to.read_text(encoding="utf-8")))


def test_conversations_are_listed_to_choose_from(bank: Installation, officer: None) -> None:
    listed = run(bank, "conversations", "--title", "desk", "--json").stdout
    assert json.loads(listed)["id"] == bank.groups["Desk"]
    by_name = run(bank, "conversations", "--person", "Anna").stdout
    assert bank.groups["Desk"] in by_name
    nobody = run(bank, "conversations", "--person", "Zenobia")
    assert (nobody.returncode, nobody.stderr.partition(":")[0]) == (1, "no_such_person")
