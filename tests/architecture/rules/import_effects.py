"""Imports modules and tells what they did to the world meanwhile.

Run as a program: `python import_effects.py FOLDER… < names` prints one line for each effect. What a
library does when it is imported is not ours to judge: libraries are imported first, and an effect
counts for the module whose own body was running, if that lies in one of the folders.
"""

import importlib
import os
import sys
import threading
import traceback
from collections.abc import Callable
from types import FrameType

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
EFFECTS = (
    "os.exec", "os.fork", "os.link", "os.mkdir", "os.posix_spawn", "os.putenv", "os.remove",
    "os.rename", "os.rmdir", "os.symlink", "os.system", "os.truncate", "os.unsetenv", "pty.spawn",
    "shutil.", "signal.pthread_kill", "socket.", "sqlite3.connect", "subprocess.", "tempfile.",
    "urllib.",
)  # fmt: skip


def effect_of(event: str, args: tuple[object, ...]) -> str | None:
    """What an audit event did to the world in words, or None if it did nothing."""
    if event == "open":
        path, _, flags = args
        writing = isinstance(flags, int) and flags & WRITES
        return f"opens {path!r} to write" if writing else None
    return event if event.startswith(EFFECTS) else None


def body_at(frame: FrameType | None) -> str:
    """The file of the module whose body runs at `frame`; empty if none does."""
    while frame is not None:
        name = frame.f_code.co_filename
        if frame.f_code.co_name == "<module>" and not name.startswith("<frozen"):
            return name
        frame = frame.f_back
    return ""


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

    tell: Callable[[str, str], None]

    def __getitem__(self, key: str) -> str:
        type(self).tell(caller(sys._getframe(1)), f"reads ${key}")
        value: str = os._Environ.__getitem__(self, key)
        return value


def watch(tell: Callable[[str, str], None]) -> None:
    """From now on `tell` the file and the effect of everything that is done to the world."""

    def hook(event: str, args: tuple[object, ...]) -> None:
        effect = effect_of(event, args)
        if effect is not None:
            tell(body_at(sys._getframe(1)), effect)

    start = threading.Thread.start

    def watched_start(thread: threading.Thread) -> None:
        # Python 3.11 has no audit event for it.
        tell(body_at(sys._getframe(1)), "starts a thread")
        start(thread)

    WatchedEnvironment.tell = staticmethod(tell)
    os.environ.__class__ = WatchedEnvironment
    threading.Thread.start = watched_start  # type: ignore[assignment, method-assign]
    sys.addaudithook(hook)


def main() -> None:
    """Read the names of libraries, `--`, and names of modules; print the modules' effects."""
    folders = tuple(f"{os.path.realpath(folder)}/" for folder in sys.argv[1:])
    sys.path[:0] = folders
    sys.dont_write_bytecode = True
    libraries, _, names = sys.stdin.read().partition("--")
    for library in libraries.split():
        importlib.import_module(library)
    effects: list[str] = []

    def tell(file: str, effect: str) -> None:
        if file.startswith(folders):
            effects.append(f"{file}: {effect}")

    watch(tell)
    for name in names.split():
        try:
            importlib.import_module(name)
        except BaseException:  # noqa: BLE001 - whatever ends an import is its effect
            effects.append(f"{name}: {traceback.format_exc(limit=-3)}")
    sys.stdout.write("\n".join(effects))


if __name__ == "__main__":
    main()
