"""A machine without OnRecord's server: a Python with the verifier of the wheel, and no network."""

import json
import re
import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import distribution
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.rig.patience import SECONDS as PATIENCE

ROOT = Path(__file__).resolve().parents[2]
NEEDS = ("msgspec", "cryptography", "cffi", "pycparser", "rfc8785")
"""What archive_hooks/README.md says an auditor needs, and what cryptography needs itself."""
NO_NETWORK = """
import sys

def refuse(event, _):
    if event.startswith("socket."):
        raise OSError(f"this machine has no network: {event}")

sys.addaudithook(refuse)
"""


def build_wheel(folder: Path, project: Path = ROOT) -> Path:
    """Build the wheel of what lies in `project`; return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(folder)], cwd=project, check=True)
    return next(folder.glob("*.whl"))


def pack_again(name: str, folder: Path) -> None:
    """Make the wheel of a package that is installed here: no registry is within reach."""
    installed = distribution(name)
    tag = re.search(r"^Tag: (.+)$", installed.read_text("WHEEL") or "", re.MULTILINE)
    assert tag is not None, name
    path = folder / f"{name.replace('-', '_')}-{installed.version}-{tag[1]}.whl"
    with ZipFile(path, "w") as packed:
        for file in installed.files or ():
            if file.parts[0] != ".." and file.suffix != ".pyc":
                packed.write(str(installed.locate_file(file)), str(file))


class Elsewhere:
    """The machine. Nobody's files are on it but what a test puts into `folder`."""

    def __init__(self, wheel: Path, place: Path) -> None:
        self.folder = place / "home"
        self.folder.mkdir(parents=True)
        venv.create(place / "venv", with_pip=False)
        self._python = place / "venv" / "bin" / "python"
        names = {"base": str(place / "venv"), "platbase": str(place / "venv")}
        packages = Path(sysconfig.get_path("purelib", "venv", names))
        with ZipFile(wheel) as packed:
            packed.extractall(
                packages, (n for n in packed.namelist() if n.startswith("onrecord_archive/"))
            )
        for name in NEEDS:
            _lend(name, packages)
        # A .pth file and no sitecustomize: Debian's Python has one of its own, which comes first.
        (packages / "no_network.py").write_text(NO_NETWORK, encoding="utf-8")
        (packages / "no_network.pth").write_text("import no_network\n", encoding="utf-8")

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run its Python in `folder`, with nothing in its environment."""
        return subprocess.run(
            [self._python, *arguments],
            cwd=self.folder,
            env={},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def verify(self, copy: str, policy: str) -> tuple[int, dict[str, Any]]:
        """Check a file of `folder` as its README.txt says; return the status and the answer."""
        checker = ("-m", "onrecord_archive.verify", copy, "--policy", policy, "--json")
        done = self.python(*checker)
        assert done.stderr == "", done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, answer


def _lend(name: str, packages: Path) -> None:
    """Let the machine use a package that is installed here: no registry is within its reach."""
    installed = distribution(name)
    tops = {file.parts[0] for file in installed.files or ()} - {"..", "__pycache__"}
    for top in tops:
        (packages / top).symlink_to(Path(str(installed.locate_file(top))).resolve())
