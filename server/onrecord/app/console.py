"""The console: what compliance, auditors and administrators can do, on a recording and accounts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from onrecord.app.accounts import Accounts
from onrecord.app.administration import administration
from onrecord.app.complaints import complaint_routes, report_routes
from onrecord.app.filing import Filing
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.keys import log_policy
from onrecord.app.settings.model import Settings
from onrecord.core.threads import Threads
from onrecord.features.compliance.access import AccessLog
from onrecord.features.compliance.cases import Casework
from onrecord.features.compliance.looks import OpenLooks
from onrecord.features.compliance.oversight import Oversight
from onrecord.features.compliance.picking_routes import PickingRoutes
from onrecord.features.compliance.routes import CaseRoutes
from onrecord.features.compliance.sampling import Sampling
from onrecord.features.compliance.sampling_routes import SampleRoutes
from onrecord.features.compliance.search import Searches
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.transcript import Transcripts
from onrecord.features.export.bundles import BundleMaker
from onrecord.features.export.job import Job, export_jobs
from onrecord.features.export.routes import ExportRoutes
from onrecord.features.export.service import ExportDesk, ExportLimits
from onrecord.features.proof_packages.service import JobOptions, PackageJobs
from onrecord.features.relationships.routes import RelationshipRoutes
from onrecord.features.sign_in.door_routes import ConsoleDoors
from onrecord.features.sign_in.login_routes import LoginRoutes
from onrecord.features.sign_in.token_routes import OwnTokenRoutes
from onrecord.http.routes import Entry


@dataclass(frozen=True, slots=True)
class Console:
    """The console's routes and doors, and the desk whose `run` belongs into the task tree."""

    doors: ConsoleDoors
    table: list[Entry]
    exports: ExportDesk
    write: Threads
    """The thread that writes exports, and clients' own copies."""


@asynccontextmanager
async def console(
    settings: Settings, recording: Recording, who: Accounts, around: Surroundings, files: Filing
) -> AsyncIterator[Console]:
    """Make everything; leaving it waits for the threads that read and write for compliance.

    They are not the chat's: a long search delays other searches, and no reader of a message.
    """
    store = ComplianceStore(recording.database)
    read = Threads(threads=1, name="compliance")
    write = Threads(threads=1, name="exports")
    access = AccessLog(recorder=recording.recorder, clock=around.clock)
    cases = Casework(store=store, read=read, access=access)
    searches = Searches(
        store=store, read=read, access=access, cases=cases, looks=OpenLooks(around.clock)
    )
    transcripts = _transcripts(settings, around, store=store, read=read, access=access, cases=cases)
    oversight = Oversight(store=store, read=read, access=access)
    exports = ExportDesk(
        store=store,
        read=read,
        access=access,
        cases=cases,
        searches=searches,
        jobs=_jobs(settings, around, _maker(settings, around, store, files), read, write),
        limits=ExportLimits(),
    )
    try:
        yield Console(
            doors=ConsoleDoors(who.sessions),
            table=[
                *CaseRoutes(cases, searches, transcripts, files.links).table(),
                *ExportRoutes(exports, read).table(),
                *PickingRoutes(recording.store, store, read, oversight).table(),
                *complaint_routes(settings, recording, read, around),
                *report_routes(recording, read, access),
                *SampleRoutes(Sampling(access)).table(),
                *LoginRoutes(who.logins, who.firm.profile).table(),
                *administration(settings, recording, who, around.clock),
                *_relationships(settings, who),
                *OwnTokenRoutes(who.tokens, "console").table(),
            ],
            exports=exports,
            write=write,
        )
    finally:
        write.close()
        read.close()


def _relationships(settings: Settings, who: Accounts) -> list[Entry]:
    hours = settings.clients.uncovered_alarm_hours
    return RelationshipRoutes(who.relationships, who.people, hours).table()


def _maker(
    settings: Settings, around: Surroundings, store: ComplianceStore, files: Filing
) -> BundleMaker:
    archive, policy = settings.archive.directory, log_policy(settings.paths)
    return BundleMaker(store, archive, policy, around.points, files.content)


def _jobs(
    settings: Settings, around: Surroundings, maker: BundleMaker, read: Threads, write: Threads
) -> PackageJobs[Job]:
    options = JobOptions(settings.paths.run / "exports")
    return export_jobs(
        maker, read=read, write=write, clock=around.clock, log=around.log, options=options
    )


def _transcripts(
    settings: Settings,
    around: Surroundings,
    *,
    store: ComplianceStore,
    read: Threads,
    access: AccessLog,
    cases: Casework,
) -> Transcripts:
    return Transcripts(
        store=store,
        read=read,
        access=access,
        cases=cases,
        looks=OpenLooks(around.clock),
        origin=log_policy(settings.paths).origin,
    )
