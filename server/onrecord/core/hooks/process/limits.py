"""What a hook's process may touch, and how much of the machine; pure but for looking at paths."""

import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

DESCRIPTORS: Final = 256
"""Open files and connections of one hook."""
READABLE: Final = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64",
    "/usr/share/zoneinfo", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
    "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/ca-certificates",
    "/etc/pki/tls/certs", "/etc/pki/tls/openssl.cnf", "/etc/pki/ca-trust",
    "/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
    "/etc/host.conf", "/run/systemd/resolve/resolv.conf", "/run/systemd/resolve/stub-resolv.conf",
    "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/random",
    "/sys/devices/system/cpu", "/proc/sys/vm/overcommit_memory",
)  # fmt: skip
"""What the C library, OpenSSL and Python read on any system; no secret lies there."""

Identity: TypeAlias = tuple[int, int] | None
"""Device and inode of a path's file, None if there is none."""


class Limits(msgspec.Struct, frozen=True):
    """How a hook's process is confined.

    `reads`, `writes`: files and folders; whatever lies under a folder is meant. `private`: what it
    must be refused if confining works (tried at its start). `memory`: bytes.
    """

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    private: tuple[str, ...]
    memory: int


class Overlap(Exception):
    """A folder of a hook would give it what belongs to the server alone."""


def limits_of(
    options: Mapping[str, str],
    *,
    private: Sequence[Path],
    memory: int,
    tls_policy: Path | None = None,
) -> Limits:
    """Return what a hook with these options may touch.

    Files that an absolute path in its options names it may read, folders it may write. `private` is
    what no hook may reach; `tls_policy` is OpenSSL's configuration. Raises Overlap.
    """
    files, folders = _named(options)
    secret = [place for path in private for place in _places(path)]
    for each in paths_of(options):  # also where nothing is yet: it may come while the hook runs
        if any(_reaches(Path(each), path) for path in secret):
            raise Overlap(f"its option {each} would give it the server's own data")
    program = [path for path in _program() if not any(_holds(path, each) for each in secret)]
    policy = [str(tls_policy)] if tls_policy else []
    reads = (*READABLE, *map(str, program), *files, *policy)
    return Limits(
        reads=tuple(dict.fromkeys(reads)),
        writes=("/dev/null", *folders),
        private=tuple(str(path) for path in secret),
        memory=memory,
    )


def identities(options: Mapping[str, str]) -> dict[str, Identity]:
    """Return which file stands at each path of the options now.

    A process is confined to files and not to names: where another one stands there (a password that
    was changed, a volume that was mounted), it has to be started anew.
    """
    return {path: _identity(path) for path in paths_of(options)}


def _identity(path: str) -> Identity:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def paths_of(options: Mapping[str, str]) -> list[str]:
    """Return the absolute paths that options name, each once. Looks at none of them."""
    return sorted({value for value in options.values() if os.path.isabs(value)})


def _named(options: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Return the files and the folders that options name."""
    paths = paths_of(options)
    folders = [path for path in paths if _identity(path) and Path(path).is_dir()]
    return [path for path in paths if _identity(path) and path not in folders], folders


def _program() -> Iterable[Path]:
    """Return where Python and everything that is installed for the server lies."""
    found = {Path(path) for path in sys.path if path}
    found |= {Path(path) for path in sysconfig.get_paths().values()}
    found |= {Path(sys.prefix), Path(sys.base_prefix, "lib"), Path(sys.executable).resolve()}
    return sorted(path.resolve() for path in found if path.exists())


def _reaches(path: Path, secret: Path) -> bool:
    """Whether whoever has this file or folder has something of the secret's."""
    resolved = path.resolve()
    return _holds(resolved, secret) or _holds(secret, resolved)


def _places(path: Path) -> tuple[Path, ...]:
    """Return where a file lies, and the link that leads there: what writes that one sets another.

    A link among the folders above it is followed; the last alone is a name that is opened again.
    """
    return tuple(dict.fromkeys((path.resolve(), path.parent.resolve() / path.name)))


def _holds(folder: Path, path: Path) -> bool:
    return path == folder or folder in path.parents
