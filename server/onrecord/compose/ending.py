"""Why a server's process ends, and how it is told."""

from collections.abc import Callable

from onrecord.domain.errors import Fatal
from onrecord.observability.logs import Log, error_fields
from onrecord_archive.errors import SyncFailed

OPERATOR_MUST_ACT = 78
"""EX_CONFIG of sysexits.h: a restart would not help."""


class Ending:
    """Why the process ends, and how it is told."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.stop: Callable[[], None] = lambda: None

    @property
    def exit_code(self) -> int:
        """What the process returns."""
        if self.error is None:
            return 0
        restart = isinstance(self.error, Fatal | SyncFailed)
        return Fatal.exit_code if restart else OPERATOR_MUST_ACT

    def told(self, log: Log) -> int:
        """Log why it ended; return the exit code."""
        if self.error is None:
            log.info("stopped", exit_code=0)
        else:
            log.error("stopped_by_failure", exit_code=self.exit_code, **error_fields(self.error))
        return self.exit_code

    def fail(self, error: Exception) -> None:
        """End because of an error. Called in the event loop."""
        self.error = self.error or error
        self.stop()
