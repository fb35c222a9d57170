"""Files on their way in and out."""

import asyncio
from functools import partial
from typing import Final

from onrecord.app.events import TABLES
from onrecord.app.root import Key, Root
from onrecord.core.domain.errors import Unavailable
from onrecord.core.threads import Threads
from onrecord.features.clients.assurance import Assurance
from onrecord.features.export.files import FileContent
from onrecord.features.notices.service import Notices
from onrecord.features.people.people import People
from onrecord.features.sign_in.sessions import OpenSessions
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
from onrecord.http.internal.application import Remark
from onrecord_archive.reader.archive import Archive
from onrecord_archive.writer.blob_store import BlobStore

AT_ONCE = 2
"""Threads that read, check, seal and open files."""
WORK: Final = Key[Threads]("files")
CONTENT: Final = Key[FileContent]("what exports take files from")
CLIENT_CONTENT: Final = Key[FileContent]("what clients' own copies take files from")
"""None of a marked kind."""


def install(root: Root) -> None:
    """Make everything on an open recording."""
    settings = root.settings
    root.threads(WORK, threads=AT_ONCE, waiting=64)
    root.makes(FileStore, lambda it: FileStore(it.recording.database, TABLES.slots))
    root.makes(Decoding, lambda _: Decoding())
    root.makes(SmallForms, lambda _: SmallForms())
    root.makes(Archive, lambda _: Archive(settings.archive.directory))
    root.makes(Spool, lambda _: Spool(settings.paths.run / "uploads"))
    root.makes(Links, _links)
    root.makes(Opening, _opening)
    root.makes(CONTENT, lambda it: FileContent(it[FileStore].place, it[Archive], it.around.log))
    root.makes(CLIENT_CONTENT, _client_content)
    root.first(lambda it: it[WORK](it[Spool].clear))


def taken_in(root: Root) -> None:
    """Add uploads, and the chat's routes."""
    scanner = root.settings.files.scanner
    if scanner is not None:
        root.makes(Clamd, lambda it: Clamd(scanner, it.around.log))
        root.asks("scanner", partial(_check_scanner, root))
    root.makes(StepUp, _step_up)
    root.makes(UploadOptions, _options)
    root.makes(Uploads, _uploads)
    root.serves(
        "chat",
        lambda it: FilingRoutes(it[Uploads], it[Links], it[StepUp], it[Notices].demand),
    )
    root.joins(lambda it: it[People].on_end(it[Uploads].end_of))
    root.runs(lambda it: it[Uploads].run())
    root.asks("files", partial(_check_files, root))


async def _check_files(root: Root) -> None:
    """Readiness: raise Remark (`file_damaged`) once a sealed file was found damaged."""
    if root[Opening].damaged:
        raise Remark("file_damaged")


async def _check_scanner(root: Root) -> None:
    """Readiness: raise Remark (`scanner_unavailable`) while files cannot be taken."""
    try:
        await root[Clamd].check()
    except Unavailable as away:
        raise Remark(away.code) from away


def _links(root: Root) -> Links:
    sessions = root[OpenSessions]
    return Links(
        key=root.recording.server_key.derived("files"),
        origin=root.settings.files.origin,
        store=root[FileStore],
        person_of=sessions.person_of,
        has_ended=sessions.has_ended,
        read=root.recording.read,
        clock=root.around.clock,
    )


def _opening(root: Root) -> Opening:
    return Opening(
        root[Archive],
        small=root[SmallForms],
        decoding=root[Decoding],
        work=root[WORK],
        log=root.around.log,
        metrics=root.around.metrics,
    )


def _client_content(root: Root) -> FileContent:
    marks = marking_of(root.settings.files.step_up).marks
    return FileContent(root[FileStore].place, root[Archive], root.around.log, marks)


def _step_up(root: Root) -> StepUp:
    marking, read = marking_of(root.settings.files.step_up), root.recording.read
    fresh = root[Assurance].demand_fresh_of
    return StepUp(marking, store=root[FileStore], read=read, fresh=fresh)


def _options(root: Root) -> UploadOptions:
    chosen = root.settings.files
    return UploadOptions(
        most_bytes=chosen.most_mib * MIB,
        at_once=chosen.uploads_per_person,
        most_unfinished=chosen.unfinished_mib * MIB,
        daily_bytes=chosen.daily_mib * MIB,
        client_daily_bytes=chosen.client_daily_mib * MIB,
    )


def _uploads(root: Root) -> Uploads:
    chosen, loop = root.settings.files, asyncio.get_running_loop()

    def fatal(error: Exception) -> None:
        loop.call_soon_threadsafe(root.around.on_fatal, error)

    intake = Intake(
        decoding=root[Decoding],
        small=root[SmallForms],
        scan=None if chosen.scanner is None else root[Clamd].scan,
        work=root[WORK],
        options=IntakeOptions(frozenset(chosen.refused_endings)),
    )
    storing = Storing(
        intake=intake,
        blobs=BlobStore(root.settings.archive.directory),
        recorder=root.recording.recorder,
        work=root[WORK],
        points=root.around.points,
        on_fatal=fatal,
    )
    return Uploads(
        spool=root[Spool],
        storing=storing,
        store=root[FileStore],
        read=root.recording.read,
        work=root[WORK],
        clock=root.around.clock,
        options=root[UploadOptions],
    )
