"""What identity does by itself: expiry, destruction, reminders, owed entries, use of sessions.

What somebody could come back with is destroyed once their account has ended for long enough.
Deactivating suspends it at once (features/people/store.py); activated soon, they sign in as
before. After that time their password, passkeys and known devices are deleted, by a look at the
start and then every few minutes, and by activating itself, however long no server ran. Each time is
an entry, owed in the transaction that deletes.
"""

import asyncio
from datetime import datetime, timedelta
from math import inf

from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import SYSTEM, Facts, Origin
from onrecord.features.people.means import Means
from onrecord.features.sign_in.refusals import EVERY_S
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.sign_in.token_ends import TokenReminders
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import PersonId

SWEEP_SECONDS = 1.0
SEEN_SECONDS = 60.0
"""How exact `seen_at` is."""
LOOK_SECONDS = 600.0
"""How late what is due may be destroyed. It looks at the start as well."""
SERVER = Origin("server")
AT_ONCE = 100
"""Accounts that one look takes."""


class Destruction:
    """Destroys it. *kept*: how long it is kept after an account ended."""

    def __init__(self, means: Means, kept: timedelta) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._kept = kept

    @property
    def kept_since(self) -> datetime:
        """Whose account ended before this comes back with nothing."""
        return self._clock.now() - self._kept

    def entry(self, person: PersonId) -> Owed:
        """Return what is owed for one."""
        facts: Facts = {"person": person}
        return self._entries.owe(SYSTEM, SERVER, "credentials.destroyed", facts)

    async def look(self) -> None:
        """Destroy what is due. Cancelling is safe: what is left is due at the next look."""
        since = self.kept_since
        while due := await self._read(self._store.overdue, since, AT_ONCE):
            for person in due:
                entry, now = self.entry(person), self._clock.now()
                await self._write(self._store.destroy, person, entry, kept_since=since, at=now)


class Keeper:
    """The background task of identity; the composition root runs it in its task group."""

    def __init__(
        self,
        means: Means,
        sessions: OpenSessions,
        destruction: Destruction,
        reminders: TokenReminders,
    ) -> None:
        self._registry = means.registry
        self._entries = means.entries
        self._clock = means.clock
        self._sessions = sessions
        self._destruction = destruction
        self._reminders = reminders

    async def run(self) -> None:
        """Work until cancelled. A busy store is tried again at the next turn."""
        seen_at = counted_at = self._clock.monotonic()
        looked_at = -inf
        while True:
            self._registry.sweep()
            try:
                if self._clock.monotonic() - counted_at >= EVERY_S:
                    counted_at = self._clock.monotonic()
                    await self._entries.note_refusals()
                if self._clock.monotonic() - looked_at >= LOOK_SECONDS:
                    await self._destruction.look()
                    await self._reminders.look()
                    looked_at = self._clock.monotonic()
                await self._entries.settle()
                if self._clock.monotonic() - seen_at >= SEEN_SECONDS:
                    seen_at = self._clock.monotonic()
                    await self._sessions.note_seen(self._registry.watched())
            except Refusal:
                pass  # the store is busy or full; what is owed stays owed
            await asyncio.sleep(SWEEP_SECONDS)
