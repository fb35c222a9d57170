"""Opens sealed files for who may read them; raises the alarm for one that is missing or changed."""

from collections.abc import Callable, Iterator
from typing import Final

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.files import HeldFile
from onrecord.core.ports import Bridge
from onrecord.features.uploads.decoding import Decoding
from onrecord.features.uploads.small_forms import Form, SmallForms
from onrecord.observability.logs import Log
from onrecord.observability.metrics import Metrics
from onrecord_archive.format.blob import read_range
from onrecord_archive.format.errors import ArchiveError, Unreadable
from onrecord_archive.reader.archive import Archive

STEP: Final = 512 * 1024
"""Bytes that are opened at once."""


_Read = Callable[[Archive, HeldFile, int, int], bytes]


class Opening:
    """Belongs to the event loop; *work* runs what blocks."""

    def __init__(
        self,
        archive: Archive,
        *,
        small: SmallForms,
        decoding: Decoding,
        work: Bridge,
        log: Log,
        metrics: Metrics,
    ) -> None:
        self._archive = archive
        self._small = small
        self._decoding = decoding
        self._work = work
        self._log = log
        self._metrics = metrics
        self.damaged: set[str] = set()
        """ct of each sealed file that was found missing or changed."""

    async def check(self, held: HeldFile, first: int, last: int) -> None:
        """Open a part of a file (both included) and forget it: it is whole.

        Raises Unavailable (`file_damaged`). Nothing is shown before.
        """
        await self._guarded(held, _read_through, first, last)

    async def piece(self, held: HeldFile, first: int, last: int) -> bytes:
        """Return a part of a file. Raises Unavailable (`file_damaged`)."""
        return await self._guarded(held, _read_all, first, last)

    async def small(self, held: HeldFile, form: Form) -> bytes:
        """Return a picture's small form, made anew where it is not kept.

        Raises Unavailable (`file_damaged`), BadInput (`bad_file`).
        """
        blob = held.file.blob_id
        kept = self._small.get(blob, form)
        if kept is None:
            data = await self.piece(held, 0, held.file.size - 1)
            drawn = await self._decoding.draw(data)
            self._small.keep(blob, drawn)
            kept = drawn.preview if form == "preview" else drawn.thumb
        return kept

    async def _guarded(self, held: HeldFile, read: _Read, first: int, last: int) -> bytes:
        try:
            return await self._work(read, self._archive, held, first, last)
        except ArchiveError as error:
            self._alarm(held.blob.ct, "missing" if isinstance(error, Unreadable) else "changed")
            detail = "This file cannot be read from the archive. Whoever runs OnRecord was told."
            raise Unavailable("file_damaged", detail) from error

    def _alarm(self, ct: str, code: str) -> None:
        self._metrics.files_damaged.labels(code).inc()
        if ct not in self.damaged:
            self._log.error("file_damaged", ct=ct, code=code)
        self.damaged.add(ct)


def _pieces(archive: Archive, held: HeldFile, first: int, last: int) -> Iterator[bytes]:
    blob = held.blob
    try:
        with archive.open_blob(blob.ct, blob.size) as file:
            key, id = bytes.fromhex(held.key), bytes.fromhex(blob.id)
            yield from read_range(key, id, file, blob.size, (first, last))
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from error


def _read_all(archive: Archive, held: HeldFile, first: int, last: int) -> bytes:
    return b"".join(_pieces(archive, held, first, last))


def _read_through(archive: Archive, held: HeldFile, first: int, last: int) -> bytes:
    for _ in _pieces(archive, held, first, last):
        pass
    return b""
