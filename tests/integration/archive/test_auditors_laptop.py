"""The drill of archive_hooks/README.md, as it stands there, where the server is not installed."""

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import copy
from zipfile import ZipFile

import pytest

from tests.rig.elsewhere import NEEDS, NO_NETWORK, ROOT, build_wheel, pack_again
from tests.rig.patience import SECONDS as PATIENCE

README = ROOT / "archive_hooks" / "README.md"
HOUSE = ROOT / "tests" / "fixtures" / "house"
BUNDLE = HOUSE / "bundle-group-en.zip"


def drill() -> list[str]:
    """Return the commands of the drill."""
    section = README.read_text(encoding="utf-8").partition("## The auditor's laptop\n")[2]
    return section.partition("\n```\n")[2].partition("\n```\n")[0].splitlines()


def contents(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}


@dataclass(frozen=True)
class Laptop:
    """The machine after the drill: what each command printed, by its command."""

    home: Path
    said: Mapping[str, str]
    stick: tuple[Mapping[str, str], Mapping[str, str]]
    """What was on the stick before and after."""

    def told(self, verb: str) -> str:
        """Return what the one command with this verb printed."""
        (found,) = (said for command, said in self.said.items() if f"archive {verb} " in command)
        return found

    def python(self, program: str) -> str:
        """Run a program on it; return what it printed."""
        return run(self.home, f"laptop/bin/python -I -c '{program}'")


def run(home: Path, command: str) -> str:
    """Run a command as its user types it; return what it printed."""
    python = Path(sys.base_prefix) / "bin"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=home,
        env={"PATH": f"{python}:/usr/bin:/bin", "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def bring(home: Path) -> Path:
    """Put on the stick what a firm does; return it."""
    stick = home / "stick"
    wheels = stick / "wheels"
    wheels.mkdir(parents=True)
    build_wheel(wheels, ROOT / "archive_hooks")
    for name in NEEDS:
        pack_again(name, wheels)
    with tarfile.open(HOUSE / "archive.tar.xz") as house:
        house.extractall(stick, filter="data")
    (stick / "keys").rename(stick / "keys.db")
    (stick / "policy").rename(home / "policy")
    copy(BUNDLE, stick / "bundle.zip")
    return stick


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    """Do the drill, from the first command to the last; none may use a network once it can."""
    home = tmp_path_factory.mktemp("auditor")
    stick = bring(home)
    before = contents(stick)
    make, *commands = drill()
    said = {make: run(home, make)}
    (packages,) = (home / "laptop" / "lib").glob("python3*/site-packages")
    (packages / "no_network.py").write_text(NO_NETWORK, encoding="utf-8")
    (packages / "no_network.pth").write_text("import no_network\n", encoding="utf-8")
    for command in commands:
        said[command] = run(home, command)
    return Laptop(home, said, (before, contents(stick)))


def test_the_drill_has_ten_commands_at_most() -> None:
    assert 1 < len(drill()) <= 10


def test_the_archive_and_the_bundle_verify(laptop: Laptop) -> None:
    verified = laptop.told("verify")
    assert verified.startswith("VERIFIED\n")
    assert re.search(r"^opened: 87$", verified, re.MULTILINE)
    assert laptop.told("verify-bundle").startswith("VERIFIED\n")


def test_conversations_are_listed_and_found_by_name(laptop: Laptop) -> None:
    desk = re.compile(r"^737eb35075ed726eda33543b785ba6a3 .* group  Desk & more  Anna, ", re.M)
    assert desk.search(laptop.told("list"))
    found = laptop.told("search").splitlines()
    assert found[-1] == "3 of 87 records have it."
    assert all(" 737eb35075ed726eda33543b785ba6a3 Desk" in line for line in found[:-1])


def sections(page: str) -> list[str]:
    """Return the conversations of a transcript, without what its head says."""
    return re.findall(r"<section>.*?</section>", page, re.DOTALL)


def test_the_transcript_says_what_the_servers_own_says(laptop: Laptop) -> None:
    """Byte for byte, in each conversation; a bundle's head names its case, and the head of then."""
    with ZipFile(BUNDLE) as bundle:
        servers = bundle.read("transcript.html").decode()
    page = (laptop.home / "desk.html").read_text(encoding="utf-8")
    assert len(sections(page)) == 1
    assert sections(page) == sections(servers)


def test_the_stick_is_as_it_was(laptop: Laptop) -> None:
    before, after = laptop.stick
    assert after == before


MODULES = """
import importlib, json, pkgutil, onrecord_archive
failed = {}
for module in pkgutil.walk_packages(onrecord_archive.__path__, "onrecord_archive."):
    try:
        importlib.import_module(module.name)
    except Exception as error:
        failed[module.name] = getattr(error, "name", str(error))
print(json.dumps(failed))
"""


def test_all_but_the_hooks_that_need_a_client_can_be_imported(laptop: Laptop) -> None:
    failed = json.loads(laptop.python(MODULES))
    for name in ("egress", "http_stream", "https_client", "webhook"):
        assert failed.pop(f"onrecord_archive.sinks.{name}") == "httpcore2"
    hooks = {name.partition("sinks.")[2].partition(".")[0] for name in failed}
    assert hooks == {"kafka", "nats", "s3"}
    assert {said.partition(":")[0] for said in failed.values()} <= {
        "boto3 is not installed",
        "botocore",
        "confluent-kafka is not installed",
        "confluent_kafka",
        "nats",
        "nats-py is not installed",
    }


@pytest.mark.parametrize("name", ["onrecord", "sqlalchemy", "httpcore2", "typer"])
def test_control_the_server_and_what_it_needs_are_not_there(laptop: Laptop, name: str) -> None:
    program = f'import importlib.util as found; print(found.find_spec("{name}"))'
    assert laptop.python(program) == "None\n"


def test_a_bucket_needs_its_client_and_that_is_said(laptop: Laptop) -> None:
    nowhere = "--bucket b --endpoint https://localhost:9 --access-key-file k --secret-key-file k"
    said = run(laptop.home, f"laptop/bin/onrecord-archive fetch f {nowhere} 2>&1 || echo $?")
    assert said == "boto3 is not installed: pip install 'onrecord-archive[s3]'\n2\n"


def test_control_there_is_no_network(laptop: Laptop) -> None:
    with pytest.raises(AssertionError, match="this machine has no network"):
        laptop.python('import socket; socket.create_connection(("127.0.0.1", 9))')
