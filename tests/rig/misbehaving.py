"""A hook that does what no hook may: its option `does` says what. It stands for any author's."""

import asyncio
import ctypes
import fcntl
import json
import mmap
import os
import platform
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from onrecord.core.hooks.process.frames import Answer, framed
from onrecord_archive.contract import Delivery, Receipt, Retry

MODULE = "tests.rig.misbehaving"
PTRACE_ATTACH = 16
GROWS_DOWN = 0x100
CALLS = {
    "x86_64": {"io_setup": 206, "sync": 162, "syncfs": 306},
    "aarch64": {"io_setup": 0, "sync": 81, "syncfs": 267},
}
"""Numbers of system calls, of each architecture's asm/unistd.h."""


class Misbehaving:
    """Takes everything and keeps nothing; what it found when it pried is in its first receipt."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._does = options["does"]
        self._options = options
        self._held: list[bytes] = []
        if self._does == "dribble":
            _dribble()

    wants = "records"
    batch_size = 10

    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        if self._does == "receipts":  # more than any call has entries
            return [Receipt(batch[0].archive_index)] * 70_000
        detail = await self._misbehave()
        return [Receipt(entry.archive_index, detail) for entry in batch]

    async def ping(self) -> None:
        if self._does == "away":
            raise Retry("away")

    async def close(self) -> None:
        """Nothing is open."""

    async def _misbehave(self) -> str:
        act = getattr(self, f"_{self._does}", None)
        return str(await act() or "") if act else ""

    async def _pry(self) -> str:
        return json.dumps(pry(json.loads(self._options["targets"]), self._options["folder"]))

    async def _rights(self) -> str:
        return json.dumps(rights())

    async def _crash(self) -> None:
        os.abort()

    async def _leave(self) -> None:
        os._exit(0)

    async def _leak(self) -> None:
        while True:
            self._held.append(os.urandom(16 * 1024 * 1024))

    async def _hang(self) -> None:
        time.sleep(10_000)  # noqa: ASYNC251  # it blocks its own loop

    async def _spin(self) -> None:
        for _ in range(4):
            threading.Thread(target=_spin, daemon=True).start()
        await asyncio.sleep(10_000)

    async def _threads(self) -> None:
        threading.stack_size(64 * 1024)  # else memory ends before
        for _ in range(1000):
            threading.Thread(target=time.sleep, args=(10_000,), daemon=True).start()
        await asyncio.sleep(10_000)

    async def _open(self) -> None:
        while True:
            self._held.append(b"%d" % os.dup(0))

    async def _fork(self) -> str:
        return json.dumps({"forked": _succeeds(_fork)})

    async def _flood(self) -> None:
        while True:
            print("somebody's words " * 1000)

    async def _garble(self) -> None:
        _write_everywhere(b"\x00\x00\x00\x05hello" * 3)

    async def _chatter(self) -> None:
        """Answer what nobody asked."""
        _write_everywhere(framed(Answer(10_000)))


def _dribble() -> None:
    """Begin a greeting, and never come to its end, though something always comes."""
    _write_everywhere((60_000).to_bytes(4))
    while True:
        _write_everywhere(b"x")
        time.sleep(0.1)


def _write_everywhere(what: bytes) -> None:
    for descriptor in range(3, 100):
        with suppress(OSError):
            os.write(descriptor, what)


def _spin() -> None:
    while True:
        pass


def pry(targets: Mapping[str, str], folder: str) -> dict[str, bool]:
    """Try everything that a hook must not be able to do; tell what could be done."""
    parent = os.getppid()
    tries: dict[str, Callable[[], object]] = {
        **{f"reads {what}": _reading(targets[what]) for what in targets if " " in what},
        "closes the keys' folder": lambda: os.chmod(Path(targets["the keys"]).parent, 0o700),
        "cuts the archive": lambda: os.truncate(targets["the archive"], len("secret")),
        "lists keys": lambda: os.listdir(Path(targets["the keys"]).parent),
        "writes where it stands": lambda: Path(f"beside-{os.getpid()}").write_text("x"),
        "writes beside its folder": lambda: Path(folder).with_name("beside").write_text("x"),
        "reads the server's memory": lambda: os.close(os.open(f"/proc/{parent}/mem", os.O_RDONLY)),
        "reads the server's memory by a call": lambda: _process_vm_readv(parent),
        "reads the server's environment": lambda: _read(f"/proc/{parent}/environ"),
        "traces the server": lambda: _ptrace(parent),
        "signals the server": lambda: os.kill(parent, 0),
        "talks to a UNIX socket": lambda: _connect(targets["socket"]),
        "starts a process": _fork,
        "starts a program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "hides memory": lambda: os.memfd_create("hidden"),
        "raises its limits": _raise_limits,
        "limits the server": lambda: resource.prlimit(parent, resource.RLIMIT_CORE, _core(parent)),
        "has the server wait": lambda: os.setpriority(os.PRIO_PROCESS, parent, _priority(parent)),
        "binds the server to a processor": lambda: os.sched_setaffinity(
            parent, os.sched_getaffinity(parent)
        ),
        "has the server signalled": lambda: _have_signalled(parent),
        "changes a mode": lambda: os.chmod(targets["the keys"], 0o644),
        "changes an owner": lambda: os.chown(targets["the keys"], os.getuid(), os.getgid()),
        "changes times": lambda: os.utime(targets["the keys"]),
        "changes an attribute": lambda: os.setxattr(targets["the keys"], "user.a", b""),
        "watches keys": lambda: _watch(Path(targets["the keys"]).parent),
        "sends to a UNIX socket": lambda: _send(targets["datagrams"]),
        "listens": _listen,
        "has whoever opens a file wait": lambda: _lease(Path(folder)),
        "lists the machine's connections": lambda: _netlink(4),
        "has the disks written by themselves": lambda: _call("io_setup"),
        "has all disks written": lambda: _call("sync"),
        "has a disk written": lambda: _call("syncfs"),
        "shares memory": lambda: mmap.mmap(-1, mmap.PAGESIZE).close(),
        "has memory that grows down": _grow_down,
        "makes a queue": _make_queue,
        "outlives the server": lambda: _prctl(1, 0),
        "shows its memory": lambda: _prctl(4, 1),
        "has an environment": lambda: _require("ONRECORD_SECRET" in os.environ),
        "has the server's files": lambda: os.fstat(int(targets["descriptor"])),
    }
    return {what: _succeeds(act) for what, act in tries.items()}


def _succeeds(act: Callable[[], object]) -> bool:
    try:
        act()
    except (OSError, ValueError, AssertionError, subprocess.SubprocessError):
        return False
    return True


def _reading(path: str) -> Callable[[], object]:
    return lambda: _read(path)


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read(1)


def _process_vm_readv(pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.process_vm_readv(pid, None, 0, None, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")


def _ptrace(pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(PTRACE_ATTACH, pid, None, None) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")
    os.waitpid(pid, 0)
    libc.ptrace(17, pid, None, None)


def _core(pid: int) -> tuple[int, int]:
    return resource.prlimit(pid, resource.RLIMIT_CORE)


def _priority(pid: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, pid)


def _have_signalled(pid: int) -> None:
    here, there = socket.socketpair()
    with here, there:
        fcntl.fcntl(here, fcntl.F_SETOWN, pid)


def _watch(folder: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    watching = libc.inotify_init()
    try:
        if libc.inotify_add_watch(watching, str(folder).encode(), 0xFFF) < 0:
            raise OSError(ctypes.get_errno(), "inotify_add_watch")
    finally:
        os.close(watching)


def _lease(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    file = folder / "leased"
    file.touch()
    with file.open("rb") as leased:
        fcntl.fcntl(leased, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(leased, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def _netlink(protocol: int) -> None:
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol).close()


def _call(name: str) -> None:
    """Make a call by its number: libc's `sync` does not say whether it was refused."""
    arguments = {"io_setup": (1, ctypes.byref(ctypes.c_ulong())), "sync": (), "syncfs": (1,)}
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(CALLS[platform.machine()][name], *arguments[name]) < 0:
        raise OSError(ctypes.get_errno(), name)


def _send(path: str) -> None:
    here, there = socket.socketpair(type=socket.SOCK_DGRAM)
    with here, there:
        here.sendto(b"forged", path)


def _listen() -> None:
    with socket.socket() as listening:
        listening.listen()


def _grow_down() -> None:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | GROWS_DOWN
    mmap.mmap(-1, mmap.PAGESIZE, flags=flags).close()


def _make_queue() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.msgget(0, 0o1600)
    if queue < 0:
        raise OSError(ctypes.get_errno(), "msgget")
    libc.msgctl(queue, 0, None)


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "prctl")


def rights() -> int:
    """Return this process's capabilities, those that it could take as well."""
    sets = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None).capget((ctypes.c_uint32 * 2)(0x20080522, 0), sets) < 0:
        raise OSError("capget")
    return int(sum(sets))


def _connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as there:
        there.connect(path)


def _fork() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def _raise_limits() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    _require(hard > 256)


def _require(said: bool) -> None:
    if not said:
        raise AssertionError


def install_into(packages: Path) -> None:
    """Install it, as the kind `misbehaving`, into a folder of packages."""
    info = packages / "misbehaving-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: misbehaving\nVersion: 1.0\n")
    points = f"[onrecord.archive_hooks]\nmisbehaving = {MODULE}:Misbehaving\n"
    (info / "entry_points.txt").write_text(points)


if __name__ == "__main__":
    print(json.dumps(pry(json.loads(sys.argv[1]), sys.argv[2])))
