"""Tell compliance that there is a complaint: when it is filed, and when nobody answered it in time.

Each step is a record of the stream `policy` before anybody is told. Then each officer with a mail
address gets one letter without content, also where there are several complaints.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Literal, Protocol

from msgspec import Struct

from onrecord.core.ports import Recorder
from onrecord.core.threads import Threads
from onrecord.delivery.staff_letters import Errand, StaffLetters
from onrecord.delivery.waiting_alarms import POLICY, Told
from onrecord.domain.clock import Clock
from onrecord.domain.errors import Conflict, OnRecordError
from onrecord.domain.values import SYSTEM, Command, Facts, Origin, SystemEntry
from onrecord.identity.clients.letters import ComplaintLetter
from onrecord.identity.firm import FirmProfile
from onrecord.messaging.turns import in_turns
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.record import format_time

LOOK_S = 2.0
"""How often the store is asked, seconds."""
FILED: Literal[1] = 1
OVERDUE: Literal[2] = 2


class Alarming(Struct, frozen=True):
    """An open complaint that compliance is to know of, on the step that it has reached."""

    event: EventId
    stream: StreamId
    reference: str
    due: datetime
    step: Literal[1, 2]


class ComplaintAlarmStore(Protocol):
    """Which complaints are open, and who was told. Every method blocks and is one transaction."""

    def alarming(self, now: datetime) -> list[Alarming]:
        """Return the open ones, by `due`: not those that were there before the alarms."""

    def officers(self) -> list[PersonId]:
        """Return who is in compliance."""

    def told(self) -> set[Told]:
        """Return who was told of which complaint, on which step."""

    def tell(self, told: Sequence[Told]) -> None:
        """Note who was told; forget of what is closed."""


class ComplaintAlarms:
    """The background task. *failed* is told of what could not be done and is tried again.

    *console*: the address that letters name.
    """

    def __init__(
        self,
        store: ComplaintAlarmStore,
        recorder: Recorder,
        letters: StaffLetters,
        *,
        firm: Callable[[], FirmProfile],
        console: str,
        read: Threads,
        clock: Clock,
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._letters = letters
        self._firm = firm
        self._console = console
        self._read = read
        self._clock = clock
        self._failed = failed
        self._raised: dict[EventId, int] = {}

    async def run(self) -> None:
        """Look every few seconds, until cancelled. Cancelling may leave a letter sent twice."""
        await in_turns(self.look, every_s=LOOK_S, failed=self._failed)

    async def look(self) -> None:
        """Raise what is due. Raises OnRecordError."""
        found = await self._read(self._store.alarming, self._clock.now())
        officers = await self._read(self._store.officers) if found else []
        for each in found:
            if self._raised.get(each.event, 0) < each.step:
                await self._record(each, officers)
                self._raised[each.event] = each.step
        self._raised = {each.event: self._raised[each.event] for each in found}
        await self._tell(found, officers)

    async def _record(self, each: Alarming, officers: Sequence[PersonId]) -> None:
        facts: Facts = {
            "conversation": each.stream,
            "complaint": each.event,
            "reference": each.reference,
            "due": format_time(each.due),
            "step": each.step,
            "told": tuple(officers),
        }
        id = sha256(f"complaint\0{each.event}\0{each.step}".encode()).hexdigest()[:32]
        entry = SystemEntry("complaint.raised", facts)
        command = Command(EventId(id), POLICY.id, SYSTEM, Origin("server"), entry, create=POLICY)
        try:
            await self._recorder.record(command)
        except Conflict as conflict:
            if conflict.code != "id_reuse":  # recorded before a restart, with other officers
                raise

    async def _tell(self, found: Sequence[Alarming], officers: Sequence[PersonId]) -> None:
        told = await self._read(self._store.told) if found else set()
        errands = {}
        for officer in officers:
            due = [
                one for each in found if (one := Told(each.event, each.step, officer)) not in told
            ]
            if due:
                errands[officer] = self._errand(due)
        await self._letters.send(errands)

    def _errand(self, due: Sequence[Told]) -> Errand:
        overdue = sum(one.step == OVERDUE for one in due)
        name = self._firm().name
        return Errand(
            lambda locale: ComplaintLetter(locale, name, len(due), overdue, self._console),
            {"complaints": tuple(one.message for one in due)},
            lambda: self._store.tell(due),
        )
