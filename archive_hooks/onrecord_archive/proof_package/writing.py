"""Writes a proof package: a directory, or one file in which the same files lie uncompressed.

What both profiles share: the files lie in a folder of their own beside the target until all are
there, so that the target appears whole or not at all.
"""

from __future__ import annotations

import shutil
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, overload

from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import BadFormat, WriteFailed
from onrecord_archive.proof_package.package import RECORDS, stored_record
from onrecord_archive.proof_package.zip_file import write_zip
from onrecord_archive.transcript.transcript import Record

Progress = Callable[[int], None]
"""Told how many records have been written."""
Content = Callable[[Mapping[str, Any], str], Iterable[bytes] | None]
"""Gives the plain bytes of a listed file with its key (hex); None: it is left out."""


def no_files(file: Mapping[str, Any], key: str) -> None:
    """Leave every file out."""


class StoredRecords(Sequence[Record]):
    """Records as a transcript takes them, from lines that were written here. A context manager."""

    def __init__(self, path: Path, offsets: array[int]) -> None:
        """Take the file and where each line begins."""
        self._file = path.open("rb")
        self._offsets = offsets

    def __enter__(self) -> Self:
        """Use it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._file.close()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> list[Record]: ...
    def __getitem__(self, index: int | slice) -> Record | list[Record]:
        """Return one record, or some."""
        if isinstance(index, slice):
            return [self[place] for place in range(len(self))[index]]
        self._file.seek(self._offsets[index])
        return stored_record(self._file.readline().rstrip(b"\n"))


class PackageWriter:
    """The part of a writer that knows no profile. One package below `target`, which must be new.

    A name ending in .zip is a file. Memory: some hundred bytes a record, whatever it says.
    """

    def __init__(self, target: Path, policy: Policy) -> None:
        """Take where it goes, and the log's public keys."""
        self._target: Final = target
        self._policy: Final = policy
        self._part: Final = target.with_name(f".{target.name}.part")
        self._folder: Final = self._part / "files"
        self._files: dict[str, tuple[int, str]] = {}

    def discard(self) -> None:
        """Remove what was written and is not finished."""
        shutil.rmtree(self._part, ignore_errors=True)

    @contextmanager
    def _or_nothing(self) -> Iterator[None]:
        """Leave nothing where the block raises; raises WriteFailed for an OSError."""
        try:
            yield
        except OSError as error:
            self.discard()
            raise WriteFailed(f"{error.filename}: {error.strerror}") from error
        except BaseException:
            self.discard()
            raise

    def _begin(self) -> None:
        """Make room; raises WriteFailed where the target exists, OSError."""
        if self._target.exists():
            raise WriteFailed(f"{self._target} exists")
        self.discard()
        self._folder.mkdir(parents=True)

    def _put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file that is not there yet."""
        digest, size = sha256(), 0
        with (self._folder / name).open("xb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        self._files[name] = size, digest.hexdigest()

    def _put_records(self, lines: Iterable[bytes], progress: Progress) -> StoredRecords:
        """Write records.jsonl, and return it as it is read back."""
        offsets, end = array("Q"), 0

        def written() -> Iterator[bytes]:
            nonlocal end
            for line in lines:
                offsets.append(end)
                end += len(line) + 1
                yield line + b"\n"
                progress(len(offsets))

        self._put(RECORDS, written())
        return StoredRecords(self._folder / RECORDS, offsets)

    def _put_files(
        self,
        index: int,
        files: Iterable[tuple[str, Mapping[str, Any]]],
        keys: Mapping[str, str],
        content: Content,
    ) -> None:
        """Write what a record lists and is not there yet, by name; `keys`: by blob_id, in hex."""
        for name, file in files:
            key = keys.get(file["blob_id"])
            pieces = None if name in self._files or key is None else content(file, key)
            if pieces is None:
                continue
            self._put(name, pieces)
            if self._files[name] != (file["size"], file["sha256"]):
                raise BadFormat(f"{name} is not what record {index} says")

    def _finish(self) -> None:
        """Put it in its place."""
        if self._target.suffix == ".zip":
            packed = self._part / "packed.zip"
            write_zip(packed, self._folder)
            packed.rename(self._target)
        else:
            self._folder.rename(self._target)
        self.discard()
