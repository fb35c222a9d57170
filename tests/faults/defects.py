"""Defects to plant in a server: each breaks one promise, and the fault tests must notice.

They replace a part of the program in the process that asks for them, and nowhere else.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any
from unicodedata import normalize

from msgspec.structs import replace

from onrecord.app import recording, uploads
from onrecord.core.archiving import batch, log
from onrecord.core.archiving.archiver import Archiver
from onrecord.core.archiving.batch import STEPS, Committer
from onrecord.core.archiving.log import SealedLog
from onrecord.core.delivery import deliver
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import Fenced
from onrecord.core.domain.values import Answer, StreamRef
from onrecord.core.hooks.figures import HookFigures
from onrecord.core.journal.heads import ArchivedRow, JournalRow
from onrecord.core.settled import Settled, Waiting
from onrecord.core.store import journal as journal_store
from onrecord.core.store.journal import PublishTransaction
from onrecord.database.statements import sql
from onrecord.features.compliance.access import AccessLog
from onrecord.observability.metrics import Metrics
from onrecord.protocol import session
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.layout import blob_path
from onrecord_archive.writer.blob_store import BlobStore, SealedBlob
from onrecord_archive.writer.entries import Entry

HASTY_SECONDS = 0.2
HOLD, HELD, ASKED, WRITER = "hold", "held", "asked", "writer"
"""Files in the gate's folder: it is closed; somebody waits there; a look was handed in; the writer
thread's id."""


class EarlyLog(SealedLog):
    """While the gate is closed, it says where records lie before it writes them."""

    folder: Path

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._owed: list[Entry] = []

    @property
    def size(self) -> int:
        """What it will be."""
        return super().size + len(self._owed)

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        """Seal; write later, if the gate is closed."""
        if not (self.folder / HOLD).exists():
            self._pay()
            return super().append(rows)
        records = [log._input(row) for row in rows]
        entries = self._sealer.seal(records, self.size, epoch=self._writer.epoch)
        self._owed += entries
        (self.folder / HELD).touch()
        return [
            ArchivedRow(row.key, one.index, bytes.fromhex(one.ct), bytes.fromhex(one.key_id))
            for row, one in zip(rows, [e for e in entries if e.event_id is not None], strict=True)
        ]

    @property
    def full(self) -> bool:
        """Write what is owed once the gate is open: the writer thread asks this every second."""
        if not (self.folder / HOLD).exists():
            self._pay()
        return super().full

    def integrate(self, published: int) -> None:
        """Touch no disk while the gate is closed."""
        if not (self.folder / HOLD).exists():
            super().integrate(published)

    def _pay(self) -> None:
        owed, self._owed = self._owed, []
        if owed:
            self._writer.append(owed)


class _NotKept(Exception):
    """Takes a journal transaction back."""


class PromisingCommitter(Committer):
    """It acknowledges everything with the numbers that it would have, and keeps it in memory."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        self._kept: list[Waiting] = []

    def commit(self, waiting: Sequence[Waiting]) -> Settled:
        """Number everything so far in a transaction that is taken back."""
        self._kept += waiting
        numbered: Any = None
        try:
            with self._store.journal() as transaction:
                taking = batch._Journaling(
                    transaction, self._rules, self._clock.now(), self._entropy
                )
                taking.take(self._kept)
                self._points.reach("journaled")
                self._points.reach("in_transaction")
                numbered = taking._result
                raise _NotKept
        except _NotKept:
            answer_of = {row.event.event_id: batch._answer(row) for row in numbered.rows}
        answers = list(numbered.answers)
        answers += [(one, answer_of[event]) for one, event in numbered.committed]
        return Settled([one for one in answers if one[0] in waiting], [], self.position)


def early(folder: Path) -> None:
    """Open the gate early: publish and acknowledge what is not archived."""
    EarlyLog.folder = folder
    recording.SealedLog = EarlyLog  # type: ignore[attr-defined]


def promising(folder: Path) -> None:
    """Acknowledge what is not journaled."""
    recording.Committer = PromisingCommitter  # type: ignore[attr-defined]


def deaf(folder: Path) -> None:
    """Go on after an fsync that failed."""
    real = os.fsync

    def fsync(file: Any) -> None:
        try:
            real(file)
        except OSError:
            return

    os.fsync = fsync  # type: ignore[assignment]


def unfenced(folder: Path) -> None:
    """Journal and publish whoever the archiver is."""
    unfenced_journal()
    real = PublishTransaction.advance

    def advance(self: PublishTransaction, epoch: int, position: int) -> None:
        with suppress(Fenced):
            real(self, epoch, position)

    PublishTransaction.advance = advance  # type: ignore[method-assign]


def unfenced_journal() -> None:
    """Journal whoever the archiver is: any epoch will do."""
    keys = journal_store.NEXT_KEYS
    anyones = sql(
        keys.postgresql.replace("epoch = %s FOR SHARE", "%s >= 0").replace("%s", "?"),
        sqlite=keys.sqlite.replace("epoch = ?", "? >= 0"),
    )
    vars(journal_store)["NEXT_KEYS"] = anyones


class LateBlobStore(BlobStore):
    """It says that a file is sealed, and puts it in its place a second later."""

    folder: Path

    def seal(self, data: Iterable[bytes]) -> SealedBlob:
        """Seal it, and take it away for a second."""
        sealed = super().seal(data)
        place = self._files.root / blob_path(sealed.blob.ct)
        aside = self.folder / sealed.blob.ct
        place.rename(aside)
        Timer(1.0, lambda: aside.rename(place)).start()
        return sealed


def late(folder: Path) -> None:
    """Have a file recorded that is not in the archive yet."""
    LateBlobStore.folder = folder
    uploads.BlobStore = LateBlobStore  # type: ignore[attr-defined]


def unmeasured(folder: Path) -> None:
    """Say that nothing waits, whatever does, and that nothing was delivered."""
    Archiver.lags = lambda self: dict.fromkeys(STEPS, 0.0)  # type: ignore[method-assign]
    HookFigures.age_s = lambda self, now: 0.0  # type: ignore[method-assign]
    last_step: Any = deliver.Deliver
    last_step.settled = _delivers_unseen(last_step.settled)


def _delivers_unseen(settled: Callable[[Any, Settled], None]) -> Callable[[Any, Settled], None]:
    def unseen(self: Any, news: Settled) -> None:
        self._metrics = Metrics()
        settled(self, news)

    return unseen


def hasty(folder: Path) -> None:
    """Let an officer look before that is on the record."""
    real = AccessLog.record_in

    async def record_in(self: AccessLog, stream: StreamRef, *look: Any) -> Answer:
        try:
            async with asyncio.timeout(HASTY_SECONDS):  # what is handed in is recorded all the same
                return await real(self, stream, *look)
        except TimeoutError:
            return Answer(EventId("0" * 32), stream.id, 99, None, SystemClock().now())

    AccessLog.record_in = record_in  # type: ignore[assignment]


def normalising(folder: Path) -> None:
    """Take each text for its composed form (NFC)."""
    real = session.decode  # type: ignore[attr-defined]

    def decode(data: str, limits: WireLimits) -> Any:
        frame = real(data, limits)
        text = getattr(frame, "text", None)
        return frame if text is None else replace(frame, text=normalize("NFC", text))

    session.decode = decode  # type: ignore[attr-defined]


DEFECTS: dict[str, Callable[[Path], None]] = {
    "early": early,
    "promising": promising,
    "deaf": deaf,
    "late": late,
    "unmeasured": unmeasured,
    "hasty": hasty,
    "normalising": normalising,
    "unfenced": unfenced,
}
