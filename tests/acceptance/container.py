"""The image of docker/, built and run by buildah: no engine, no daemon, no network in the build.

Everything lies in one folder and goes with it. What a build fetches (Debian's packages, wheels, the
npm registry's) is fetched before, by the locks, so that the build can be without a network.
"""

import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.promises import PromiseBroken

ROOT = Path(__file__).parents[2]
BASE = "localhost/base:trixie"
EPOCH = "1700000000"
"""When everything in an image was made, in seconds since 1970."""
LIMITS = ("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096")
"""buildah would raise them to what only a machine's own root may."""
NO_RETRIES = 'Acquire::Retries "0";\n'
DOCKERFILE = ROOT / "docker" / "Dockerfile"


def needed(program: str) -> str:
    """Return where a program is. Fails with the command that installs it."""
    found = shutil.which(program)
    assert found, f"{program} is missing: make proofs-packages"
    return found


def ran(*command: str | Path, **more: Any) -> str:
    """Run a command; return what it printed. Raises AssertionError with all that it said."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(word) for word in command], check=False, capture_output=True, text=True, **more
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
    return done.stdout


@dataclass
class Workshop:
    """A folder with buildah's store, a base as a tarball, and what a build fetches."""

    folder: Path
    used: list[str] = field(default_factory=list)

    def command(self, *words: str | Path) -> list[str]:
        """Return a command line of buildah."""
        places = ("--root", self.folder / "store", "--runroot", self.folder / "run")
        line = (needed("buildah"), *places, "--storage-driver", "vfs", *words)
        return [str(word) for word in line]

    def buildah(self, *words: str | Path) -> str:
        """Run it; return what it printed, stripped."""
        return ran(*self.command(*words)).strip()

    def fetch(self) -> None:
        """Make the base's tarball, and bring what a build needs."""
        self._debian()
        self._wheels()
        self._npm()

    def take_base(self) -> None:
        """Make an image of the tarball."""
        empty = self.buildah("from", "--network", "host", "scratch")
        self.buildah("add", "--quiet", empty, self.folder / "base.tar", "/")
        self.buildah("commit", "--quiet", "--format", "docker", "--timestamp", EPOCH, empty, BASE)
        self.buildah("rm", empty)

    def base_packages(self) -> str:
        """Return what the base has, as docker/README.md says to pass it."""
        tar = ("tar", "-xOf", self.folder / "base.tar", "./var/lib/dpkg/status")
        fields = [
            dict(line.split(": ", 1) for line in one.splitlines() if re.match(r"\w+: ", line))
            for one in ran(*tar).strip().split("\n\n")
        ]
        return " ".join(f"{one['Package']}={one['Version']}" for one in fields)

    def build(self, tag: str, source: Path, **arguments: str) -> float:
        """Build an image of a folder without a network; return how many seconds it took."""
        around = self.folder / f"around-{tag}"
        shutil.copytree(self.folder / "apt", around, copy_function=os.link)
        here = {
            "BASE": BASE,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": "/packages/wheels",
            "UV_OFFLINE": "1",
            "UV_FIND_LINKS": "/packages/wheels",
            "NPM_CONFIG_OFFLINE": "true",
            "NPM_CONFIG_CACHE": "/packages/npm",
            **arguments,
        }
        mounts = {
            self.folder / "packages": "/packages",
            self.folder / "retries.conf": "/etc/apt/apt.conf.d/offline:ro",
            around / "lists": "/var/lib/apt/lists",
            around / "archives": "/var/cache/apt/archives",
        }
        command = self.command(
            *("build", "--isolation", "chroot", "--format", "docker", "--network", "host"),
            *("--pull=never", "--layers=false", "--timestamp", EPOCH, *LIMITS),
            *(word for name, value in here.items() for word in ("--build-arg", f"{name}={value}")),
            *(word for here, there in mounts.items() for word in ("--volume", f"{here}:{there}")),
            *("--file", source / "docker" / "Dockerfile", "--tag", f"localhost/{tag}", source),
        )
        began = time.monotonic()
        ran("unshare", "--net", *command)
        seconds = time.monotonic() - began
        shutil.rmtree(around)
        return seconds

    def digest(self, tag: str) -> str:
        """Return an image's digest, in OCI's format: Docker's names the builder's container."""
        layout = self.folder / f"oci-{tag}"
        self.buildah("push", "--quiet", "--format", "oci", f"localhost/{tag}", f"oci:{layout}:it")
        (manifest,) = json.loads((layout / "index.json").read_text())["manifests"]
        shutil.rmtree(layout)
        digest: str = manifest["digest"]
        return digest

    def inspect(self, tag: str) -> dict[str, Any]:
        """Return what buildah says of an image, as Docker has it."""
        said = json.loads(self.buildah("inspect", "--type", "image", f"localhost/{tag}"))
        config: dict[str, Any] = said["Docker"]["config"]
        return config

    @contextmanager
    def container(self, tag: str) -> Iterator["Container"]:
        """A container, and its root as a folder."""
        name = self.buildah(
            "from", "--network", "host", "--pull=never", *LIMITS, f"localhost/{tag}"
        )
        try:
            yield Container(self, name, Path(self.buildah("mount", name)))
        finally:
            self.buildah("rm", name)

    def _debian(self) -> None:
        wanted = sorted(
            {
                name
                for line in re.findall(
                    r"apt-get install --yes --no-install-recommends ([^\\\n]+)",
                    DOCKERFILE.read_text(encoding="utf-8"),
                )
                for name in line.split()
            }
        )
        apt = self.folder / "apt"
        apt.mkdir()
        (self.folder / "retries.conf").write_text(NO_RETRIES)
        fetch = (
            'APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get --yes --no-install-recommends'
            f" --download-only install {shlex.join(wanted)}"
        )
        ran(
            *(needed("mmdebstrap"), "--variant=minbase", "--include=ca-certificates"),
            f"--customize-hook={fetch}",
            f"--customize-hook=copy-out /var/lib/apt/lists /var/cache/apt/archives {apt}",
            *("trixie", self.folder / "base.tar"),
        )

    def _wheels(self) -> None:
        machine = platform.machine()
        platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(5, 42)]
        platforms += [f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "linux")]
        for lock in ("requirements-build.lock", "requirements-node.lock", "requirements.lock"):
            ran(
                *(sys.executable, "-m", "pip", "download", "--quiet", "--require-hashes"),
                *("--only-binary", ":all:", "--python-version", "3.13"),
                *(word for one in platforms for word in ("--platform", one)),
                *("--requirement", ROOT / lock, "--dest", self.folder / "packages" / "wheels"),
            )

    def _npm(self) -> None:
        folder = self.folder / "npm"
        folder.mkdir()
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / "client_web" / name, folder / name)
        cache = self.folder / "packages" / "npm"
        path = f"{os.environ['PATH']}:{Path(sys.executable).parent}"
        command = ("npm", "ci", "--silent", "--ignore-scripts", "--cache", cache)
        ran(*command, cwd=folder, env={**os.environ, "PATH": path})
        shutil.rmtree(folder)


def source_into(folder: Path) -> Path:
    """Copy what git knows into a new folder, as it stands in the working tree."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, ran(*command, cwd=ROOT).split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@dataclass(frozen=True)
class Container:
    """One container. `root` is its file system, seen from outside."""

    workshop: Workshop
    name: str
    root: Path

    def line(
        self,
        uid: int,
        volume: Path,
        words: Sequence[str],
        *,
        first: bool,
        around: Mapping[str, str],
    ) -> list[str]:
        """Return the command line of a process in it, as an engine with a read-only root runs one.

        It has no capability and gets none; `first`: it has process ids of its own, and is 1.
        """
        drop = ("--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")
        apart = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc") if first else ()
        become = ("setpriv", f"--reuid={uid}", f"--regid={uid}", *drop)
        script = (
            "mount -t tmpfs -o size=64m,mode=1777 tmpfs /tmp && mount -o remount,ro,bind / && exec "
            + shlex.join([*apart, *become, "onrecord", *words])
        )
        return self.workshop.command(
            *("run", "--isolation", "chroot", "--network", "host", "--user", "root"),
            *("--cap-add", "CAP_SYS_ADMIN", "--volume", f"{volume}:/var/lib/onrecord"),
            *(word for name, value in around.items() for word in ("--env", f"{name}={value}")),
            *(self.name, "--", "sh", "-c", script),
        )

    def ran(
        self, uid: int, volume: Path, *words: str, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        """Run a command of `onrecord` beside what runs, as `docker compose exec` does."""
        line = self.line(uid, volume, words, first=False, around={})
        return subprocess.run(line, check=False, capture_output=True, text=True, **more)


class Running:
    """`onrecord` as the first process of a container, until it is ended."""

    def __init__(
        self,
        container: Container,
        uid: int,
        volume: Path,
        log: Path,
        words: Sequence[str] = ("supervise",),
        **around: str,
    ) -> None:
        self._log = log
        log.write_bytes(b"")
        self.began = time.monotonic()
        with log.open("ab") as stream:
            line = container.line(uid, volume, words, first=True, around=around)
            self.process = subprocess.Popen(line, stdout=stream, stderr=subprocess.STDOUT)

    def said(self) -> str:
        """Return all that it printed."""
        return self._log.read_text(encoding="utf-8")

    def until(self, words: str, *, after: int = 0) -> float:
        """Wait until it printed this, so often before; return the seconds since it began."""
        deadline = time.monotonic() + PATIENCE
        while self.said().count(words) <= after:
            if self.process.poll() is not None:
                raise PromiseBroken(f"The container ended: {self.said()}")
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)
        return time.monotonic() - self.began

    def first(self) -> int:
        """Return the process id that our machine knows its first process by."""
        return next(pid for pid in _below(self.process.pid) if _names(pid)[1:] == ["1"])

    def server(self) -> int:
        """Return that of the server which it supervises."""
        return next(pid for pid in _below(self.first()) if len(_names(pid)) == 2)

    def kill(self) -> None:
        """End all of it with kill -9, as an engine that is told to."""
        os.kill(self.first(), signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Send its first process what STOPSIGNAL says; return the exit code."""
        os.kill(self.first(), signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """End it, however it stands."""
        if self.process.poll() is None:
            with suppress(StopIteration, ProcessLookupError):
                self.kill()
            self.process.kill()
            self.process.wait(PATIENCE)


def _below(pid: int) -> Iterator[int]:
    """Every process that descends from one, parents first."""
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield int(child)
                yield from _below(int(child))


def _names(pid: int) -> list[str]:
    """The ids of a process, from our own namespace inwards."""
    with suppress(OSError):
        found = re.search(r"^NSpid:\s+(.*)$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        return found[1].split() if found else []
    return []
