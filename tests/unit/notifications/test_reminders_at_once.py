"""Many clients who wait at once are written to a few at a time: none is put off as too many."""

import asyncio
from datetime import datetime

from onrecord.core.domain.clock import SystemClock
from onrecord.features.clients.addresses import Address, Way
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.notifications.letters.carriers import Carriers
from onrecord.features.notifications.reminder_store import ReminderStore, Waiting
from onrecord.features.notifications.reminders import AT_ONCE, Reminders
from onrecord.features.sign_in.entries import Entries
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from tests.integration.rooted import root_alone

MANY = 100


class Everybody(ReminderStore):
    """So many clients wait, each with a first message; there is no database."""

    def __init__(self) -> None:
        """Open nothing."""

    def waiting(self, before: datetime) -> list[Waiting]:
        return [
            Waiting(
                person=PersonId(f"{n:032x}"),
                stream=StreamId(f"{n:032x}"),
                msg_no=1,
                address=Address("mail", f"{n}@example.com"),
                locale="en",
                sender="Ada",
            )
            for n in range(MANY)
        ]

    def reminded(self, waiting: Waiting, owed: Owed, *, at: datetime) -> None:
        """Note it."""


class SlowLetters(Carriers):
    """Counts how many are on their way at once."""

    def __init__(self) -> None:
        self.sent = self.most = self._now = 0

    def demand(self, way: Way) -> None:
        """Every letter leaves."""

    async def send(self, to: Address, letter: Letter, id: str) -> None:
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(0)
        self._now -= 1
        self.sent += 1


class Records:
    """Takes every entry."""

    async def record(self, *entry: object, id: str) -> None:
        await asyncio.sleep(0)

    def owe(self, *entry: object) -> Owed:
        return Owed(EventId("0" * 32), b"")


def test_letters_leave_a_few_at_a_time() -> None:
    letters = SlowLetters()
    instead = {ReminderStore: Everybody(), Carriers: letters, Entries: Records()}
    asyncio.run(root_alone(SystemClock(), instead)[Reminders].look())
    assert letters.sent == MANY
    assert letters.most == AT_ONCE
