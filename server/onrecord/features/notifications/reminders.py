"""Tell a client who is not connected that something waits: one letter, none again until they read.

None again about a conversation until they have read there; about another one, until they have come
back and read anything. The letter has no content but the chat's address and who wrote, or who
answers where another client did. Who wants none gets none. One of which nobody knows whether it
left is sent again, as another order (recorded_letters.py).
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from onrecord.core.domain.errors import Fatal, OnRecordError
from onrecord.core.domain.values import SYSTEM, Actor, Facts, Origin
from onrecord.features.notifications.client_letters import UnreadLetter
from onrecord.features.notifications.recorded_letters import Order, RecordedLetters
from onrecord.features.notifications.reminder_store import LetterChoice, ReminderStore, Waiting
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.means import Means
from onrecord_archive.events.ids import PersonId

SERVER = Origin("server")
LOOK_S = 5.0
"""How often the store is asked, seconds: how exact the delay is."""
AT_ONCE = 2
"""Letters on their way at once: fewer than there are threads, so that codes leave meanwhile."""
PAUSE_S = 300.0
"""How long a client whose letter could not be sent is left alone, seconds."""


@dataclass(frozen=True, slots=True)
class ReminderOptions:
    """After how long a letter is sent, and what it names."""

    after: timedelta
    firm: Callable[[], FirmProfile]
    link: str


class Reminders:
    """Sends the letters. *online*: who is connected; *failed* is told of what could not be sent."""

    def __init__(
        self,
        means: Means,
        store: ReminderStore,
        letters: RecordedLetters,
        options: ReminderOptions,
        *,
        online: Callable[[], Collection[PersonId]],
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._store = store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._letters = letters
        self._options = options
        self._online = online
        self._failed = failed
        self._not_before: dict[PersonId, float] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Look every few seconds, until cancelled, which may leave an order without a result."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look()

    async def look(self) -> None:
        """Send what is due. What could not be sent is told, and tried again later."""
        try:
            waiting = await self._read(self._store.waiting, self._clock.now() - self._options.after)
        except Fatal:
            raise
        except OnRecordError as error:
            self._failed(error)
            return
        now = self._clock.monotonic()
        due = [
            each
            for each in waiting
            if each.person not in self._online() and self._not_before.get(each.person, 0.0) <= now
        ]
        async with asyncio.TaskGroup() as sending:
            for each in {each.person: each for each in reversed(due)}.values():
                sending.create_task(self._send_in_turn(each))

    async def choice(self, person: PersonId) -> LetterChoice:
        """Return whether somebody wants such letters, and where they go."""
        return await self._read(self._store.letter_choice, person)

    async def choose(self, actor: Actor, origin: Origin, *, wanted: bool) -> None:
        """Record and note whether somebody wants them, if that is new. Raises Unavailable."""
        if (await self.choice(actor.id)).wanted == wanted:
            return
        facts: Facts = {"person": actor.id, "wanted": wanted}
        await self._entries.record(actor, origin, "letters.chosen", facts)
        await self._write(self._store.choose_reminders, actor.id, wanted=wanted)

    async def _send_in_turn(self, waiting: Waiting) -> None:
        async with self._room:
            await self._send(waiting)

    async def _send(self, waiting: Waiting) -> None:
        options, now = self._options, self._clock.now()
        firm = options.firm().name
        letter = UnreadLetter(waiting.locale, firm, waiting.sender or firm, options.link)
        facts: Facts = {"person": waiting.person, "conversation": waiting.stream}
        sent = partial(self._store.reminded, waiting, at=now)
        try:
            await self._letters.send(waiting.address, letter, Order(SYSTEM, SERVER, facts), sent)
        except Fatal:
            raise
        except OnRecordError as error:
            self._not_before[waiting.person] = self._clock.monotonic() + PAUSE_S
            self._failed(error)
        else:
            self._not_before.pop(waiting.person, None)
