"""The task that keeps every client covered, on an open recording."""

from onrecord.compose.recording import Recording, Surroundings
from onrecord.domain.errors import OnRecordError
from onrecord.messaging.coverage import Coverage
from onrecord.observability.logs import error_fields
from onrecord.storage.coverage_store import CoverageStore


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
