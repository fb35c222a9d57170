"""Which sessions sockets hang on right now, so that ending one closes them at once."""

from collections.abc import Callable, Iterable
from datetime import datetime
from math import inf

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.domain.ids import SessionId
from onrecord.features.sign_in.locked import session_locked
from onrecord_archive.events.ids import PersonId

OnEnd = Callable[[str], None]
"""Told why (a stable code) when the session ends; called once, in the event loop's thread.

It must not raise: others are told after it.
"""

UNWATCHED_SECONDS = 60.0
"""How long an admitted session may stay without a socket before it is forgotten."""
ENDED_SECONDS = 3600.0
"""How long an ended id is remembered: far longer than any look-up that overlaps its end."""


class _Entry:
    __slots__ = ("admitted", "confirmed", "deadline", "due", "person", "watchers")

    def __init__(self, person: PersonId, admitted: float, deadline: float) -> None:
        self.person = person
        self.admitted = admitted
        self.deadline = deadline
        self.due = inf
        """From when on its client must type a code; others never."""
        self.confirmed = -inf
        """Until when an advisor's word counts."""
        self.watchers: dict[int, OnEnd] = {}

    def tell(self, why: str) -> None:
        for on_end in list(self.watchers.values()):
            on_end(why)


class Sessions:
    """The sessions and tokens behind this process's sockets. Belongs to the event loop.

    A look-up that found a session in force may be overtaken by its end: `admit` then refuses,
    because whoever ends one writes the database first and calls `end` afterwards.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: dict[SessionId, _Entry] = {}
        self._ended: dict[SessionId, float] = {}
        self._locked: dict[SessionId, float] = {}
        self._watch_number = 0

    def admit(
        self,
        session: SessionId,
        person: PersonId,
        expires_at: datetime | None,
        *,
        due_at: datetime | None = None,
    ) -> None:
        """Let in a session that was just found in force.

        *due_at*: from when on its client must type a code first.
        Raises NotSignedIn (`session_ended`), NotAllowed (`session_locked`).
        """
        if self.has_ended(session):
            raise session_ended()
        if session in self._locked:
            raise session_locked()
        now = self._clock.monotonic()
        entry = self._entries.get(session)
        if entry is None:
            entry = self._entries[session] = _Entry(person, now, self._at(expires_at))
        entry.admitted = now
        entry.due = self._at(due_at)

    def proved(self, person: PersonId, until: datetime) -> None:
        """Note that a client proved themself: their sessions that are here go on until then."""
        for entry in self._entries.values():
            if entry.person == person:
                entry.due = max(entry.due, self._at(until))

    def prolong(self, session: SessionId, expires_at: datetime) -> None:
        """Note that a session that is here lasts longer."""
        if (entry := self._entries.get(session)) is not None:
            entry.deadline = max(entry.deadline, self._at(expires_at))

    def confirm(self, sessions: Iterable[SessionId], until: datetime) -> None:
        """Note an advisor's word for sessions that are here."""
        deadline = self._at(until)
        for session in sessions:
            if (entry := self._entries.get(session)) is not None:
                entry.confirmed = deadline
                entry.due = max(entry.due, deadline)

    def withdraw(self, sessions: Iterable[SessionId], until: datetime) -> None:
        """Note that an advisor's word counts no more; what else was proved counts until then."""
        for session in sessions:
            if (entry := self._entries.get(session)) is not None:
                entry.confirmed = -inf
                entry.due = self._at(until)

    def is_confirmed(self, session: SessionId) -> bool:
        """Whether an advisor's word counts for a session now."""
        entry = self._entries.get(session)
        return entry is not None and self._clock.monotonic() < entry.confirmed

    def watch(self, session: SessionId, person: PersonId, on_end: OnEnd) -> Callable[[], None]:
        """Call *on_end* when the session ends; the returned call stops that.

        A session that has ended meanwhile is told so at once.
        """
        entry = self._entries.get(session)
        if entry is None or entry.person != person:
            on_end("session_ended")
            return lambda: None
        self._watch_number += 1
        number = self._watch_number
        entry.watchers[number] = on_end

        def stop() -> None:
            entry.watchers.pop(number, None)
            if not entry.watchers and self._entries.get(session) is entry:
                del self._entries[session]

        return stop

    def has_ended(self, session: SessionId) -> bool:
        """Whether a session that was found in force has ended since."""
        return session in self._ended

    def why_not(self, session: SessionId) -> str | None:
        """Return why a watched session's socket must end (a stable code); None: it goes on."""
        entry, now = self._entries.get(session), self._clock.monotonic()
        if session in self._locked:
            return "session_locked"
        if entry is None or now >= entry.deadline:
            return "session_ended"
        return "verification_due" if now >= entry.due else None

    def watched(self) -> list[SessionId]:
        """Return the sessions that have a socket."""
        return [session for session, entry in self._entries.items() if entry.watchers]

    def end(self, sessions: Iterable[SessionId], reason: str) -> None:
        """End sessions: their sockets are told before this returns."""
        now = self._clock.monotonic()
        for session in sessions:
            self._ended[session] = now
            entry = self._entries.pop(session, None)
            if entry is not None:
                entry.tell(reason)

    def end_of(self, person: PersonId, reason: str) -> None:
        """End somebody's sessions that are here."""
        self.end([id for id, entry in self._entries.items() if entry.person == person], reason)

    def lock(self, session: SessionId) -> None:
        """Lock a session: its sockets are told before this returns, and it gets no new ones."""
        self._locked[session] = self._clock.monotonic()
        entry = self._entries.pop(session, None)
        if entry is not None:
            entry.tell("session_locked")

    def unlock(self, session: SessionId) -> None:
        """Let a session have sockets again."""
        self._locked.pop(session, None)

    def sweep(self) -> None:
        """End what has expired; forget what nobody watches. Called every second.

        A session whose client must type a code stays in force; its sockets are told to go.
        """
        now = self._clock.monotonic()
        expired = [id for id, entry in self._entries.items() if entry.deadline <= now]
        self.end(expired, "session_expired")
        due = [id for id, entry in self._entries.items() if entry.due <= now]
        for entry in [self._entries.pop(id) for id in due]:
            entry.tell("verification_due")
        for session, entry in list(self._entries.items()):
            if not entry.watchers and entry.admitted + UNWATCHED_SECONDS < now:
                del self._entries[session]
        for remembered in (self._ended, self._locked):
            for session, at in list(remembered.items()):
                if at + ENDED_SECONDS < now:
                    del remembered[session]

    def _at(self, moment: datetime | None) -> float:
        """Return a moment on the clock that never goes back; None: never."""
        if moment is None:
            return inf
        return self._clock.monotonic() + (moment - self._clock.now()).total_seconds()


def session_ended() -> NotSignedIn:
    """Return the answer to whose session, or token, has ended."""
    return NotSignedIn("session_ended", "You were signed out. Sign in again.")
