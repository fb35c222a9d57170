"""The hook `directory`: records as lines of JSON in files of a directory, on a share say.

    records/<8 digits>/<first>-<last>.jsonl   one file a window, 10,000 entries a directory
    blobs/<first 2 hex of ct>/<ct>            the sealed files that lines name
    checkpoint                                the newest signed note, its size above all entries
    tmp/                                      files that are not finished: not to be read

`first` and `last` are archive_indexes of 12 digits. A line is canonical JSON, its members are those
of `sinks.entries.members_of` and, for a stored file, `blob`: the path of its bytes here. A file has
its name once it is whole and on the disk, and is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from onrecord_archive.contract import Delivery, Listed, Receipt
from onrecord_archive.sinks.directory_files import DirectoryFiles
from onrecord_archive.sinks.opened import Opened
from onrecord_archive.sinks.options import Options

_WINDOW: Final = 500


def open_directory(values: Mapping[str, str]) -> Directory:
    """Return the hook for its options; the entry point `directory`. Raises Misconfigured.

    path: an existing directory, no mount point; optional window: records in a file at most.
    """
    options = Options(values)
    path = options.path("path")
    window = options.whole("window", _WINDOW, least=1, most=5000)
    options.finish()
    return Directory(path, window)


class Directory:
    """Writes the files."""

    wants: Literal["records", "log"] = "records"

    def __init__(self, path: Path, window: int = _WINDOW) -> None:
        """Take the directory, and how many records a file has at most; touches nothing yet."""
        self.batch_size = window
        self._files = Opened(lambda: DirectoryFiles(path))

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Write a batch; see contract.Hook.

        A cancelled call goes on in its thread, and the next one waits for it.
        """
        await self._files.use(lambda files: files.add(batch))
        return [Receipt(entry.archive_index) for entry in batch]

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back what the files have; see contract.Comparable."""
        return await self._files.use(lambda files: files.listed(first, end))

    async def ping(self) -> None:
        """Return if a file could be written now; raises a HookError if not."""
        await self._files.use(DirectoryFiles.prove_room)

    async def close(self) -> None:
        """Let go of the directory."""
        await self._files.close()

    def abandon(self) -> None:
        """Let go of the files, as the operating system does for a process that is gone. Blocks."""
        self._files.abandon()
