"""The task that keeps every client covered, on an open recording."""

from onrecord.app.recording import Recording, Surroundings
from onrecord.core.domain.errors import OnRecordError
from onrecord.features.relationships.coverage import Coverage
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord.observability.logs import error_fields


def coverage(recording: Recording, around: Surroundings) -> Coverage:
    """Make it; its `run` belongs into the task tree."""
    log = around.log

    def failed(error: OnRecordError) -> None:
        log.warning("coverage_delayed", **error_fields(error))

    def unattended(count: int) -> None:
        log.warning("clients_without_advisor", count=count)

    return Coverage(
        CoverageStore(recording.database),
        recording.recorder,
        read=recording.read,
        write=recording.write,
        clock=around.clock,
        failed=failed,
        unattended=unattended,
    )
