"""Files on their way in and out, on a recording and accounts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from onrecord.compose.accounts import Accounts
from onrecord.compose.recording import Recording, Surroundings, derived_key
from onrecord.edge.internal.application import Check, Remark
from onrecord.filing.decoding import Decoding
from onrecord.filing.intake import Intake, IntakeOptions
from onrecord.filing.links import Links
from onrecord.filing.opening import Opening
from onrecord.filing.small_forms import SmallForms
from onrecord.filing.spool import Spool
from onrecord.filing.uploads import MIB, UploadOptions, Uploads
from onrecord.messaging.readers import Readers
from onrecord.settings.model import Settings
from onrecord.storage.file_store import FileStore
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

    async def check(self) -> None:
        """Readiness: raise Remark (`file_damaged`) once a sealed file was found damaged."""
        if self.opening.damaged:
            raise Remark("file_damaged")


@asynccontextmanager
async def filing(
    settings: Settings, recording: Recording, who: Accounts, around: Surroundings
) -> AsyncIterator[Filing]:
    """Make everything on an open recording."""
    work = Readers(threads=AT_ONCE, waiting=64, name="files")
    shared = _Shared(work, Decoding(), SmallForms(), FileStore(recording.database))
    spool = Spool(settings.paths.run / "uploads")
    await work(spool.clear)
    links = Links(
        key=derived_key(settings, "files"),
        origin=settings.files.origin,
        store=shared.store,
        standing=who.sessions,
        read=recording.read,
        clock=around.clock,
    )
    opening = Opening(
        Archive(settings.archive.directory),
        small=shared.small,
        decoding=shared.decoding,
        work=work,
        log=around.log,
        metrics=around.metrics,
    )
    try:
        yield Filing(_uploads(settings, recording, around, shared, spool), links, opening)
    finally:
        work.close()


@dataclass(frozen=True, slots=True)
class _Shared:
    work: Readers
    decoding: Decoding
    small: SmallForms
    store: FileStore


def _uploads(
    settings: Settings, recording: Recording, around: Surroundings, shared: _Shared, spool: Spool
) -> Uploads:
    chosen, loop = settings.files, asyncio.get_running_loop()

    def fatal(error: Exception) -> None:
        loop.call_soon_threadsafe(around.on_fatal, error)

    intake = Intake(
        decoding=shared.decoding,
        small=shared.small,
        scanner=None,
        work=shared.work,
        options=IntakeOptions(frozenset(chosen.refused_endings)),
    )
    return Uploads(
        spool=spool,
        intake=intake,
        sealing=BlobStore(settings.archive.directory),
        store=shared.store,
        recorder=recording.recorder,
        read=recording.read,
        work=shared.work,
        clock=around.clock,
        points=around.points,
        on_fatal=fatal,
        options=UploadOptions(
            most_bytes=chosen.most_mib * MIB,
            at_once=chosen.uploads_per_person,
            most_unfinished=chosen.unfinished_mib * MIB,
        ),
    )


def file_checks(files: Filing) -> dict[str, Check]:
    """Return what readiness asks about files."""
    return {"files": files.check}
