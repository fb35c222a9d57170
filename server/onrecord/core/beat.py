"""The holder's beat: a thread that says once a second that this server lives and still records.

It is no part of the writer thread, so a slow disk neither stops the beat nor hides that another
server has taken over: an idle server notices as soon as a busy one.
"""

from collections.abc import Callable
from threading import Event, Thread

from onrecord.core.domain.errors import Fatal, Fenced, RefuseToStart, Unavailable
from onrecord_archive.format.errors import ArchiveError, SyncFailed, WriteFailed

BEAT_SECONDS = 1.0
"""How often the holder moves the counter, and sees that it still is the holder."""


def cause(beat: Callable[[], None], error: Exception) -> Exception:
    """Return Fenced in the place of damage that another server did, which records here now.

    What it wrote looks like damage to the server before it. Another error is returned as it is; the
    database is asked, by *beat*, only where it was none of its own, and no sync has failed.
    """
    if not isinstance(error, ArchiveError) or isinstance(error, SyncFailed | WriteFailed):
        return error
    try:
        beat()
    except Fenced as fenced:
        fenced.__cause__ = error
        return fenced
    except (Unavailable, Fatal, RefuseToStart):
        return error
    return error


class Beat:
    """Owns the thread."""

    def __init__(self, beat: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """*beat* moves the counter; what ends it, Fenced above all, is handed to *failed*, once."""
        self._beat = beat
        self._failed = failed
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="beat")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, after what it is doing. Blocks."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(BEAT_SECONDS):
            try:
                self._beat()
            except Unavailable:
                continue  # the writer thread says so, and the beat goes on when the database does
            except Exception as error:  # noqa: BLE001  # it ends the process
                self._failed(error)
                return
