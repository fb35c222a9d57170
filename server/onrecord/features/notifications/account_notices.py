"""What people are told of their own account, and the office of break-glass and of objections.

Each notice is shown when they sign in next, until they say that they have read it; where there is a
mail address, the one of before, it is sent there as well. It is stored in the database, so that
what was done without a server is told by the next one.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.ids import SessionId, new_id
from onrecord.core.ports import Bridge
from onrecord.features.people.means import Means
from onrecord.features.people.told import AccountNotice, Along, Said
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId

MOST = 50
"""Notices that somebody is shown at once, the oldest first."""


class AccountNotices:
    """Makes notices, and says which somebody has not read.

    *notices_of* returns at most so many of somebody's that they have not read, the oldest first;
    *notices_seen* notes that they have read some of theirs in a session, and returns how many of
    these there are. Both block.
    """

    def __init__(
        self,
        means: Means,
        notices_of: Callable[[PersonId, int], list[AccountNotice]],
        notices_seen: Callable[[PersonId, SessionId, Collection[str], datetime], int],
    ) -> None:
        self._notices_of = notices_of
        self._notices_seen = notices_seen
        self._people = means.store
        self._read: Bridge = means.read
        self._write: Bridge = means.write
        self._clock: Clock = means.clock

    def along(self, people: Collection[Person], said: Said, approves: str | None = None) -> Along:
        """Return a notice for each, to go with what it is about.

        *approves*: the request that is over with it.
        """
        now = self._clock.now()
        notices = [
            AccountNotice(new_id(self._clock), each.id, now, said, each.mail) for each in people
        ]
        return Along(now, tuple(notices), approves)

    async def office(self, about: Person | None = None) -> Collection[Person]:
        """Return every administrator and compliance officer, and who it is *about*.

        *about*: that person, as they were before; None: they are told of it otherwise, or are new.
        """
        people = await self._read(self._people.people)
        told = {each.id: each for each in people if _is_told(each)}
        if about is not None:
            told[about.id] = about
        return told.values()

    async def of(self, person: PersonId) -> Sequence[AccountNotice]:
        """Return those that somebody has not read, the oldest first."""
        return await self._read(self._notices_of, person, MOST)

    async def seen(self, person: PersonId, session: SessionId, ids: Collection[str]) -> None:
        """Note that somebody has read some of theirs. Raises NotFound (`no_such_notice`).

        The notice of a link is not read by the session which that very link began: it is shown
        again when its person comes another way.
        """
        now = self._clock.now()
        if await self._write(self._notices_seen, person, session, ids, now) < len(set(ids)):
            raise NotFound("no_such_notice", "There is no such notice for you.")


def _is_told(person: Person) -> bool:
    return person.active and person.role in ("administrator", "compliance")
