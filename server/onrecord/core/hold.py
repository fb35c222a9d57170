"""Whether what people say is held back although recording is on, and who is told when it changes.

Signing in, settings and what compliance looks at go on: else nobody could mend what holds it back.
"""

from collections.abc import Callable

from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import SAID, kind_of
from onrecord_archive.events.ids import StreamId


class Hold:
    """Belongs to the event loop."""

    def __init__(self, changed: Callable[[], None]) -> None:
        """Take what is called at each change."""
        self._refusal: Refusal | None = None
        self._changed = changed

    @property
    def refusal(self) -> Refusal | None:
        """Why nothing can be said now, None while it can."""
        return self._refusal

    def set(self, refusal: Refusal | None) -> None:
        """Hold back what is said from now on (why), or let it go on (None)."""
        if refusal is not self._refusal:
            self._refusal = refusal
            self._changed()

    def of(self, stream: StreamId) -> Refusal | None:
        """Return why nothing new may come onto a stream, None where it may."""
        return self._refusal if kind_of(stream) in SAID else None
