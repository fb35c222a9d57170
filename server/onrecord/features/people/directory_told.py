"""Open clients are told what is another about somebody, or the firm's name; they fetch nothing."""

import asyncio
from dataclasses import dataclass, field

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.domain.errors import Refusal
from onrecord.core.ports import Bridge
from onrecord.features.chat.service import ReadStore
from onrecord.observability.logs import Log, error_fields
from onrecord.protocol.frames import DirectoryNow
from onrecord_archive.events.ids import PersonId


@dataclass(frozen=True, slots=True)
class DirectoryTold:
    """Tells who is connected. Belongs to the event loop.

    What is told of is done: where it cannot be read just now, nobody hears of it, and each client
    finds it when it connects next.
    """

    store: ReadStore
    read: Bridge
    fan_out: FanOut
    log: Log
    one_by_one: asyncio.Lock = field(default_factory=asyncio.Lock)
    """What is read later is told later."""

    async def of_person(self, person: PersonId) -> None:
        """Tell those who see somebody in the directory; whoever does not is told nothing."""
        await self._tell(person, clients=True)

    async def of_status(self, person: PersonId) -> None:
        """Tell the firm's people of somebody's status or absence; clients see nobody's."""
        await self._tell(person, clients=False)

    def of_firm(self, name: str) -> None:
        """Tell everybody what the firm is called."""
        self.fan_out.whisper(list(self.fan_out.online()), DirectoryNow(firm=name))

    async def _tell(self, person: PersonId, *, clients: bool) -> None:
        async with self.one_by_one:
            online = list(self.fan_out.online())
            try:
                forms = await self.read(self.store.shown_to, online, person, clients=clients)
            except Refusal as error:
                self.log.warning("directory_untold", **error_fields(error))
                return
            for shown, viewers in forms:
                self.fan_out.whisper(viewers, DirectoryNow(person=shown))
