"""Every file operation of the writer, with the order of syscalls that survives a power cut.

- A write that fails has changed nothing that was acknowledged: WriteFailed.
- A failed fsync leaves unknown what is on disk, and the kernel forgets the pages: SyncFailed.
- A new file appears whole or not at all: temporary name, fsync, link (which refuses to replace),
  fsync of the directory. Only then is the temporary name removed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from typing import Final

from onrecord_archive.format.errors import Corrupt, SyncFailed, WriteFailed
from onrecord_archive.format.layout import TMP
from onrecord_archive.writer.in_place import Place, place_at, place_of

READ_ONLY: Final = 0o444
PRIVATE: Final = 0o600
DIRECTORY: Final = 0o700


class Files:
    """File operations below one archive directory; names are relative to it.

    Safe from several threads as long as no two make the same name.
    """

    def __init__(self, root: Path, *, directory_mode: int | None = None) -> None:
        """Work below `root`, which `make_directory("")` creates.

        With `directory_mode` directories get that mode in place of 0700, those too that a process
        that was killed left without it.
        """
        self.root = root
        self._directory_mode = directory_mode
        self._end = _mark()
        """Ends each temporary name: a superseded process may have one for the same file."""
        self._known: set[str] = set()
        self._placed: dict[str, tuple[Place | None, ...]] = {}
        """Which file is where; while `replace` exchanges it, the one before and the new one."""

    def make_directory(self, name: str) -> None:
        """Create the directory and those above it up to the root, durably."""
        if name in self._known:
            return
        path = self.root / name
        if not path.is_dir():
            if name:
                self.make_directory(_parent(name))
            try:
                path.mkdir(mode=DIRECTORY, parents=not name, exist_ok=True)
            except OSError as error:
                raise WriteFailed(f"no directory {name}: {error.strerror}") from error
            self._sync_path(path.parent)
        if self._directory_mode is not None and name:
            self.make_directory(_parent(name))
            self._give_mode(path, self._directory_mode)
        self._known.add(name)

    def _give_mode(self, path: Path, mode: int) -> None:
        try:
            if S_IMODE(path.stat().st_mode) != mode:
                _change_mode(path, mode)
        except OSError as error:
            raise WriteFailed(f"no mode for {path.name}: {error.strerror}") from error
        self._sync_path(path.parent)

    def create(self, name: str, data: bytes, *, sync_directory: bool = True) -> None:
        """Make a read-only file with `data`, durably, never replacing one.

        Raises FileExistsError if `name` exists. With `sync_directory=False` the caller owes
        `sync_directory(...)` before anything relies on the file.
        """
        temporary, descriptor = self._write_temporary(name, (data,), READ_ONLY)
        os.close(descriptor)
        self.publish(temporary, name, sync_directory=sync_directory)

    def create_open(self, name: str, parts: Iterable[bytes]) -> int:
        """As `create`, and return a descriptor that appends to the file."""
        temporary, descriptor = self._write_temporary(name, parts, READ_ONLY)
        try:
            self.publish(temporary, name)
        except (OSError, WriteFailed, SyncFailed):
            os.close(descriptor)
            raise
        return descriptor

    def publish(self, temporary: str, name: str, *, sync_directory: bool = True) -> None:
        """Give the finished, fsynced file `temporary` its final name; FileExistsError if taken."""
        self.make_directory(_parent(name))
        try:
            os.link(self.root / temporary, self.root / name)
        except FileExistsError:
            self.discard(temporary)
            raise
        except OSError as error:
            self.discard(temporary)
            raise WriteFailed(f"no link {name}: {error.strerror}") from error
        if sync_directory:
            self.sync_directory(_parent(name))
        self.discard(temporary)

    def put(self, name: str, data: bytes, *, mode: int = READ_ONLY) -> None:
        """Make the file `name` with `data`, whole and durably, in the place of one that is there.

        By renaming: not every share of another machine knows links.
        """
        self.make_directory(_parent(name))
        temporary, descriptor = self._write_temporary(name, (data,), mode)
        os.close(descriptor)
        try:
            (self.root / temporary).rename(self.root / name)
        except OSError as error:
            self.discard(temporary)
            raise WriteFailed(f"cannot make {name}: {error.strerror}") from error
        self.sync_directory(_parent(name))

    def replace(self, name: str, data: bytes, *, mode: int = READ_ONLY) -> None:
        """Put `data` in the place of the file `name`, whole and durably, and watch it."""
        self._put(name, data, mode, os.rename)

    def begin(self, name: str, data: bytes, *, mode: int) -> None:
        """Make the file `name` with `data`, whole and durably, and watch it.

        Raises FileExistsError if there is one.
        """
        self._put(name, data, mode, os.link)

    def watch(self, name: str, *, anew: bool = False) -> Place | None:
        """Note which file is at `name` now, unless that is known; return which one it is.

        With `anew` it is noted again: what is there is what should be there.
        """
        if anew or name not in self._placed:
            self._placed[name] = (place_at(self.root / name),)
        return self._placed[name][-1]

    def require_in_place(self, name: str) -> None:
        """Raise Corrupt if a watched file was moved, replaced or deleted by somebody else."""
        if not self.is_in_place(name):
            raise Corrupt("moved away, replaced or deleted while the log was open", file=name)

    def is_in_place(self, name: str) -> bool:
        """Tell whether a watched file is the one that was there, or that `replace` put there.

        Any thread may ask, also while `replace` exchanges it.
        """
        while True:
            expected = self._placed[name]
            if place_at(self.root / name) in expected:
                return True
            if self._placed[name] is expected:
                return False

    def size(self, name: str) -> int:
        """Return how long a file is, 0 where there is none or it cannot be seen."""
        try:
            return (self.root / name).stat().st_size
        except OSError:
            return 0

    def names(self, directory: str) -> list[str]:
        """Return the sorted names in a directory."""
        try:
            return sorted(os.listdir(self.root / directory))
        except OSError as error:
            raise WriteFailed(f"cannot list {directory}: {error.strerror}") from error

    def read(self, name: str) -> bytes:
        """Return the bytes of a file."""
        try:
            return (self.root / name).read_bytes()
        except OSError as error:
            raise WriteFailed(f"cannot read {name}: {error.strerror}") from error

    def open_to_append(self, name: str) -> int:
        """Return a descriptor that appends to `name`, made durably (mode 0600) if missing."""
        path = self.root / name
        missing = not path.exists()
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
        except OSError as error:
            raise WriteFailed(f"cannot append to {name}: {error.strerror}") from error
        if missing:
            self.sync(descriptor)
            self.sync_directory(_parent(name))
        return descriptor

    def open_temporary(self, name: str) -> tuple[str, int]:
        """Return the temporary name for `name` and a descriptor that writes it (new, mode 0600)."""
        temporary = f"{TMP}/{name.replace('/', '_')}-{self._end}.tmp"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        path = self.root / temporary
        try:
            try:
                return temporary, os.open(path, flags, PRIVATE)
            except FileExistsError:  # left by an attempt that failed
                path.unlink()
                return temporary, os.open(path, flags, PRIVATE)
        except OSError as error:
            raise WriteFailed(f"no file for {name}: {error.strerror}") from error

    def write(self, descriptor: int, data: bytes) -> None:
        """Write all of `data`, in one call where the system takes it so."""
        count = self.write_some(descriptor, data)
        while count < len(data):
            count += self.write_some(descriptor, data[count:])

    def write_some(self, descriptor: int, data: bytes) -> int:
        """Write as much of `data` as one call takes; return how many bytes that was."""
        try:
            return os.write(descriptor, data)
        except OSError as error:
            raise WriteFailed(f"write: {error.strerror}") from error

    def finish(self, descriptor: int, mode: int = READ_ONLY) -> None:
        """Give a file that is complete its final mode, and make it durable."""
        try:
            os.fchmod(descriptor, mode)
        except OSError as error:
            raise WriteFailed(f"fchmod: {error.strerror}") from error
        self.sync(descriptor)

    def sync(self, descriptor: int) -> None:
        """Make the file's bytes durable."""
        try:
            os.fsync(descriptor)
        except OSError as error:
            raise SyncFailed(f"fsync: {error.strerror}") from error

    def sync_directory(self, name: str) -> None:
        """Make the names in the directory durable."""
        self._sync_path(self.root / name)

    def sync_file(self, name: str) -> None:
        """Make a file that another process wrote durable."""
        self._sync_path(self.root / name)

    def prove_room(self, size: int) -> None:
        """Raise WriteFailed unless a file of so many bytes can be made; none is left."""
        temporary, descriptor = self.open_temporary("room")
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            raise WriteFailed(f"no room: {error.strerror}") from error
        finally:
            os.close(descriptor)
            self.discard(temporary)

    def discard(self, temporary: str) -> None:
        """Remove a temporary name, the only kind that is ever removed.

        One that stays is harmless: it is never trusted, and the next start removes it.
        """
        with suppress(OSError):
            (self.root / temporary).unlink()

    def _write_temporary(self, name: str, parts: Iterable[bytes], mode: int) -> tuple[str, int]:
        temporary, descriptor = self.open_temporary(name)
        try:
            for part in parts:
                self.write(descriptor, part)
            self.finish(descriptor, mode)
        except WriteFailed:
            os.close(descriptor)
            self.discard(temporary)
            raise
        except SyncFailed:
            os.close(descriptor)
            raise
        return temporary, descriptor

    def _put(self, name: str, data: bytes, mode: int, put: Callable[[Path, Path], None]) -> None:
        """Write a temporary file and give it a watched name."""
        temporary, descriptor = self._write_temporary(name, (data,), mode)
        before, after = self.watch(name), place_of(os.fstat(descriptor))
        os.close(descriptor)
        self._placed[name] = (before, after)
        try:
            put(self.root / temporary, self.root / name)
        except OSError as error:
            self._placed[name] = (before,)
            self.discard(temporary)
            if isinstance(error, FileExistsError):
                raise
            raise WriteFailed(f"cannot make {name}: {error.strerror}") from error
        self._placed[name] = (after,)
        self.sync_directory(_parent(name))
        self.discard(temporary)

    def _sync_path(self, path: Path) -> None:
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError as error:  # what it would have made durable is unknown all the same
            raise SyncFailed(f"cannot open {path.name} for fsync: {error.strerror}") from error
        try:
            self.sync(descriptor)
        finally:
            os.close(descriptor)


def _mark() -> str:
    """Return what no other process's temporary names end with."""
    return os.urandom(8).hex()


def _change_mode(directory: Path, mode: int) -> None:
    """Give a directory a mode; by its descriptor, since a hook's process may not by its name."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, mode)
    finally:
        os.close(descriptor)


def _parent(name: str) -> str:
    return name.rpartition("/")[0]
