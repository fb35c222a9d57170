"""The archive's second thread: integrates what is published into the signed tree, once a second.

It looks at the key stores as well: between two new data keys nothing else reads them. Tiles and a
checkpoint take up to nine fsyncs. In the writer thread, on a slow disk, they would all stand
between a message and its acknowledgement.
"""

from collections.abc import Callable
from threading import Event, Thread

from onrecord.core.archiving.log import SealedLog
from onrecord.observability.points import Points
from onrecord_archive.format.errors import WriteFailed

INTEGRATE_SECONDS = 1.0


class Integration:
    """Owns the thread. What it meets with is for the writer thread, which alone decides."""

    def __init__(
        self,
        archive: SealedLog,
        position: Callable[[], int],
        wake: Callable[[], None],
        points: Points,
    ) -> None:
        """`position` gives how many entries are published under this process's epoch.

        `wake` is called in the thread when there is something to `check`.
        """
        self._archive = archive
        self._position = position
        self._wake = wake
        self._points = points
        self._failure: Exception | None = None
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="integration")

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, after what it is doing. Blocks."""
        self._stopping.set()
        self._thread.join()

    def check(self) -> None:
        """Raise what the thread has met with since the last call.

        WriteFailed: it tries again by itself. Anything else has ended it, and ends the process.
        """
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def forget(self) -> None:
        """Forget a failure that recovery has mended."""
        if isinstance(self._failure, WriteFailed):
            self._failure = None

    def _run(self) -> None:
        while not self._stopping.wait(INTEGRATE_SECONDS):
            try:
                self._archive.integrate(self._position())
                self._archive.look()
                self._points.reach("integrated")
            except WriteFailed as error:
                self._tell(error)
            except Exception as error:  # noqa: BLE001  # raised again in the writer thread
                self._tell(error)
                return

    def _tell(self, error: Exception) -> None:
        self._failure = error
        self._wake()
