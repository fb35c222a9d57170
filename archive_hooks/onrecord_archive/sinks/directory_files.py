"""The files of the hook `directory`: each written once, and known again when a record comes twice.

What is there already is found by the names alone; only files whose range touches the batch's are
read. So memory does not grow with what was delivered.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from stat import S_IMODE, S_ISREG
from typing import Final, NamedTuple

from onrecord_archive.contract import Delivery, Listed, Misconfigured, listing
from onrecord_archive.format.checkpoint import parse_checkpoint_text
from onrecord_archive.format.errors import BadFormat, Corrupt, WriteFailed
from onrecord_archive.format.layout import CHECKPOINT, TMP, blob_path, is_blob, is_temporary
from onrecord_archive.format.note import parse_note
from onrecord_archive.sinks.directory_forms import FORMS, LONGEST, Form
from onrecord_archive.sinks.directory_lines import Line
from onrecord_archive.sinks.entries import Differs, require_whole
from onrecord_archive.sinks.folder import Folder
from onrecord_archive.sinks.replica.listing import hash_of
from onrecord_archive.writer.files import READ_ONLY, Files

RECORDS: Final = "records"
_IN_A_SHELF: Final = 10_000
"""Entries whose files lie in one directory: few enough to list at each start."""
_NAME: Final = re.compile(
    rf"([0-9]{{12}})-([0-9]{{12}})(?:-([0-9a-f]{{64}}))?\.({'|'.join(FORMS)})"
)
_ROOM: Final = 64 * 1024
_NOTHING: Final = bytes(32)


class _File(NamedTuple):
    """A file: the archive_indexes of its first and last record, its SHA-256 or "", its format."""

    first: int
    last: int
    digest: str
    ending: str

    @property
    def name(self) -> str:
        """Its path below the root."""
        hashed = f"-{self.digest}" if self.digest else ""
        return f"{_shelf(self.first)}/{self.first:012d}-{self.last:012d}{hashed}.{self.ending}"


class DirectoryFiles:
    """The open directory. Belongs to one thread at a time; every method blocks.

    After any error it is closed and opened anew: its state is what is on disk.
    """

    def __init__(self, root: Path, form: Form) -> None:
        """Open the existing directory `root`, to write files of one format; all are read.

        Raises Misconfigured for a mount point, Unreadable, InUse, WriteFailed, SyncFailed, OSError.
        """
        if os.path.ismount(root.resolve()):
            raise Misconfigured(
                f"{root} is where a volume is mounted: name a directory on it instead. While it is"
                " not mounted, records would go to this machine's own disk"
            )
        self._form = form
        self._folder = Folder(root)
        try:
            mode = S_IMODE(root.stat().st_mode)
            self._mode = mode & READ_ONLY
            self._files = Files(root, directory_mode=mode)
            self._files.make_directory(TMP)
            for name in self._files.names(TMP):
                if is_temporary(name):
                    self._files.discard(f"{TMP}/{name}")
            self._head = self._read_head()
        except BaseException:
            self.close()
            raise
        self._shelf = ""
        self._there: list[_File] = []

    def close(self) -> None:
        """Let go of the directory; everything with a receipt is durable already."""
        self._folder.close()

    def prove_room(self) -> None:
        """Raise Unreadable or WriteFailed unless a small file could be written now."""
        self._folder.require_same()
        self._files.prove_room(_ROOM)

    def add(self, batch: Sequence[Delivery]) -> None:
        """Make the directory hold these entries, durably: files for those that are new.

        Raises Differs, Corrupt, WriteFailed, SyncFailed, Unreadable.
        """
        self._folder.require_same()
        if batch:
            self._keep_head(batch[-1].checkpoint)
        for shelf, entries in groupby(batch, lambda entry: _shelf(entry.archive_index)):
            if shelf != self._shelf:
                self._look(shelf)
            fresh = self._without_held(list(entries))
            for window in self._form.windows(fresh) if fresh else ():
                self._write(window)

    def _look(self, shelf: str) -> None:
        """Know the files of the shelf as they are now."""
        there = self._files.names(shelf) if (self._files.root / shelf).is_dir() else []
        names = (_NAME.fullmatch(name) for name in there)
        self._there = [
            _File(int(name[1]), int(name[2]), name[3] or "", name[4])
            for name in names
            if name and name[4] in FORMS
        ]
        self._shelf = shelf

    def listed(self, first: int, end: int) -> list[Listed]:
        """Read back the entries from `first` to before `end`.

        What a file that is not whole has is left out but for one entry, which is listed as another.
        Raises WriteFailed, Unreadable.
        """
        self._folder.require_same()
        found: list[Listed] = []
        for shelf in dict.fromkeys(_shelf(index) for index in range(first, end)):
            self._look(shelf)
            for each in self._touching(first, end - 1):
                try:
                    lines = self._lines(each)
                except (Corrupt, WriteFailed):
                    found.append(Listed(max(each.first, first), _NOTHING, _NOTHING))
                else:
                    found += (self._listed(e) for e in lines if first <= e.archive_index < end)
        return sorted(found, key=lambda each: each.archive_index)

    def _listed(self, line: Line) -> Listed:
        blob = None
        if line.blob is not None and is_blob(line.blob):
            blob = hash_of(self._files.root / line.blob)
        return listing(line.archive_index, line.leaf.encode(), line.sealed(), blob)

    def _without_held(self, entries: list[Delivery]) -> list[Delivery]:
        """Return the entries that no file of the shelf has; the others are durable then.

        Raises Differs if a file has another entry in the place of one of them, Corrupt.
        """
        held: set[int] = set()
        given = {entry.archive_index: entry for entry in entries}
        for each in self._touching(entries[0].archive_index, entries[-1].archive_index):
            for line in self._lines(each):
                entry = given.get(line.archive_index)
                if entry is None:
                    continue
                if (line.leaf.encode(), line.sealed()) != (entry.leaf, entry.body):
                    index = entry.archive_index
                    raise Differs(f"entry {index} in {each.name} is not the archive's")
                held.add(entry.archive_index)
                self._keep_blob(entry)
        if held:
            self._files.sync_directory(self._shelf)
        return [entry for entry in entries if entry.archive_index not in held]

    def _touching(self, first: int, last: int) -> list[_File]:
        """Return the shelf's files that may have an entry from `first` to `last`."""
        return [each for each in self._there if each.first <= last and first <= each.last]

    def _lines(self, each: _File) -> list[Line]:
        """Return a file's lines. Raises Corrupt if it is not as it was written, WriteFailed."""
        data, form = self._read(each.name), FORMS[each.ending]
        if _digest(form, data) != each.digest:  # what was changed is not even parsed
            raise Corrupt("it was changed", file=each.name)
        try:
            lines = form.read(data)
        except BadFormat as error:
            raise Corrupt("it was changed", file=each.name) from error
        indexes = [line.archive_index for line in lines]
        if not indexes or (indexes[0], indexes[-1]) != (each.first, each.last):
            raise Corrupt("it was changed", file=each.name)
        if indexes != sorted(set(indexes)):
            raise Corrupt("it was changed", file=each.name)
        return lines

    def _read(self, name: str) -> bytes:
        """Return a plain file. Raises Corrupt for another, WriteFailed."""
        try:
            descriptor = os.open(
                self._files.root / name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW
            )
            with open(descriptor, "rb") as file:
                about = os.fstat(descriptor)
                if not S_ISREG(about.st_mode) or about.st_size > LONGEST:
                    raise Corrupt("it is no such file", file=name)
                return file.read()
        except OSError as error:
            raise WriteFailed(f"cannot read {name}: {error.strerror}") from error

    def _write(self, entries: Sequence[Delivery]) -> None:
        """Write the stored files that the entries name, then the entries."""
        for entry in entries:
            self._keep_blob(entry)
        form, data = self._form, self._form.write(entries)
        first, last = entries[0].archive_index, entries[-1].archive_index
        written = _File(first, last, _digest(type(form), data), form.ending)
        self._files.put(written.name, data, mode=self._mode)
        self._there.append(written)

    def _keep_blob(self, entry: Delivery) -> None:
        """Have an entry's stored file, if it has one. Raises Differs."""
        blob = require_whole(entry)
        if blob is None:
            return
        name, sealed = blob_path(blob.ct), entry.blob or b""
        if hash_of(self._files.root / name) == bytes.fromhex(blob.ct):
            self._files.sync_directory(str(Path(name).parent))
        else:
            self._files.put(name, sealed, mode=self._mode)

    def _read_head(self) -> int:
        """Return the size of the newest checkpoint here, 0 before the first. Raises Corrupt."""
        if not self._files.size(CHECKPOINT):
            return 0
        try:
            return _size_of(self._files.read(CHECKPOINT))
        except BadFormat as error:
            raise Corrupt("it was changed", file=CHECKPOINT) from error

    def _keep_head(self, note: bytes) -> None:
        size = _size_of(note)
        if size > self._head:
            self._files.put(CHECKPOINT, note, mode=self._mode)
            self._head = size


def _digest(form: type[Form], data: bytes) -> str:
    return sha256(data).hexdigest() if form.is_hashed else ""


def _shelf(index: int) -> str:
    return f"{RECORDS}/{index // _IN_A_SHELF:08d}"


def _size_of(note: bytes) -> int:
    return parse_checkpoint_text(parse_note(note).text).size
