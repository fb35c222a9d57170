"""Everything that recording takes, without any listener: the server and the commands share it."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AsyncExitStack,
    asynccontextmanager,
    closing,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from onrecord.app.events import RULES, TABLES
from onrecord.app.key_stores import whole_key_stores
from onrecord.app.recorded_keys import require_recorded_keys
from onrecord.app.server_key import own_server_key
from onrecord.app.settings.keys import ServerKey, log_policy, log_signers, sealing_keys
from onrecord.app.settings.lock import name_of_lock, only_writer
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import rules, storage_options
from onrecord.core import ports
from onrecord.core.archiving.archiver import Archiver
from onrecord.core.archiving.batch import Committer, journal_alone
from onrecord.core.archiving.log import KEY_SHARE, SealedLog
from onrecord.core.archiving.recovery import BATCH_BYTES, Recovery
from onrecord.core.archiving.void_end import EndJudge
from onrecord.core.delivery.cursor import Cursors
from onrecord.core.delivery.deliver import Deliver
from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.outbound import Frames
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import Command
from onrecord.core.hold import Hold
from onrecord.core.journal.case import Rules
from onrecord.core.recorder import Recorder
from onrecord.core.servers import Server, Tenure
from onrecord.core.store.condition import require_readable
from onrecord.core.store.journal import JournalStore
from onrecord.core.store.stubs import some_closed
from onrecord.core.store.void import void_ends
from onrecord.core.tenure import await_turn, holding
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.durability import require_durable
from onrecord.database.schema import check_schema
from onrecord.features.chat.service import ReadStore
from onrecord.features.hours.working_days import WorkingDays
from onrecord.observability.logs import Log
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import Points
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.format.layout import TAILS, TMP, parse_tail_name
from onrecord_archive.format.signer import signers_policy
from onrecord_archive.writer.files import Files
from onrecord_archive.writer.key_store import KeyStore
from onrecord_archive.writer.log import LogWriter, open_log
from onrecord_archive.writer.recovery import Judge
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
class Publishing:
    """What is told of what is published: who is connected, their frames, and where each stands."""

    fan_out: FanOut
    frames: Frames
    cursors: Cursors
    deliver: Deliver


@dataclass(frozen=True, slots=True)
class Recording:
    """What features have of recording: the database, and the one way onto the record."""

    database: Database
    read: ports.Bridge
    write: ports.Bridge
    recorder: ports.Recorder
    server_key: ServerKey
    publishing: Publishing


@dataclass(frozen=True, slots=True)
class Archiving:
    """The open archive, and the thread that writes it."""

    archive: SealedLog
    key_stores: Sequence[KeyStore]
    archiver: Archiver


@dataclass(frozen=True, slots=True)
class Served(Recording):
    """Recording with the open archive: what a server has, and a command while no server runs."""

    recorder: Recorder
    archiving: Archiving


@asynccontextmanager
async def recording(settings: Settings, around: Surroundings) -> AsyncIterator[Served]:
    """Open everything, recover, start the writer thread; close in reverse, settling what waits.

    Raises RefuseToStart, Unavailable (`another_server_records`), Fenced, or onrecord_archive's
    Corrupt, SyncFailed or WriteFailed (no room for a batch).
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    async with AsyncExitStack() as stack:
        database = stack.enter_context(closing(_database(settings, around)))
        journal = JournalStore(database, TABLES)
        seen = await asyncio.to_thread(_turn, database, journal, settings, around)
        server_key = await asyncio.to_thread(own_server_key, settings.paths, database)
        paths = await asyncio.to_thread(_key_stores, settings, database, journal, around.log)
        stores = [stack.enter_context(closing(_with_room(path))) for path in paths]
        firm_rules = await asyncio.to_thread(_firm_rules, settings, around, database)
        log = _log(settings, around, journal, firm_rules, seen=seen, failed=_told_in_loop(around))
        writer = await asyncio.to_thread(stack.enter_context, log)
        archive = _sealed(settings, writer, stores)
        recovery = _recovery(around, journal, archive, firm_rules)
        position = await asyncio.to_thread(recovery.start, writer.epoch)
        cursors = await asyncio.to_thread(_cursors, server_key, database)
        frames = Frames(cursors.seal)
        fan_out = FanOut(clock=around.clock, frames=frames, position=position)
        deliver = _deliver(around, fan_out)
        archiver = _archiver(around, recovery, deliver)
        read = Threads(threads=settings.database.readers, name="reader")
        stack.callback(read.close)
        write = Threads(threads=1, name="identity")
        stack.callback(write.close)
        reads = ReadStore(database)
        recorder = _recorder(archiver, fan_out, deliver.hold, firm_rules, reads=reads, readers=read)
        archiver.start()
        stack.push_async_callback(asyncio.to_thread, archiver.stop)
        yield Served(
            database=database,
            read=read,
            write=write,
            server_key=server_key,
            archiving=Archiving(archive, stores, archiver),
            recorder=recorder,
            publishing=Publishing(fan_out, frames, cursors, deliver),
        )


def _firm_rules(settings: Settings, around: Surroundings, database: Database) -> Rules:
    made = rules(RULES, TABLES.moves, settings, around.working_days)
    return replace(made, restoring=some_closed(database))


def _cursors(key: ServerKey, database: Database) -> Cursors:
    given_anew = [range(end.first, end.last + 1) for end in void_ends(database)]
    return Cursors(key.derived("cursors"), given_anew)


def _key_stores(
    settings: Settings, database: Database, journal: JournalStore, log: Log
) -> Sequence[Path]:
    """Return the key stores, once every other key is right and there is an archive to compare."""
    log_policy(settings.paths)
    require_recorded_keys(settings, database)
    require_archive(settings, journal.state().position)
    return whole_key_stores(settings, database, log)


def _database(settings: Settings, around: Surroundings) -> Database:
    return Database(storage_options(settings), _told_in_loop(around))


def _told_in_loop(around: Surroundings) -> Callable[[Exception], None]:
    """Return what tells, from any thread, why the process must end."""
    loop = asyncio.get_running_loop()

    def tell(error: Exception) -> None:
        loop.call_soon_threadsafe(around.on_fatal, error)

    return tell


def _turn(
    database: Database, journal: JournalStore, settings: Settings, around: Surroundings
) -> Tenure:
    """Return the row that says who records, once the database is sound and no other server does.

    Nothing is begun in the archive before. Raises RefuseToStart, Unavailable, Fatal.
    """
    check_schema(database)
    require_readable(database)
    for setting in require_durable(database, storage_options(settings)):
        around.log.warning("database_not_durable", setting=setting)
    directory = settings.archive.directory
    if journal.alone and directory.is_dir():
        with only_writer(directory):  # before anything else is found to differ from that server's
            pass
    return await_turn(journal, here(settings), around.clock)


def _with_room(path: Path) -> KeyStore:
    store = KeyStore(path)
    try:
        store.prove_room(BATCH_BYTES // KEY_SHARE)
    except ArchiveError:
        store.close()
        raise
    return store


def _sealed(settings: Settings, writer: LogWriter, stores: Sequence[KeyStore]) -> SealedLog:
    newest = max(sealing_keys(settings.paths), key=lambda key: key.epoch)
    return SealedLog(
        settings.archive.directory,
        writer,
        Sealer(stores, newest),
        tail_bytes=settings.archive.tail_mib * 2**20,
    )


@contextmanager
def _log(
    settings: Settings,
    around: Surroundings,
    journal: JournalStore,
    firm_rules: Rules,
    *,
    seen: Tenure,
    failed: Callable[[Exception], None],
) -> Iterator[LogWriter]:
    """Be the one server that records, and have the log open, while the block runs."""

    def record(command: Command) -> None:
        journal_alone(journal, command, firm_rules, clock=around.clock, entropy=os.urandom)

    directory = settings.archive.directory
    judge = EndJudge(store=journal, directory=directory, record=record, log=around.log)
    newest, server, clock = begun(settings, journal), here(settings), around.clock
    with (
        only_writer(directory) if journal.alone else nullcontext(),
        holding(journal, server, seen, clock, above=newest, failed=failed) as epoch,
        closing(open_archive(settings, journal, clock, judge, epoch)) as writer,
    ):
        yield writer


def _recovery(
    around: Surroundings, journal: JournalStore, archive: SealedLog, firm_rules: Rules
) -> Recovery:
    committer = Committer(
        store=journal,
        archive=archive,
        rules=firm_rules,
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


def _recorder(
    archiver: Archiver,
    roster: FanOut,
    hold: Hold,
    rules: Rules,
    *,
    reads: ReadStore,
    readers: Threads,
) -> Recorder:
    return Recorder(
        archiver=archiver,
        may_write=roster.may_write,
        store=reads,
        readers=readers,
        hold=hold,
        restoring=rules.restoring,
    )


def _archiver(around: Surroundings, recovery: Recovery, listener: Deliver) -> Archiver:
    return Archiver(
        recovery=recovery,
        clock=around.clock,
        log=around.log,
        metrics=around.metrics,
        points=around.points,
        loop=asyncio.get_running_loop(),
        listener=listener,
    )


def open_archive(
    settings: Settings, journal: JournalStore, clock: Clock, judge: Judge, epoch: int
) -> LogWriter:
    """Open the log under *epoch*, which this server holds (core/tenure.py).

    It is begun where nothing was published yet. `judge` is asked of an end that cannot be read, and
    what it raises passes through. Raises Unavailable, Corrupt, WriteFailed, SyncFailed.
    """
    signers = log_signers(settings.paths)
    log = open_log(
        settings.archive.directory,
        origin=signers_policy(signers).origin,
        signers=signers,
        clock=clock.now,
        published_position=journal.state().position,
        epoch=epoch,
        tail_size=sys.maxsize,
        judge=judge,
    )
    journal.began_at(log.size)
    return log


def here(settings: Settings) -> Server:
    """Return this server, whose data directory's lock is held."""
    paths = settings.paths
    paths.run.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths.lock.touch(mode=0o600)
    return Server(
        host=socket.gethostname(),
        data=str(paths.root.resolve()),
        lock=name_of_lock(paths.lock),
        key_store=str(settings.keys.store.resolve()),
    )


def prove_room(settings: Settings, store: JournalStore) -> None:
    """Raise StorageFull or WriteFailed unless a whole batch has room. Nothing of it stays."""
    store.prove_room(BATCH_BYTES)
    files = Files(settings.archive.directory)
    for name in ("", TMP):
        files.make_directory(name)
    files.prove_room(BATCH_BYTES)


def begun(settings: Settings, journal: JournalStore) -> int:
    """Return the newest tail's epoch, 0 where there is none, once a log may be opened here.

    Raises RefuseToStart (`archive_missing`, and of the log's keys), StorageFull, WriteFailed.
    """
    log_signers(settings.paths)
    newest = require_archive(settings, journal.state().position)
    prove_room(settings, journal)
    return newest


def require_archive(settings: Settings, position: int) -> int:
    """Return the newest tail's epoch, 0 before anything was published.

    *position*: how many entries the database has published.

    Raises RefuseToStart (`archive_missing`) where entries were published and there is no log.
    """
    directory = settings.archive.directory
    newest = _newest_epoch(directory)
    if position and not newest:
        raise RefuseToStart(
            "archive_missing",
            f"The database has published {position} entries, and there is no archive in "
            f"{directory}. Is its volume mounted?",
            "Mount it. If the archive is lost: onrecord restore archive COPY (a copy that the hook "
            "`replica` or `onrecord backup archive` made)",
        )
    return newest


def _newest_epoch(directory: Path) -> int:
    """Return the newest tail's epoch, 0 where there is no log."""
    tails = directory / TAILS
    if not tails.is_dir():
        return 0
    return max((parse_tail_name(tail.name)[0] for tail in tails.iterdir()), default=0)
