"""Everything that goes wrong in the archive, as a tree by what the caller can do about it.

ArchiveError
+-- WriteFailed    nothing was acknowledged; wait for room, open a new tail, try again
+-- SyncFailed     durability unknown: leave the process with status 75, never retry
+-- Superseded     another archiver goes on with this log: leave with status 75, never retry
+-- Corrupt        stored bytes are wrong: refuse to start, show the operator file and index
|   +-- Behind     whole, but older than what was published: use a newer copy
+-- Refused        the caller's own defect: nothing was written
+-- Unreadable     storage does not answer: use a copy
+-- NotVerified    the proof does not hold; has a stable `code`
+-- BadFormat      these bytes are not what they should be
+-- CannotOpen     the key does not open this
"""

from __future__ import annotations

import inspect


class ArchiveError(Exception):
    """The archive reported an error."""

    def __init__(self, message: str | None = None) -> None:
        """Take `message`, or the first line of the class's docstring when there is none."""
        super().__init__(message or (inspect.getdoc(type(self)) or "").partition("\n")[0])


class WriteFailed(ArchiveError):
    """Writing failed (no space or an input/output error); the archive takes no more records.

    Nothing of the batch was acknowledged. A new tail may be opened once there is room again.
    """


class SyncFailed(ArchiveError):
    """fsync failed: what is on disk is unknown; the process must exit with status 75."""


class Superseded(ArchiveError):
    """Another archiver has gone on with this log; the process must exit with status 75.

    What this one appends from then on is void.
    """


class Refused(ArchiveError):
    """The entries cannot be appended as they are; nothing was written."""


class Unreadable(ArchiveError):
    """The archive's storage cannot be read."""


class BadFormat(ArchiveError):
    """The bytes do not have the expected format."""


class CannotOpen(ArchiveError):
    """The sealed bytes do not open with this key."""


class Corrupt(ArchiveError):
    """Stored bytes are damaged; the service must not start on them.

    `file` is the path inside the archive, `index` the archive_index concerned, where known.
    """

    def __init__(
        self, message: str | None = None, *, file: str = "", index: int | None = None
    ) -> None:
        """Keep the place of the damage next to the message."""
        super().__init__(message)
        self.file = file
        self.index = index

    def __str__(self) -> str:
        """Message, file and index in one line."""
        return _place(super().__str__(), self.file, self.index)


class Behind(Corrupt):
    """The archive is whole and ends before what was published: it is an older copy."""


class NotVerified(ArchiveError):
    """Verification failed.

    `code` is stable and fit for scripts; `index` names the first bad record, where it is one.
    """

    def __init__(
        self, code: str, message: str, *, file: str = "", index: int | None = None
    ) -> None:
        """Keep code, file and index next to the message."""
        super().__init__(message)
        self.code = code
        self.file = file
        self.index = index

    def __str__(self) -> str:
        """Code, message, file and index in one line."""
        return _place(f"{self.code}: {super().__str__()}", self.file, self.index)


def _place(message: str, file: str, index: int | None) -> str:
    where = [f"file {file}"] if file else []
    where += [f"index {index}"] if index is not None else []
    return f"{message} ({', '.join(where)})" if where else message
