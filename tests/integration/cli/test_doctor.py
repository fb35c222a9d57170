"""`onrecord doctor` looks at the database, the archive's head and the server."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from onrecord.app.settings.load import load
from onrecord.app.settings.model import Settings
from onrecord.cli.checks.database import check_database
from onrecord.cli.checks.descriptors import check_descriptors
from onrecord.cli.checks.finding import Finding
from onrecord.cli.checks.server import check_server
from onrecord.cli.checks.tls_groups import check_groups
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import ServerProcess, running


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
        ("archive", lambda s: rmtree(s.archive.directory / "tails")),
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
        assert onrecord(bank.data, "rebuild").returncode == 69


@pytest.mark.parametrize(("limit", "verdict"), [(300, "failed"), (1024, "warning"), (12_000, "ok")])
def test_the_running_servers_open_files_are_looked_at(
    settings: Settings, limit: int, verdict: str
) -> None:
    limited = ["prlimit", f"--nofile={limit}:{limit}", "sleep", "60"]
    with subprocess.Popen(limited) as server:
        while os.readlink(f"/proc/{server.pid}/exe").endswith("prlimit"):
            pass
        settings.paths.lock.write_text(f"{server.pid}\n")
        found = check_descriptors(settings)
        server.kill()
    assert (found.verdict, f"{limit} open files" in found.detail) == (verdict, True)


def test_too_few_open_files_refuse_to_start(bank: Installation) -> None:
    limited = ["prlimit", "--nofile=300:300"]
    command = [*limited, sys.executable, "-m", "onrecord.cli", "--data", str(bank.data)]
    done = subprocess.run([*command, "serve"], capture_output=True, text=True, check=False)
    assert done.returncode == 78
    assert "too_few_descriptors" in done.stderr


MODERN_ALONE = str(Path("docs/systemd/openssl.cnf").resolve())


@pytest.mark.parametrize(("conf", "verdict"), [(MODERN_ALONE, "ok"), ("/dev/null", "warning")])
def test_the_key_exchanges_of_the_running_server_are_told(
    bank: Installation, conf: str, verdict: str
) -> None:
    server = ServerProcess(bank, before=["env", f"OPENSSL_CONF={conf}"])
    try:
        found = check_groups(bank.settings)
    finally:
        server.stop()
    assert found.verdict == verdict, found
    assert {"X25519MLKEM768", "X25519"} <= set(found.detail.rstrip(".").replace(",", "").split())
    assert ("X448" in found.detail) == (verdict == "warning")


@pytest.mark.parametrize("says", ["proxy_v2", "forwarded"])
@pytest.mark.parametrize("trusted", ["127.0.0.0/8", "127.9.9.9"])
def test_key_exchanges_are_told_as_well_where_a_balancer_is_on_the_same_machine(
    tmp_path: Path, says: str, trusted: str
) -> None:
    balanced = f'[proxies]\ntrusted = ["{trusted}"]\nsays = "{says}"\n'
    made = install(tmp_path, ["anna"], toml=balanced)
    with running(made):
        found = check_groups(made.settings)
    assert {"X25519MLKEM768", "X25519"} <= set(found.detail.rstrip(".").replace(",", "").split())


def test_without_a_server_nobody_is_asked_for_key_exchanges(bank: Installation) -> None:
    assert check_groups(bank.settings).verdict == "warning"
