"""Gives an export the files that its records list: each opened whole before a byte is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from onrecord.observability.logs import Log
from onrecord_archive.events.files import SealedBlob
from onrecord_archive.events.ids import BlobId
from onrecord_archive.format.blob import open_chunks
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.reader.archive import Archive

LARGEST: Final = 100 * 1024 * 1024
"""Bytes of one file, the most that a setting allows."""


class FileContent:
    """Fulfils onrecord_archive.proof_package.writing.Content. Blocks; any thread."""

    def __init__(
        self,
        place: Callable[[BlobId], SealedBlob | None],
        archive: Archive,
        log: Log,
        left_out: Callable[[str, str], bool] = lambda name, media_type: False,
    ) -> None:
        """*place*: where a stored file is sealed; *left_out* takes the name and type of a file."""
        self._place = place
        self._archive = archive
        self._log = log
        self._left_out = left_out

    def __call__(self, file: Mapping[str, Any], key: str) -> Iterable[bytes] | None:
        """Return a file's plain bytes; None where it cannot be read, which is noted."""
        if self._left_out(str(file["name"]), str(file["type"])):
            return None
        blob = self._place(BlobId(str(file["blob_id"])))
        if blob is None or blob.size > LARGEST + LARGEST // 1000:
            return None
        try:
            for _ in self._pieces(blob, key):
                pass
        except ArchiveError:
            self._log.error("file_damaged", ct=blob.ct, code="not_exported")
            return None
        return self._pieces(blob, key)

    def _pieces(self, blob: SealedBlob, key: str) -> Iterator[bytes]:
        sealed = self._archive.blob(blob.ct)
        yield from open_chunks(bytes.fromhex(key), bytes.fromhex(blob.id), sealed)
