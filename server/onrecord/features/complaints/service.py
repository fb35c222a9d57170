"""The list of complaints, as compliance reads it and the service counts it."""

from onrecord.core.domain.clock import Clock
from onrecord.core.ports import Bridge
from onrecord.features.complaints.alarm_store import ComplaintAlarmStore
from onrecord.features.complaints.list_store import ComplaintStore
from onrecord.features.complaints.listing import Figures, FoundComplaint, Wanted
from onrecord_archive.events.ids import PersonId


class ComplaintDesk:
    """Shows the list to compliance, and knows how far each officer has seen it.

    Each method raises Unavailable. Cancelling is safe.
    """

    def __init__(
        self,
        store: ComplaintStore,
        looks: ComplaintAlarmStore,
        *,
        read: Bridge,
        write: Bridge,
        clock: Clock,
    ) -> None:
        self._store = store
        self._looks = looks
        self._read = read
        self._write = write
        self._clock = clock

    async def page(
        self, wanted: Wanted, *, offset: int, limit: int
    ) -> tuple[list[tuple[FoundComplaint, bool]], bool, Figures]:
        """Return a page with what is overdue of it, whether there are more, and the figures.

        What the figures' `upto` covers, the page had a chance to show.
        """
        now = self._clock.now()
        figures = await self._read(self._store.figures, now)  # first: `upto` is not too high
        find = self._store.find
        found, more = await self._read(find, wanted, now, offset=offset, limit=limit)
        return [(one, one.overdue(now)) for one in found], more, figures

    async def figures(self) -> Figures:
        """Count the open ones."""
        return await self._read(self._store.figures, self._clock.now())

    async def unread(self, person: PersonId) -> int:
        """Count those that an officer's list has not shown yet."""
        return await self._read(self._looks.unread, person)

    async def looked(self, person: PersonId, upto: int) -> None:
        """Note that an officer has seen the list as it stood below an archive_index."""
        await self._write(self._looks.looked, person, upto)
