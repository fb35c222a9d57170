"""`onrecord doctor` looks at the database, the archive's head and the server."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from onrecord.cli.checks.database import check_database
from onrecord.cli.checks.finding import Finding
from onrecord.cli.checks.server import check_server
from onrecord.settings.load import load
from onrecord.settings.model import Settings
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    made = install(tmp_path_factory.mktemp("bank"), ["anna", "marek"])
    populate_conversations(made, {}, [("anna", "marek")])
    return made


@pytest.fixture
def settings(bank: Installation, tmp_path: Path) -> Settings:
    """Return the settings of a copy to be damaged."""
    return load(Path(copytree(bank.data, tmp_path / "data")))


def failures(findings: list[Finding]) -> list[str]:
    return [finding.check for finding in findings if finding.verdict == "failed"]


def test_a_sound_installation_has_nothing_to_say(bank: Installation) -> None:
    done = onrecord(bank.data, "doctor", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["check"] for each in found if each["verdict"] == "failed"] == []
    assert done.returncode == 0
    assert {"database", "archive", "volume", "server"} <= {each["check"] for each in found}


def flip_page(settings: Settings) -> None:
    content = bytearray(settings.paths.database.read_bytes())
    content[len(content) // 2] ^= 1
    settings.paths.database.write_bytes(content)


def forge_checkpoint(settings: Settings) -> None:
    path = settings.archive.directory / "checkpoint"
    origin, size, rest = path.read_text().split("\n", 2)
    path.chmod(0o600)
    path.write_text(f"{origin}\n{int(size) + 1}\n{rest}")


@pytest.mark.parametrize(
    ("check", "plant"),
    [
        ("database", flip_page),
        ("database", lambda s: s.paths.database_key.write_bytes(bytes(32))),
        ("database", lambda s: s.paths.database.unlink()),
        ("archive", lambda s: (s.archive.directory / "checkpoint").unlink()),
        ("archive", forge_checkpoint),
    ],
)
def test_what_is_wrong_is_found(
    settings: Settings, check: str, plant: Callable[[Settings], object]
) -> None:
    assert failures(check_database(settings)) == []
    plant(settings)
    assert failures(check_database(settings)) == [check]


def test_a_failure_leaves_with_3(settings: Settings) -> None:
    flip_page(settings)
    assert onrecord(settings.data, "doctor").returncode == 3


def test_a_running_server_says_that_it_is_ready(bank: Installation) -> None:
    assert check_server(bank.settings).verdict == "warning"
    with running(bank):
        assert check_server(bank.settings).verdict == "ok"
        assert failures(check_database(bank.settings)) == []


def test_a_server_that_does_not_answer_is_found(settings: Settings) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(settings.paths.internal))
    assert check_server(settings).verdict == "failed"


def test_rebuild_makes_the_same_rows_again_and_not_beside_a_server(bank: Installation) -> None:
    done = onrecord(bank.data, "rebuild")
    assert (done.returncode, done.stdout.endswith("records applied.\n")) == (0, True)
    with running(bank):
        assert onrecord(bank.data, "rebuild").returncode == 78
