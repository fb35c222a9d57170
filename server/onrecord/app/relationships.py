"""Who answers for clients, and the task that keeps every client covered."""

from onrecord.app.root import Root
from onrecord.features.people.means import Means
from onrecord.features.people.people import People
from onrecord.features.relationships.coverage import Coverage
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord.features.relationships.routes import RelationshipRoutes
from onrecord.features.relationships.service import Relationships
from onrecord.observability.logs import warns


def install(root: Root) -> None:
    """Make everything on an open recording."""
    recording, hours = root.recording, root.settings.clients.uncovered_alarm_hours
    root.makes(CoverageStore, lambda _: CoverageStore(recording.database))
    root.makes(
        Relationships,
        lambda it: Relationships(it[Means], it[CoverageStore], recording.recorder),
    )
    root.makes(Coverage, _coverage)
    root.serves("console", lambda it: RelationshipRoutes(it[Relationships], it[People], hours))
    root.runs(lambda it: it[Coverage].run())


def _coverage(root: Root) -> Coverage:
    log, recording = root.around.log, root.recording

    def unattended(count: int) -> None:
        log.warning("clients_without_advisor", count=count)

    return Coverage(
        root[CoverageStore],
        recording.recorder,
        read=recording.read,
        write=recording.write,
        clock=root.around.clock,
        failed=warns(log, "coverage_delayed"),
        unattended=unattended,
    )
