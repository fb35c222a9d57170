"""Files on their way in and out, on a recording and accounts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from onrecord.app.accounts import Accounts
from onrecord.app.events import TABLES
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.ids import SessionId
from onrecord.core.threads import Threads
from onrecord.features.export.files import FileContent
from onrecord.features.sign_in.ports import Person
from onrecord.features.uploads.clamd import Clamd
from onrecord.features.uploads.decoding import Decoding
from onrecord.features.uploads.file_store import FileStore
from onrecord.features.uploads.intake import Intake, IntakeOptions
from onrecord.features.uploads.links import Links
from onrecord.features.uploads.marking import marking_of
from onrecord.features.uploads.opening import Opening
from onrecord.features.uploads.routes import FilingRoutes
from onrecord.features.uploads.small_forms import SmallForms
from onrecord.features.uploads.spool import Spool
from onrecord.features.uploads.step_up import StepUp
from onrecord.features.uploads.storing import Storing
from onrecord.features.uploads.uploads import MIB, UploadOptions, Uploads
from onrecord.http.internal.application import Check, Remark
from onrecord.http.routes import Entry
from onrecord_archive.reader.archive import Archive
from onrecord_archive.writer.blob_store import BlobStore

AT_ONCE = 2
"""Threads that read, check, seal and open files."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What the chat and the files listener offer."""

    uploads: Uploads
    links: Links
    opening: Opening
    step_up: StepUp
    scanner: Clamd | None
    content: FileContent
    """What exports take files from."""
    client_content: FileContent
    """What clients' own copies take files from: none of a marked kind."""

    async def check(self) -> None:
        """Readiness: raise Remark (`file_damaged`) once a sealed file was found damaged."""
        if self.opening.damaged:
            raise Remark("file_damaged")

    async def check_scanner(self) -> None:
        """Readiness: raise Remark (`scanner_unavailable`) while files cannot be taken."""
        try:
            if self.scanner is not None:
                await self.scanner.check()
        except Unavailable as away:
            raise Remark(away.code) from away


@asynccontextmanager
async def filing(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    around: Surroundings,
    fresh: Callable[[SessionId], Awaitable[None]],
) -> AsyncIterator[Filing]:
    """Make everything on an open recording. *fresh*: see StepUp."""
    work = Threads(threads=AT_ONCE, waiting=64, name="files")
    chosen = settings.files
    scanner = None if chosen.scanner is None else Clamd(chosen.scanner, around.log)
    store = FileStore(recording.database, TABLES.slots)
    shared = _Shared(work, Decoding(), SmallForms(), store, scanner)
    spool = Spool(settings.paths.run / "uploads")
    await work(spool.clear)
    links = Links(
        key=recording.server_key.derived("files"),
        origin=chosen.origin,
        store=shared.store,
        person_of=who.sessions.person_of,
        has_ended=who.sessions.has_ended,
        read=recording.read,
        clock=around.clock,
    )
    archive = Archive(settings.archive.directory)
    opening = Opening(
        archive,
        small=shared.small,
        decoding=shared.decoding,
        work=work,
        log=around.log,
        metrics=around.metrics,
    )
    marking = marking_of(chosen.step_up)
    step_up = StepUp(marking, store=shared.store, read=recording.read, fresh=fresh)
    content = FileContent(shared.store.place, archive, around.log)
    client_content = FileContent(shared.store.place, archive, around.log, marking.marks)
    uploads = _uploads(settings, recording, around, shared, spool)
    who.people.on_end(uploads.end_of)
    try:
        yield Filing(uploads, links, opening, step_up, scanner, content, client_content)
    finally:
        work.close()


@dataclass(frozen=True, slots=True)
class _Shared:
    work: Threads
    decoding: Decoding
    small: SmallForms
    store: FileStore
    scanner: Clamd | None


def _uploads(
    settings: Settings, recording: Recording, around: Surroundings, shared: _Shared, spool: Spool
) -> Uploads:
    chosen, loop = settings.files, asyncio.get_running_loop()

    def fatal(error: Exception) -> None:
        loop.call_soon_threadsafe(around.on_fatal, error)

    intake = Intake(
        decoding=shared.decoding,
        small=shared.small,
        scan=None if shared.scanner is None else shared.scanner.scan,
        work=shared.work,
        options=IntakeOptions(frozenset(chosen.refused_endings)),
    )
    storing = Storing(
        intake=intake,
        blobs=BlobStore(settings.archive.directory),
        recorder=recording.recorder,
        work=shared.work,
        points=around.points,
        on_fatal=fatal,
    )
    return Uploads(
        spool=spool,
        storing=storing,
        store=shared.store,
        read=recording.read,
        work=shared.work,
        clock=around.clock,
        options=UploadOptions(
            most_bytes=chosen.most_mib * MIB,
            at_once=chosen.uploads_per_person,
            most_unfinished=chosen.unfinished_mib * MIB,
            daily_bytes=chosen.daily_mib * MIB,
            client_daily_bytes=chosen.client_daily_mib * MIB,
        ),
    )


def file_checks(files: Filing) -> dict[str, Check]:
    """Return what readiness asks about files."""
    scanner: dict[str, Check] = {} if files.scanner is None else {"scanner": files.check_scanner}
    return {"files": files.check, **scanner}


def filing_routes(files: Filing, demand: Callable[[Person], Awaitable[None]]) -> list[Entry]:
    """Return the chat listener's routes; *demand* raises while a notice is due."""
    return FilingRoutes(files.uploads, files.links, files.step_up, demand).table()
