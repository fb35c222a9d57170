"""Which browsers want pushes: their person said yes there. Each belongs to its session.

It is no record: nobody but the person sees it, and it says nothing of a conversation.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from onrecord.core.domain.errors import BadInput, NotSignedIn
from onrecord.core.domain.ids import SessionId
from onrecord.core.ports import Bridge
from onrecord.features.notifications.push.listener import Listener, Subscription
from onrecord.features.notifications.push.services import Services
from onrecord.features.notifications.push_store import PushStore
from onrecord_archive.events.ids import PersonId, StreamId


class Subscriptions:
    """Subscribes and unsubscribes. *changed* is told whose sessions have one now."""

    def __init__(
        self,
        store: PushStore,
        services: Services,
        *,
        read: Bridge,
        write: Bridge,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._services = services
        self._read = read
        self._write = write
        self._now = now
        self.people: dict[PersonId, frozenset[SessionId]] = {}
        """Whose sessions have one, as last read: what has ended since may still be among them."""

    async def load(self) -> None:
        """Read them, and forget those of sessions that are over. Raises OnRecordError."""
        self.people = await self._write(self._store.subscribed, self._now())

    async def subscribe(self, person: PersonId, subscription: Subscription) -> None:
        """Keep a browser's. Raises BadInput (`bad_push_address`, `bad_push_key`), NotSignedIn."""
        self._services.endpoint(subscription.address)
        try:
            _ = subscription.keys.public
        except ValueError as error:
            raise BadInput("bad_push_key", "These are no keys of a browser.") from error
        if not await self._write(self._store.subscribe, subscription):
            raise NotSignedIn("session_ended", "You were signed out. Sign in again.")
        self.people[person] = self.people.get(person, frozenset()) | {subscription.session}

    async def unsubscribe(self, person: PersonId, session: SessionId) -> None:
        """Forget a session's."""
        await self._write(self._store.unsubscribe, (session,))
        self.forget(person, session)

    async def listeners(
        self, sessions: Sequence[SessionId], streams: Sequence[StreamId], now: datetime
    ) -> list[Listener]:
        """Return how these conversations stand for those of these sessions that still count."""
        return await self._read(self._store.listeners, sessions, streams, now)

    def forget(self, person: PersonId, session: SessionId) -> None:
        """Note that a session has none."""
        left = self.people.get(person, frozenset()) - {session}
        if left:
            self.people[person] = left
        else:
            self.people.pop(person, None)
