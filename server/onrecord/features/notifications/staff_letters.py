"""Letters to the firm's own people, none with content.

Who could not be written to is left alone for a while, so that a broken address holds up nobody.
"""

import asyncio
from collections.abc import Callable, Mapping

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Fatal, OnRecordError
from onrecord.core.domain.values import SYSTEM, Facts, Origin
from onrecord.core.ports import Bridge
from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.alarms_store import AddressBook
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.recorded_letters import Order, RecordedLetters
from onrecord_archive.events.ids import PersonId

AT_ONCE = 2
"""Letters on their way at once."""
PAUSE_S = 300.0
"""How long somebody whose letter could not be sent is left alone, seconds."""


class Errand(Struct, frozen=True):
    """One letter: in a language; what its record says besides; `sent` notes that it left."""

    letter: Callable[[str], Letter]
    facts: Facts
    sent: Callable[[], None]
    """Blocks."""


class StaffLetters:
    """Writes to the firm's people. *failed* is told of what is tried again later.

    *by_mail*: whether there is a mail server at all.
    """

    def __init__(
        self,
        store: AddressBook,
        letters: RecordedLetters,
        *,
        read: Bridge,
        write: Bridge,
        clock: Clock,
        by_mail: bool,
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._store = store
        self._letters = letters
        self._read = read
        self._write = write
        self._clock = clock
        self._by_mail = by_mail
        self._failed = failed
        self._not_before: dict[PersonId, float] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def send(self, errands: Mapping[PersonId, Errand]) -> None:
        """Return once each was handed over or has failed. Cancelling may leave one sent twice.

        Raises OnRecordError when the addresses cannot be read.
        """
        due = {person: each for person, each in errands.items() if self._may_write_to(person)}
        addresses = await self._read(self._store.addresses, list(due)) if due else {}
        async with asyncio.TaskGroup() as sending:
            for person, (to, locale) in addresses.items():
                sending.create_task(self._send(person, to, locale, due[person]))

    def _may_write_to(self, person: PersonId) -> bool:
        not_before = self._not_before.get(person, 0.0)
        return self._by_mail and not_before <= self._clock.monotonic()

    async def _send(self, person: PersonId, to: Address, locale: str, errand: Errand) -> None:
        order = Order(SYSTEM, Origin("server"), {"person": person, **errand.facts})
        async with self._room:
            try:
                await self._letters.send(to, errand.letter(locale), order)
                await self._write(errand.sent)
            except Fatal:
                raise
            except OnRecordError as error:
                self._not_before[person] = self._clock.monotonic() + PAUSE_S
                self._failed(error)
            else:
                self._not_before.pop(person, None)
