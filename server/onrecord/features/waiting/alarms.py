"""Tell that a client waits for an answer: those who answer after one while, administrators later.

The age counts in office time of the firm, so nights and holidays raise no alarm, and an advisor's
own absence hides none. Where nobody answers any more, administrators hear of it at any hour, once
that has lasted: a leaver's clients pass on within seconds. Each step is a record of the stream
`policy` before anybody is told. Who is connected sees it in the conversation; who is not gets one
letter without content a step, also where several clients wait.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.values import Facts
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.turns import in_turns
from onrecord.features.hours.plan import Plan, time_there
from onrecord.features.notifications.client_letters import WaitingLetter
from onrecord.features.notifications.staff_alarms import LOOK_S, record_alarm
from onrecord.features.notifications.staff_letters import Errand, StaffLetters
from onrecord.features.waiting.service import Told, Waiting, WhatWaits
from onrecord.features.waiting.store import WaitingStore
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time

LASTS = timedelta(seconds=30)
"""For how long nobody must have answered before administrators hear of it."""
Step = Literal[0, 1, 2]
"""0: nobody was told; 1: those who answer; 2: administrators too."""


class Age(Struct, frozen=True):
    """Something that waits: for how much office time, and the step that this is."""

    waiting: Waiting
    office: timedelta
    step: Step


@dataclass(frozen=True, slots=True)
class Ages:
    """How long clients have waited. *waiting*: what waits; *plan*: the firm's hours.

    `first`, `second`: after how much office time each step comes.
    """

    waiting: WhatWaits
    clock: Clock
    plan: Callable[[], Plan | None]
    first: timedelta
    second: timedelta

    async def now(self) -> list[Age]:
        """Return how long each has waited, the longest first. Raises OnRecordError.

        Where nobody answers, it is the second step at once.
        """
        waiting, plan, now = await self.waiting(), self.plan(), self.clock.now()
        found = []
        for each in waiting:
            office = time_there(plan, each.first.at, now)
            step: Step = 0
            if not each.answerers or office >= self.second:
                step = 2
            elif office >= self.first:
                step = 1
            found.append(Age(each, office, step))
        return found


class WaitingTold:
    """Tells people that clients wait, each once a step. *online*: who is connected.

    *letter*: what is written to somebody, in a language, of so many clients; to the console or not.
    """

    def __init__(
        self,
        store: WaitingStore,
        letters: StaffLetters,
        *,
        read: Bridge,
        write: Bridge,
        online: Callable[[], Collection[PersonId]],
        letter: Callable[[str, int, bool], WaitingLetter],
    ) -> None:
        self._store = store
        self._letters = letters
        self._read = read
        self._write = write
        self._online = online
        self._letter = letter

    async def administrators(self) -> list[PersonId]:
        """Return the administrators. Raises OnRecordError."""
        return await self._read(self._store.administrators)

    async def tell(self, raised: Sequence[Age], administrators: Sequence[PersonId]) -> None:
        """Tell of what is on the record who was not told. Raises OnRecordError.

        Cancelling may leave a letter sent twice.
        """
        if not raised:
            return
        told = await self._read(self._store.told)
        due: dict[PersonId, list[tuple[StreamId, Told]]] = {}
        for age in raised:
            for person in whom(age, administrators):
                one = Told(age.waiting.first.event, age.step, person)
                if one not in told:
                    due.setdefault(person, []).append((age.waiting.stream, one))
        await self._tell_each(due, frozenset(administrators))

    async def _tell_each(
        self,
        due: Mapping[PersonId, list[tuple[StreamId, Told]]],
        administrators: Collection[PersonId],
    ) -> None:
        online, errands = self._online(), {}
        for person, what in due.items():
            if person in online and person not in administrators:
                await self._write(self._note, what)
            else:
                errands[person] = self._errand(what, to_console=person in administrators)
        await self._letters.send(errands)

    def _errand(self, what: Sequence[tuple[StreamId, Told]], *, to_console: bool) -> Errand:
        return Errand(
            lambda locale: self._letter(locale, len(what), to_console),
            {"conversations": tuple(stream for stream, _ in what)},
            lambda: self._note(what),
        )

    def _note(self, what: Sequence[tuple[StreamId, Told]]) -> None:
        for stream, told in what:
            self._store.tell(stream, told)


class WaitingAlarms:
    """The background task. *failed* is told of what could not be done.

    *figures* is told how many clients wait, and for how much office time the first of them.
    """

    def __init__(
        self,
        ages: Ages,
        recorder: Recorder,
        told: WaitingTold,
        *,
        clock: Clock,
        failed: Callable[[OnRecordError], None],
        figures: Callable[[int, timedelta], None],
    ) -> None:
        self._ages = ages
        self._recorder = recorder
        self._told = told
        self._clock = clock
        self._failed = failed
        self._figures = figures
        self._raised: dict[EventId, Step] = {}
        self._alone: dict[EventId, datetime] = {}

    def step_of(self, message: EventId) -> Step:
        """Return the step that is on the record for a message that waits."""
        return self._raised.get(message, 0)

    async def run(self) -> None:
        """Look every few seconds, until cancelled. Cancelling may leave a letter sent twice."""
        await in_turns(self.look, every_s=LOOK_S, failed=self._failed)

    async def look(self) -> None:
        """Raise what is due. Raises OnRecordError."""
        found = await self._ages.now()
        self._figures(len(found), max((each.office for each in found), default=timedelta()))
        administrators = await self._told.administrators()
        found = self._lasting(found)
        await self._raise([each for each in found if each.step], administrators)
        at_last = [replace(each, step=self.step_of(each.waiting.first.event)) for each in found]
        await self._told.tell([each for each in at_last if each.step], administrators)

    def _lasting(self, found: Sequence[Age]) -> list[Age]:
        """Return the same; what nobody answers for a moment only stays on the step that it has."""
        now = self._clock.now()
        alone = [age.waiting.first.event for age in found if not age.waiting.answerers]
        self._alone = {event: self._alone.get(event, now) for event in alone}
        return [self._lasted(age, now) for age in found]

    def _lasted(self, age: Age, now: datetime) -> Age:
        since = self._alone.get(age.waiting.first.event)
        if since is None or now >= since + LASTS:
            return age
        return replace(age, step=self.step_of(age.waiting.first.event))

    async def _raise(self, due: Sequence[Age], administrators: Sequence[PersonId]) -> None:
        still: dict[EventId, Step] = {}
        for age in due:
            message = age.waiting.first.event
            raised = self._raised.get(message, 0)
            if raised < age.step:
                await self._record(age, whom(age, administrators))
            still[message] = max(raised, age.step)
            self._raised[message] = still[message]
        self._raised = still

    async def _record(self, age: Age, told: Sequence[PersonId]) -> None:
        waiting, message = age.waiting, age.waiting.first.event
        facts: Facts = {
            "conversation": waiting.stream,
            "message": waiting.first.message,
            "since": format_time(waiting.first.at),
            "office_minutes": int(age.office.total_seconds() // 60),
            "step": age.step,
            "told": tuple(told),
        }
        named = f"waiting\0{message}\0{age.step}"
        await record_alarm(self._recorder, "client.waiting", facts, named=named)


def whom(age: Age, administrators: Sequence[PersonId]) -> list[PersonId]:
    """Return whom an alarm is for: those who answer, on the second step administrators too."""
    answering = [one.person for one in age.waiting.answerers]
    others = [person for person in administrators if person not in answering]
    return [*answering, *(others if age.step == 2 else [])]
