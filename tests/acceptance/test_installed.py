"""The guide's way to a service: the wheel, `init` as its user, the unit's own command line."""

import os
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from onrecord.cli.notify import READY, VARIABLE, NotifySocket
from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord_archive.format.epoch_key import encode_key_file, generate_opening_key
from tests.rig.installation import PASSWORD, free_ports
from tests.rig.patience import SECONDS as PATIENCE

GUIDE = Path("docs/operations.md").read_text(encoding="utf-8")
UNIT = Path("docs/systemd/onrecord.service").read_text(encoding="utf-8")
PROGRAM, DATA = "/opt/onrecord", "/var/lib/onrecord"
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Machine:
    """What stands for the machine's folders, and for its user `onrecord`."""

    program: Path
    data: Path
    public_key: Path

    def here(self, text: str) -> str:
        """Return a command or a setting of the guide or the unit, as it is meant here."""
        places = {PROGRAM: self.program, DATA: self.data, "/tmp/epoch-1.pub": self.public_key}
        for there, place in places.items():
            text = text.replace(there, str(place))
        return text

    def environ(self, unit: str = UNIT) -> dict[str, str]:
        """Return the environment that the unit gives."""
        pairs = re.findall(r"^Environment=(\w+)=(.*)$", unit, re.MULTILINE)
        return {"PATH": os.environ["PATH"], **{name: self.here(value) for name, value in pairs}}


def as_service(*command: str) -> list[str]:
    """Return the command as an unprivileged user, who may read Python wherever it lies."""
    if os.geteuid() != 0:
        return list(command)
    ids = (f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    reads = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    return ["setpriv", *ids, *reads, "--", *command]


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """Return a folder that others may walk through, which pytest's own ones are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture(scope="module")
def machine(root: Path) -> Machine:
    """Return a machine with the wheel in an environment of its own, beside the locked packages."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory"]
    subprocess.run([*build, str(root)], check=True)
    program = root / "opt"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(program)], check=True)
    variables = {"base": str(program), "platbase": str(program)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=variables))
    (site / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(program / "bin" / "python"), "install"]
    wheel = next(root.glob("*.whl"))
    subprocess.run([*pip, "--quiet", "--no-index", "--no-deps", str(wheel)], check=True)
    data, public_key = root / "data", root / "epoch-1.pub"
    data.mkdir(mode=0o700)
    public_key.write_bytes(encode_key_file(generate_opening_key(1).sealing()))
    give(data)
    return Machine(program, data, public_key)


def give(path: Path) -> None:
    """Give a folder and what is in it to the service's user, as the guide says."""
    if os.geteuid() == 0:
        for each in (path, *path.rglob("*")):
            os.chown(each, NOBODY, NOBODY)


def told(command: str) -> list[str]:
    """Return the guide's own words for a command of the user `onrecord`, without `runuser`."""
    text = GUIDE.replace("\\\n", " ")
    pattern = rf"^runuser -u onrecord -- (\S+/onrecord --data \S+ {command}\b.*)$"
    (found,) = re.findall(pattern, text, re.MULTILINE)
    return shlex.split(found)


def run(machine: Machine, *command: str) -> subprocess.CompletedProcess[str]:
    line = [machine.here(word) for word in command]
    return subprocess.run(
        line, input=f"{PASSWORD}\n", check=False, capture_output=True, text=True, cwd="/"
    )


@pytest.fixture(scope="module")
def installed(machine: Machine) -> Machine:
    done = run(machine, *as_service(*told("init")))
    assert done.returncode == 0, done.stderr
    settings = machine.data / "onrecord.toml"
    text = settings.read_text(encoding="utf-8")
    for port, free in zip(("8443", "8444", "8445"), free_ports(3), strict=True):
        text = text.replace(port, str(free))
    settings.write_text(text, encoding="utf-8")
    ensure_certificates(DemoTls(machine.data / "tls"), datetime.now(UTC))
    give(machine.data / "tls")
    return machine


def test_root_leaves_nothing_in_the_services_folder(machine: Machine) -> None:
    """Where the tests do not run as root there is no root to refuse: the folder is their own."""
    before = sorted(machine.data.rglob("*"))
    done = run(machine, *told("init")[:-1], "/missing.pub")
    code = "wrong_user" if os.geteuid() == 0 else "no_public_key"
    assert done.stderr.startswith(f"{code}: ")
    assert code == "no_public_key" or sorted(machine.data.rglob("*")) == before


def test_the_units_command_serves_what_init_made(installed: Machine) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", UNIT, re.MULTILINE)
    with NotifySocket() as notify:
        notify.socket.settimeout(PATIENCE)
        give(Path(notify.address).parent)
        process = subprocess.Popen(
            as_service(*shlex.split(installed.here(line))),
            env=installed.environ() | {VARIABLE: notify.address},
            cwd="/",
            umask=0o077,
        )
        try:
            assert notify.socket.recv(64) == READY
            doctor = run(installed, *as_service(*told("doctor")))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
            process.wait()
    assert "ok       server: It is ready" in doctor.stdout
    assert "ok       key store" in doctor.stdout


def test_control_settings_at_another_place_are_not_found(installed: Machine) -> None:
    unit = UNIT.replace("[Install]", "Environment=ONRECORD_CONFIG=/etc/onrecord.toml\n[Install]")
    command = as_service(str(installed.program / "bin" / "onrecord"), "serve")
    done = subprocess.run(
        command, env=installed.environ(unit), check=False, capture_output=True, text=True, cwd="/"
    )
    assert (done.returncode, done.stderr.partition(":")[0]) == (78, "bad_settings")
