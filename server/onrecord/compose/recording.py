"""Everything that recording takes, without any listener: the server and the commands share it."""

import asyncio
import hashlib
import hmac
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from onrecord.archiving.archiver import Archiver
from onrecord.archiving.batch import Committer
from onrecord.archiving.log import SealedLog
from onrecord.archiving.recovery import Recovery
from onrecord.compose.key_stores import whole_key_stores
from onrecord.delivery.cursor import Cursors
from onrecord.delivery.deliver import Deliver
from onrecord.delivery.fan_out import FanOut
from onrecord.delivery.outbound import Frames
from onrecord.domain.clock import Clock
from onrecord.domain.errors import RefuseToStart
from onrecord.messaging.readers import Readers
from onrecord.messaging.send import Recorder
from onrecord.observability.logs import Log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import Points
from onrecord.policy.working_days import WorkingDays
from onrecord.settings.keys import log_signers, sealing_keys, server_secret
from onrecord.settings.model import Settings
from onrecord.settings.options import rules, storage_options
from onrecord.storage.database import Database
from onrecord.storage.durability import require_durable
from onrecord.storage.journal_store import JournalStore
from onrecord.storage.read_store import ReadStore
from onrecord.storage.schema import check_schema
from onrecord.storage.stubs import some_closed
from onrecord_archive.layout import TAILS, parse_tail_name
from onrecord_archive.signer import signers_policy
from onrecord_archive.writer.key_store import KeyStore
from onrecord_archive.writer.log import LogWriter, open_log
from onrecord_archive.writer.sealer import Sealer

SWITCH_SECONDS = 0.001
"""How long the writer thread or the event loop keeps the interpreter from the other."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a process is given rather than makes."""

    clock: Clock
    log: Log
    metrics: Metrics
    points: Points
    on_fatal: Callable[[Exception], None]
    working_days: WorkingDays = field(default_factory=WorkingDays)
    """Of the firm; they follow its hours once those are known."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The open store and archive, and the one way onto the record."""

    database: Database
    store: ReadStore
    read: Readers
    write: Readers
    archive: SealedLog
    key_stores: Sequence[KeyStore]
    archiver: Archiver
    recorder: Recorder
    fan_out: FanOut
    frames: Frames
    cursors: Cursors
    deliver: Deliver


@asynccontextmanager
async def recording(settings: Settings, around: Surroundings) -> AsyncIterator[Recording]:
    """Open everything, recover, start the writer thread; close in reverse.

    Raises RefuseToStart, or onrecord_archive's Corrupt. Leaving it settles what waits.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    async with AsyncExitStack() as stack:
        database = Database(storage_options(settings))
        stack.callback(database.close)
        check_schema(database)
        for setting in require_durable(database, storage_options(settings)):
            around.log.warning("database_not_durable", setting=setting)
        journal = JournalStore(database)
        paths = await asyncio.to_thread(whole_key_stores, settings, database, around.log)
        writer = await asyncio.to_thread(open_archive, settings, journal, around.clock)
        stack.callback(writer.close)
        stores = [stack.enter_context(closing(KeyStore(path))) for path in paths]
        archive = _sealed(settings, writer, stores)
        restoring = await asyncio.to_thread(some_closed, database)
        recovery = _recovery(settings, around, journal, archive, restoring=restoring)
        position = await asyncio.to_thread(recovery.start, writer.epoch)
        cursors = Cursors(derived_key(settings, "cursors"))
        frames = Frames(cursors.seal)
        fan_out = FanOut(clock=around.clock, frames=frames, position=position)
        deliver = _deliver(around, fan_out)
        archiver = _archiver(around, recovery, deliver)
        read = Readers(threads=settings.database.readers, name="reader")
        stack.callback(read.close)
        write = Readers(threads=1, name="identity")
        stack.callback(write.close)
        reads = ReadStore(database)
        archiver.start()
        stack.push_async_callback(asyncio.to_thread, archiver.stop)
        yield Recording(
            database=database,
            store=reads,
            read=read,
            write=write,
            archive=archive,
            key_stores=stores,
            archiver=archiver,
            recorder=Recorder(
                batches=archiver, roster=fan_out, store=reads, readers=read, restoring=restoring
            ),
            fan_out=fan_out,
            frames=frames,
            cursors=cursors,
            deliver=deliver,
        )


def _sealed(settings: Settings, writer: LogWriter, stores: Sequence[KeyStore]) -> SealedLog:
    newest = max(sealing_keys(settings.paths), key=lambda key: key.epoch)
    return SealedLog(
        settings.archive.directory,
        writer,
        Sealer(stores, newest),
        tail_bytes=settings.archive.tail_mib * 2**20,
    )


def _recovery(
    settings: Settings,
    around: Surroundings,
    journal: JournalStore,
    archive: SealedLog,
    *,
    restoring: bool,
) -> Recovery:
    committer = Committer(
        store=journal,
        archive=archive,
        rules=replace(rules(settings, around.working_days), restoring=restoring),
        clock=around.clock,
        entropy=os.urandom,
        metrics=around.metrics,
        points=around.points,
    )
    return Recovery(store=journal, archive=archive, committer=committer, points=around.points)


def _deliver(around: Surroundings, fan_out: FanOut) -> Deliver:
    return Deliver(
        fan_out=fan_out,
        clock=around.clock,
        metrics=around.metrics,
        points=around.points,
        on_fatal=around.on_fatal,
    )


def _archiver(around: Surroundings, recovery: Recovery, listener: Deliver) -> Archiver:
    return Archiver(
        committer=recovery.committer,
        recovery=recovery,
        clock=around.clock,
        log=around.log,
        metrics=around.metrics,
        points=around.points,
        loop=asyncio.get_running_loop(),
        listener=listener,
    )


def open_archive(settings: Settings, journal: JournalStore, clock: Clock) -> LogWriter:
    """Open the log under the database's next epoch; begin it where nothing was published yet.

    Raises RefuseToStart (`archive_missing`), Corrupt, WriteFailed, SyncFailed.
    """
    directory = settings.archive.directory
    signers = log_signers(settings.paths)
    position = journal.state().position
    newest = _newest_epoch(directory)
    if position and not newest:
        raise RefuseToStart(
            "archive_missing",
            f"The database has published {position} entries, and there is no archive in "
            f"{directory}. Is its volume mounted?",
            "Mount it. If the archive is lost: onrecord restore archive COPY (a copy that the hook "
            "`replica` or `onrecord backup archive` made)",
        )
    epoch = journal.take_epoch().epoch
    while epoch <= newest:
        epoch = journal.take_epoch().epoch
    return open_log(
        directory,
        origin=signers_policy(signers).origin,
        signers=signers,
        clock=clock.now,
        published_position=position,
        epoch=epoch,
        tail_size=sys.maxsize,
    )


def _newest_epoch(directory: Path) -> int:
    """Return the newest tail's epoch, 0 where there is no log."""
    tails = directory / TAILS
    if not tails.is_dir():
        return 0
    return max((parse_tail_name(tail.name)[0] for tail in tails.iterdir()), default=0)


def derived_key(settings: Settings, purpose: str) -> bytes:
    """Return a 32-byte key for one purpose, from the server's one secret (HMAC-SHA256)."""
    secret = server_secret(settings.paths)
    return hmac.digest(secret, f"onrecord {purpose} 1".encode(), hashlib.sha256)
