"""Imports modules one by one and tells what each did to the world meanwhile.

Run as a program: `python import_effects.py FOLDER… < names` prints one line of JSON for each
module with an effect. Each module is imported in a fork of its own, so nothing is imported already
but the libraries: what a library does when it is imported is not ours to judge.
"""

import importlib
import json
import os
import sys
import threading
import traceback
from collections.abc import Iterator
from types import FrameType

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
EFFECTS = (
    "os.exec", "os.fork", "os.link", "os.mkdir", "os.posix_spawn", "os.putenv",
    "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.system", "os.truncate", "os.unsetenv",
    "pty.spawn", "shutil.", "signal.pthread_kill", "socket.", "sqlite3.connect", "subprocess.",
    "tempfile.", "urllib.",
)  # fmt: skip


def effect_of(event: str, args: tuple[object, ...]) -> str | None:
    """What an audit event did to the world in words, or None if it did nothing."""
    if event == "open":
        path, _, flags = args
        writing = isinstance(flags, int) and flags & WRITES
        return f"opens {path!r} to write" if writing else None
    return event if event.startswith(EFFECTS) else None


def is_ours(frame: FrameType | None, folders: tuple[str, ...]) -> bool:
    """Whether the module being imported at `frame` lies in one of `folders`."""
    while frame is not None:
        name = frame.f_code.co_filename
        if frame.f_code.co_name == "<module>" and not name.startswith("<frozen"):
            return name.startswith(folders)
        frame = frame.f_back
    return False


def caller(frame: FrameType | None) -> str:
    """The file of the first frame from `frame` upwards that is not the standard library's."""
    standard = os.path.dirname(os.__file__)
    while frame is not None:
        name = frame.f_code.co_filename
        if "site-packages" in name or not name.startswith((standard, "<frozen")):
            return name
        frame = frame.f_back
    return ""


class WatchedEnvironment(os._Environ):  # type: ignore[type-arg]
    """The environment, telling of each look at it."""

    looks: list[str]
    folders: tuple[str, ...]

    def __getitem__(self, key: str) -> str:
        if caller(sys._getframe(1)).startswith(self.folders):
            self.looks.append(f"reads ${key}")
        value: str = os._Environ.__getitem__(self, key)
        return value


def effects_of_importing(name: str, folders: tuple[str, ...]) -> list[str]:
    """Import `name` here and now; what it did, or the error that ended it."""
    effects: list[str] = []

    def hook(event: str, args: tuple[object, ...]) -> None:
        effect = effect_of(event, args)
        if effect is not None and is_ours(sys._getframe(1), folders):
            effects.append(effect)

    os.environ.__class__ = WatchedEnvironment
    os.environ.looks = effects  # type: ignore[attr-defined]
    os.environ.folders = folders  # type: ignore[attr-defined]
    sys.addaudithook(hook)
    start = threading.Thread.start

    def watched_start(thread: threading.Thread) -> None:
        # Python 3.11 has no audit event for it.
        if is_ours(sys._getframe(1), folders):
            effects.append("starts a thread")
        start(thread)

    threading.Thread.start = watched_start  # type: ignore[assignment, method-assign]
    try:
        importlib.import_module(name)
    except BaseException:  # noqa: BLE001 - whatever ends an import is its effect
        effects.append(traceback.format_exc(limit=-3))
    return effects


def in_forks(names: list[str], folders: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Name and effects of each module in `names`, each imported in a process of its own."""
    for name in names:
        read_end, write_end = os.pipe()
        if os.fork() == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            os.write(write_end, json.dumps(effects_of_importing(name, folders)).encode()[:60000])
            os._exit(0)
        os.close(write_end)
        with open(read_end, "rb") as pipe:
            effects = json.loads(pipe.read() or b'["ended the process"]')
        os.wait()
        yield name, effects


def main() -> None:
    """Read the names of libraries, `--`, and names of modules; print the modules' effects."""
    folders = tuple(f"{os.path.realpath(folder)}/" for folder in sys.argv[1:])
    sys.path[:0] = folders
    sys.dont_write_bytecode = True
    libraries, _, names = sys.stdin.read().partition("--")
    for library in libraries.split():
        importlib.import_module(library)
    for name, effects in in_forks(names.split(), folders):
        if effects:
            print(json.dumps({"module": name, "effects": effects}))


if __name__ == "__main__":
    main()
