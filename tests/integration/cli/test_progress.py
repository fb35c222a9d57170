"""Long work shows at a terminal how far it is, and nowhere else; a script is told what was done."""

import io
import json
import os
import pty
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from onrecord.cli.main import command
from tests.rig.command import onrecord
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.process import running

OFFICER, ADMINISTRATOR = "ewa@compliance", "adam@administrator"
CLI = Path(__file__).parents[3] / "server/onrecord/cli"
TITLES = sorted(
    title
    for path in CLI.rglob("*.py")
    for title in re.findall(r'progress\("([^"]+)"\)', path.read_text(encoding="utf-8"))
)
"""What the command line calls its long work."""


@dataclass(frozen=True)
class Ran:
    """What a command showed at a terminal, and what it printed."""

    screen: str
    printed: str

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.printed)
        return found


def run(data: Path, *arguments: str) -> Ran:
    """Run a command, which succeeds, where stderr is a terminal and a password is typed."""
    reading, writing = pty.openpty()
    printed = io.StringIO()
    with os.fdopen(reading, "rb", buffering=0) as screen, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        with (
            open(writing, "w", encoding="utf-8") as stderr,
            redirect_stderr(stderr),
            redirect_stdout(printed),
        ):
            status = command()(["--data", str(data), *arguments], standalone_mode=False)
        said = b""
        with suppress(OSError):  # so a terminal says that its other end has closed
            while piece := screen.read(65_536):
                said += piece
    assert not status, said.decode()
    return Ran(said.decode(), printed.getvalue())


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek", OFFICER, ADMINISTRATOR])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    with running(made):
        pass
    return made


@pytest.fixture(scope="module")
def ran(bank: Installation) -> dict[str, Ran]:
    """Run every command that takes long; return what each did, by its words."""
    return {name: run(data, *arguments) for name, data, *arguments in commands(bank)}


def commands(bank: Installation) -> Iterator[tuple[Any, ...]]:
    """Name the command, its data directory and how it is called, and prepare the next one."""
    data, folder = bank.data, bank.data.parent
    key, desk = str(bank.opening_key), bank.groups["Desk"]
    new = folder / "new"
    new.mkdir()
    copyfile(data / "onrecord.toml", new / "onrecord.toml")
    yield "verify", data, "verify", "--json"
    for what in ("keys", "database", "archive"):
        copy = str(folder / f"{what}.copy")
        yield f"backup {what}", data, "backup", what, copy, "--json"
        yield f"restore {what}", new, "restore", what, copy, "--json"
    yield "migrate", data, "migrate", "--json"
    yield "rebuild", data, "rebuild", "--json"
    (folder / "second").mkdir()
    with (data / "onrecord.toml").open("a") as file:
        file.write(f'[keys]\ncopies = ["{folder}/second/keys.db"]\n')
    yield "keys fill", data, "keys", "fill", "--json"
    case, officer = ("--case", "C-1"), ("--as", OFFICER)
    yield "cases open", data, "cases", "open", "C-1", "--reason", "A complaint.", *officer
    chosen = ("--conversation", desk, "--to", str(folder / "desk.zip"), "--reason", "The desk.")
    yield "export", data, "export", *case, *chosen, *officer, "--json"
    yield "sample", data, "sample", "--opening-key", key, *officer, "--json"
    people = folder / "people.csv"
    people.write_text("username,name\njan,Jan Kowal\n")
    yield "people import", data, "people", "import", str(people), "--as", ADMINISTRATOR
    for path in bank.settings.paths.database.parent.iterdir():
        path.unlink()
    copyfile(folder / "database.copy", bank.settings.paths.database)
    yield "adopt", data, "adopt", "--json"
    yield "adopt --opening-key", data, "adopt", "--opening-key", key, "--json"


@pytest.mark.parametrize("title", TITLES)
def test_all_long_work_shows_a_bar(ran: dict[str, Ran], title: str) -> None:
    assert [name for name, one in ran.items() if f"{title} " in one.screen], "no command shows it"


def test_verify_tells_how_many_entries_are_done(bank: Installation, ran: dict[str, Ran]) -> None:
    assert " entries (" in ran["verify"].screen
    assert onrecord(bank.data, "verify").stderr == ""


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("restore keys", {"files"}),
        ("restore database", {"bytes"}),
        ("restore archive", {"size"}),
        ("rebuild", {"records"}),
        ("migrate", {"schema"}),
        ("keys fill", {"made"}),
        ("adopt", {"records", "end"}),
        ("adopt --opening-key", {"restored", "end"}),
    ],
)
def test_a_script_is_told_what_was_done(ran: dict[str, Ran], name: str, counts: set[str]) -> None:
    facts = ran[name].facts
    assert all(facts[each] for each in counts), facts


def test_what_was_copied_is_what_was_restored(ran: dict[str, Ran]) -> None:
    for what, count in (("keys", "files"), ("database", "bytes"), ("archive", "size")):
        assert ran[f"restore {what}"].facts[count] == ran[f"backup {what}"].facts[count]
