"""What identity does by itself: expiry, owed entries, when sessions were used, refusals counted."""

import asyncio

from onrecord.domain.errors import Refusal
from onrecord.identity.means import Means
from onrecord.identity.refusals import EVERY_S
from onrecord.identity.sessions import OpenSessions

SWEEP_SECONDS = 1.0
SEEN_SECONDS = 60.0
"""How exact `seen_at` is."""


class Keeper:
    """The background task of identity; the composition root runs it in its task group."""

    def __init__(self, means: Means, sessions: OpenSessions) -> None:
        self._registry = means.registry
        self._entries = means.entries
        self._clock = means.clock
        self._sessions = sessions

    async def run(self) -> None:
        """Work until cancelled. A busy store is tried again at the next turn."""
        seen_at = counted_at = self._clock.monotonic()
        while True:
            self._registry.sweep()
            try:
                if self._clock.monotonic() - counted_at >= EVERY_S:
                    counted_at = self._clock.monotonic()
                    await self._entries.note_refusals()
                await self._entries.settle()
                if self._clock.monotonic() - seen_at >= SEEN_SECONDS:
                    seen_at = self._clock.monotonic()
                    await self._sessions.note_seen(self._registry.watched())
            except Refusal:
                pass  # the store is busy or full; what is owed stays owed
            await asyncio.sleep(SWEEP_SECONDS)
