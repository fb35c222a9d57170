"""Tell who is in charge of what lasts: a complaint, a client whom nobody was named to take over.

Each alarm is a record of the stream `policy` before anybody is told. Then each of them with a mail
address gets one letter without content, also where there are several.

Compliance hears of a complaint when it is filed, and when nobody answered it in time.
Administrators hear of a leaver's clients after the time that the firm set, whether or not these
write.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal, Protocol

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Conflict, OnRecordError
from onrecord.core.domain.values import SYSTEM, Command, Facts, Origin, StreamRef, SystemEntry
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.turns import in_turns
from onrecord.features.notifications.client_letters import ComplaintLetter, Letter, UncoveredLetter
from onrecord.features.notifications.staff_letters import Errand, StaffLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.relationships.succession import Uncovered
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time

POLICY = StreamRef(StreamId("policy"), "policy")
LOOK_S = 2.0
"""How often the store is asked, seconds: how exact an alarm is."""
FILED: Literal[1] = 1
OVERDUE: Literal[2] = 2


class Told(Struct, frozen=True):
    """That somebody was told, on a step: of a message or complaint (its event_id), or a stream."""

    about: str
    step: int
    person: PersonId


class Alarm(Struct, frozen=True):
    """What somebody is to know of, on the step that it has reached. *named*: like no other one."""

    about: str
    step: int
    named: str
    facts: Facts


class AlarmStore(Protocol):
    """Who is told of a kind of alarm, and was. Every method blocks and is one transaction.

    Implementations: ComplaintAlarmStore, UncoveredAlarmStore.
    """

    def people(self) -> list[PersonId]:
        """Return who is in charge."""

    def told(self) -> set[Told]:
        """Return who was told of what, on which step."""

    def tell(self, told: Sequence[Told]) -> None:
        """Note who was told; of what is over nothing stays."""


@dataclass(frozen=True, slots=True)
class AlarmKind:
    """One kind of alarm: its record's `type`, and what a letter's record calls its `things`."""

    type: str
    things: str
    store: AlarmStore
    due: Callable[[datetime], list[Alarm]]
    """Blocks."""
    letter: Callable[[str, Sequence[Told]], Letter]


class StaffAlarms:
    """The background task. *failed* is told of what could not be done and is tried again."""

    def __init__(
        self,
        kind: AlarmKind,
        recorder: Recorder,
        letters: StaffLetters,
        *,
        read: Bridge,
        clock: Clock,
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._kind = kind
        self._recorder = recorder
        self._letters = letters
        self._read = read
        self._clock = clock
        self._failed = failed
        self._raised: set[str] = set()

    async def run(self) -> None:
        """Look every few seconds, until cancelled. Cancelling may leave a letter sent twice."""
        await in_turns(self.look, every_s=LOOK_S, failed=self._failed)

    async def look(self) -> None:
        """Raise what is due. Raises OnRecordError."""
        due = await self._read(self._kind.due, self._clock.now())
        people = await self._read(self._kind.store.people) if due else []
        for each in due:
            if each.named not in self._raised:
                facts: Facts = {**each.facts, "told": tuple(people)}
                await record_alarm(self._recorder, self._kind.type, facts, named=each.named)
                self._raised.add(each.named)
        self._raised.intersection_update([each.named for each in due])
        await self._tell(due, people)

    async def _tell(self, due: Sequence[Alarm], people: Sequence[PersonId]) -> None:
        told = await self._read(self._kind.store.told) if due else set()
        errands = {}
        for person in people:
            to_tell = [Told(each.about, each.step, person) for each in due]
            if news := [one for one in to_tell if one not in told]:
                errands[person] = self._errand(news)
        await self._letters.send(errands)

    def _errand(self, news: Sequence[Told]) -> Errand:
        return Errand(
            lambda locale: self._kind.letter(locale, news),
            {self._kind.things: tuple(one.about for one in news)},
            lambda: self._kind.store.tell(news),
        )


async def record_alarm(recorder: Recorder, type: str, facts: Facts, *, named: str) -> None:
    """Record an alarm, once for each name. Raises OnRecordError."""
    id = EventId(sha256(named.encode()).hexdigest()[:32])
    entry = SystemEntry(type, facts)
    command = Command(id, POLICY.id, SYSTEM, Origin("server"), entry, create=POLICY)
    try:
        await recorder.record(command)
    except Conflict as conflict:
        if conflict.code != "id_reuse":  # recorded before a restart: younger, or with other people
            raise


class Alarming(Struct, frozen=True):
    """An open complaint that compliance is to know of, on the step that it has reached."""

    event: EventId
    stream: StreamId
    reference: str
    due: datetime
    step: Literal[1, 2]


def complaint_alarms(
    store: AlarmStore,
    alarming: Callable[[datetime], list[Alarming]],
    firm: Callable[[], FirmProfile],
    console: str,
) -> AlarmKind:
    """Return the alarms of complaints. *console*: the address that letters name.

    *alarming* returns the open ones, by `due`: not those that were there before the alarms.
    """

    def due(now: datetime) -> list[Alarm]:
        return [
            Alarm(
                each.event,
                each.step,
                f"complaint\0{each.event}\0{each.step}",
                {
                    "conversation": each.stream,
                    "complaint": each.event,
                    "reference": each.reference,
                    "due": format_time(each.due),
                    "step": each.step,
                },
            )
            for each in alarming(now)
        ]

    def letter(locale: str, news: Sequence[Told]) -> Letter:
        overdue = sum(one.step == OVERDUE for one in news)
        return ComplaintLetter(locale, firm().name, len(news), overdue, console)

    return AlarmKind("complaint.raised", "complaints", store, due, letter)


def uncovered_alarms(
    store: AlarmStore,
    uncovered: Callable[[], list[Uncovered]],
    after: timedelta,
    firm: Callable[[], FirmProfile],
    console: str,
) -> AlarmKind:
    """Return the alarms of leavers' clients. *after*: how long nobody must have been named."""

    def due(now: datetime) -> list[Alarm]:
        return [
            Alarm(
                each.stream,
                1,
                f"uncovered\0{each.stream}\0{format_time(each.at)}",
                {
                    "conversation": each.stream,
                    "former": each.former,
                    "since": format_time(each.at),
                    "hours": int(after.total_seconds() // 3600),
                },
            )
            for each in uncovered()
            if each.at <= now - after
        ]

    def letter(locale: str, news: Sequence[Told]) -> Letter:
        return UncoveredLetter(locale, firm().name, len(news), console)

    return AlarmKind("client.uncovered", "conversations", store, due, letter)
