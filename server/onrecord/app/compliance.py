"""What compliance and auditors read, what they take out as bundles, and reports of messages.

Their threads are not the chat's: a long search delays other searches, and no reader of a message.
"""

from typing import Final

from onrecord.app.root import Key, Root
from onrecord.app.settings.keys import log_policy
from onrecord.app.uploads import CONTENT
from onrecord.core.threads import Threads
from onrecord.features.chat.service import ReadStore
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
from onrecord.features.export.job import export_jobs
from onrecord.features.export.routes import ExportRoutes
from onrecord.features.export.service import ExportDesk, ExportLimits
from onrecord.features.people.people import People
from onrecord.features.proof_packages.service import JobOptions
from onrecord.features.reports.console_routes import ReportRoutes
from onrecord.features.reports.listing import ReportDesk
from onrecord.features.reports.store import ReportStore
from onrecord.features.uploads.links import Links
from onrecord_archive.format.checkpoint import Policy

READING: Final = Key[Threads]("compliance")
WRITING: Final = Key[Threads]("exports")
"""The thread that writes exports, and clients' own copies."""
EXPORTS: Final = Key[JobOptions]("how exports are made")


def install(root: Root) -> None:
    """Make everything on an open recording."""
    recording, clock = root.recording, root.around.clock
    root.threads(READING, threads=1)
    root.threads(WRITING, threads=1)
    root.makes(Policy, lambda it: log_policy(it.settings.paths))
    root.makes(ComplianceStore, lambda _: ComplianceStore(recording.database))
    root.makes(AccessLog, lambda _: AccessLog(recorder=recording.recorder, clock=clock))
    root.makes(
        Casework,
        lambda it: Casework(store=it[ComplianceStore], read=it[READING], access=it[AccessLog]),
    )
    root.makes(
        Oversight,
        lambda it: Oversight(store=it[ComplianceStore], read=it[READING], access=it[AccessLog]),
    )
    root.makes(Searches, _searches)
    root.makes(Transcripts, _transcripts)
    root.makes(BundleMaker, _maker)
    root.makes(EXPORTS, lambda it: JobOptions(it.settings.paths.run / "exports"))
    root.makes(ExportLimits, lambda _: ExportLimits())
    root.makes(ExportDesk, _exports)
    root.makes(ReportDesk, _reports)
    root.serves(
        "console",
        lambda it: CaseRoutes(it[Casework], it[Searches], it[Transcripts], it[Links]),
        lambda it: ExportRoutes(it[ExportDesk], it[READING]),
        lambda it: PickingRoutes(it[ReadStore], it[ComplianceStore], it[READING], it[Oversight]),
        lambda it: ReportRoutes(it[ReportDesk]),
        lambda it: SampleRoutes(Sampling(it[AccessLog])),
    )
    root.joins(lambda it: it[People].on_end(it[ExportDesk].end_of))
    root.runs(lambda it: it[ExportDesk].run())


def _searches(root: Root) -> Searches:
    return Searches(
        store=root[ComplianceStore],
        read=root[READING],
        access=root[AccessLog],
        cases=root[Casework],
        looks=OpenLooks(root.around.clock),
    )


def _transcripts(root: Root) -> Transcripts:
    return Transcripts(
        store=root[ComplianceStore],
        read=root[READING],
        access=root[AccessLog],
        cases=root[Casework],
        looks=OpenLooks(root.around.clock),
        origin=root[Policy].origin,
    )


def _reports(root: Root) -> ReportDesk:
    store = ReportStore(root.recording.database)
    return ReportDesk(store=store, read=root[READING], access=root[AccessLog])


def _maker(root: Root) -> BundleMaker:
    archive, points = root.settings.archive.directory, root.around.points
    return BundleMaker(root[ComplianceStore], archive, root[Policy], points, root[CONTENT])


def _exports(root: Root) -> ExportDesk:
    around = root.around
    jobs = export_jobs(
        root[BundleMaker],
        read=root[READING],
        write=root[WRITING],
        clock=around.clock,
        log=around.log,
        options=root[EXPORTS],
    )
    return ExportDesk(
        store=root[ComplianceStore],
        read=root[READING],
        access=root[AccessLog],
        cases=root[Casework],
        searches=root[Searches],
        jobs=jobs,
        limits=root[ExportLimits],
    )
