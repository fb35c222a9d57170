"""Clients' own copies, and their leaving."""

from typing import Final

from onrecord.app.compliance import WRITING
from onrecord.app.root import Key, Root
from onrecord.app.sign_in import CHAT_DOORS
from onrecord.app.uploads import CLIENT_CONTENT
from onrecord.features.clients.leaving import Leaving
from onrecord.features.own_copy.desk import CopyDesk, copy_jobs
from onrecord.features.own_copy.maker import CopyMaker
from onrecord.features.own_copy.routes import CopyRoutes
from onrecord.features.own_copy.store import CopyStore
from onrecord.features.people.people import People
from onrecord.features.proof_packages.service import JobOptions
from onrecord.features.sign_in.entries import Entries
from onrecord_archive.format.checkpoint import Policy

COPIES: Final = Key[JobOptions]("how clients' own copies are made")


def install(root: Root) -> None:
    """Make everything on an open recording."""
    root.makes(CopyStore, lambda it: CopyStore(it.recording.database))
    root.makes(CopyMaker, _maker)
    root.makes(COPIES, lambda it: JobOptions(it.settings.paths.run / "copies"))
    root.makes(CopyDesk, _desk)
    root.serves(
        "chat",
        lambda it: CopyRoutes(it[CopyDesk], it[Leaving], it.recording.read, it[CHAT_DOORS]),
    )
    root.joins(lambda it: it[People].on_end(it[CopyDesk].end_of))
    root.runs(lambda it: it[CopyDesk].run())


def _maker(root: Root) -> CopyMaker:
    archive = root.settings.archive.directory
    return CopyMaker(root[CopyStore], archive, root[Policy], root[CLIENT_CONTENT])


def _desk(root: Root) -> CopyDesk:
    around, read = root.around, root.recording.read
    jobs = copy_jobs(
        root[CopyMaker],
        root[Entries],
        read=read,
        write=root[WRITING],
        clock=around.clock,
        log=around.log,
        options=root[COPIES],
    )
    return CopyDesk(store=root[CopyStore], jobs=jobs, read=read, clock=around.clock)
