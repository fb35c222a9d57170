"""Why a server's process ends, and how it is told: one error, one code, one line."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from onrecord.app.settings.paths import closed_file
from onrecord.core.archiving.finding import KEEP, Finding
from onrecord.core.domain.errors import Defect, Fatal, Fenced, OnRecordError, Refusal, RefuseToStart
from onrecord.observability.logs import Log, error_fields
from onrecord_archive.format.errors import (
    ArchiveError,
    Corrupt,
    NotVerified,
    Superseded,
    SyncFailed,
    WriteFailed,
)

OPERATOR_MUST_ACT = 78
"""EX_CONFIG of sysexits.h: a restart would not help."""
Ended = Callable[[str, Exception], None]
_OTHERS: dict[type[Exception], tuple[int, str]] = {
    SyncFailed: (Fatal.exit_code, "sync_failed"),
    Superseded: (Fatal.exit_code, "superseded"),
    WriteFailed: (Fatal.exit_code, "archive_unavailable"),
    NotVerified: (OPERATOR_MUST_ACT, "archive_corrupt"),
    Corrupt: (OPERATOR_MUST_ACT, "archive_corrupt"),
    ArchiveError: (OPERATOR_MUST_ACT, "archive_corrupt"),
    Finding: (OPERATOR_MUST_ACT, "audit_finding"),
}


def judged(error: Exception) -> tuple[int, str]:
    """Return the exit code and the stable code of what ends the process."""
    if isinstance(error, Fatal):
        return error.exit_code, error.code
    if isinstance(error, RefuseToStart):
        return error.exit_code, error.code
    if isinstance(error, Refusal):
        return Fatal.exit_code, error.code
    for kind, verdict in _OTHERS.items():
        if isinstance(error, kind):
            return verdict
    return Fatal.exit_code, Defect.code


def one_of(error: Exception) -> Exception:
    """Return the error itself, or of a group that for which a new start helps least."""
    return max(_leaves(error), key=lambda each: judged(each)[0])


def named(error: Exception) -> OnRecordError | ArchiveError:
    """Return one error that has a name: a defect names its class and its line.

    A file that may not be opened is for an operator: a new start would not open it either.
    """
    one = one_of(error)
    if isinstance(one, OnRecordError | ArchiveError):
        return one
    if isinstance(one, PermissionError) and one.filename is not None:
        return closed_file(one)
    return Defect(" at ".join(error_fields(one).values()))


def _leaves(error: BaseException) -> Iterator[Exception]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    elif isinstance(error, Exception):
        yield error


class Ending:
    """Why the process ends, and how it is told. *ended* gets what ended it, with its code."""

    def __init__(self, ended: Ended = lambda code, error: None) -> None:
        self.error: Exception | None = None
        self._ended = ended
        self.stop: Callable[[], None] = lambda: None

    @property
    def exit_code(self) -> int:
        """What the process returns."""
        return 0 if self.error is None else judged(self.error)[0]

    def told(self, log: Log) -> int:
        """Log why it ended; return the exit code. Raises Fenced: no log line names a server."""
        if self.error is None:
            log.info("stopped", exit_code=0)
            return 0
        error = self.error
        status, code = judged(error)
        if isinstance(error, Corrupt | NotVerified):
            log.error(
                "stopped_by_failure",
                exit_code=status,
                code=code,
                path=error.file,
                archive_index=error.index,
                reason=KEEP,
                **error_fields(error),
            )
        else:
            log.error("stopped_by_failure", exit_code=status, code=code, **error_fields(error))
        if isinstance(error, Fenced):
            raise error
        self._ended(code, error)
        return status

    def fail(self, error: Exception) -> None:
        """End because of an error, or of one in a group. Called in the event loop."""
        self.error = self.error or one_of(error)
        self.stop()


class Background:
    """Starts what runs beside the listeners; what any of it raises ends the process, once."""

    def __init__(self, tasks: asyncio.TaskGroup, ending: Ending) -> None:
        self._tasks = tasks
        self._ending = ending

    def create_task(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Start it. Cancelling the task cancels the work."""
        return self._tasks.create_task(self._watched(work))

    async def _watched(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001  # told once, by its code
            self._ending.fail(error)
