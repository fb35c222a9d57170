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
from typing import Literal, Protocol

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.values import Facts
from onrecord.core.ports import Recorder
from onrecord.core.threads import Threads
from onrecord.core.turns import in_turns
from onrecord.features.hours.plan import Plan, time_there
from onrecord.features.notifications.client_letters import WaitingLetter
from onrecord.features.notifications.staff_alarms import LOOK_S, Told, record_alarm
from onrecord.features.notifications.staff_letters import Errand, StaffLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.waiting.service import Waiting
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time

LASTS = timedelta(seconds=30)
"""For how long nobody must have answered before administrators hear of it."""
Step = Literal[0, 1, 2]
"""0: nobody was told; 1: those who answer; 2: administrators too."""


class AlarmStore(Protocol):
    """What waits, and who was told. Every method blocks and is one transaction."""

    def waiting(self) -> list[Waiting]:
        """Return what waits, the longest first."""

    def administrators(self) -> list[PersonId]:
        """Return the administrators."""

    def told(self) -> set[Told]:
        """Return who was told of which message, on which step."""

    def tell(self, stream: StreamId, told: Told) -> None:
        """Note that somebody was told; forget of what is answered."""


@dataclass(frozen=True, slots=True)
class AlarmOptions:
    """After how much office time each step comes, and what a letter names."""

    first: timedelta
    second: timedelta
    firm: Callable[[], FirmProfile]
    chat: str
    console: str


class Age(Struct, frozen=True):
    """Something that waits: for how much office time, and the step that this is."""

    waiting: Waiting
    office: timedelta
    step: Step


def ages(
    waiting: Sequence[Waiting], plan: Plan | None, clock: Clock, options: AlarmOptions
) -> list[Age]:
    """Return how long each has waited. Where nobody answers, it is the second step at once."""
    now = clock.now()
    found = []
    for each in waiting:
        office = time_there(plan, each.counts_from, now)
        step: Step = 0
        if not each.answerers or office >= options.second:
            step = 2
        elif office >= options.first:
            step = 1
        found.append(Age(each, office, step))
    return found


class WaitingAlarms:
    """The background task. *online*: who is connected; *failed* is told of what could not be done.

    *figures* is told how many clients wait, and for how much office time the first of them.
    """

    def __init__(
        self,
        store: AlarmStore,
        recorder: Recorder,
        letters: StaffLetters,
        options: AlarmOptions,
        *,
        read: Threads,
        write: Threads,
        clock: Clock,
        plan: Callable[[], Plan | None],
        online: Callable[[], Collection[PersonId]],
        failed: Callable[[OnRecordError], None],
        figures: Callable[[int, timedelta], None],
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._letters = letters
        self._options = options
        self._read = read
        self._write = write
        self._clock = clock
        self._plan = plan
        self._online = online
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
        waiting = await self._read(self._store.waiting)
        found = ages(waiting, self._plan(), self._clock, self._options)
        self._figures(len(found), max((each.office for each in found), default=timedelta()))
        administrators = await self._read(self._store.administrators)
        found = self._lasting(found)
        await self._raise([each for each in found if each.step], administrators)
        await self._tell(found, administrators)

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
        return Age(age.waiting, age.office, self.step_of(age.waiting.first.event))

    async def _raise(self, due: Sequence[Age], administrators: Sequence[PersonId]) -> None:
        still: dict[EventId, Step] = {}
        for age in due:
            message = age.waiting.first.event
            raised = self._raised.get(message, 0)
            if raised < age.step:
                await self._record(age, _whom(age, administrators))
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

    async def _tell(self, found: Sequence[Age], administrators: Sequence[PersonId]) -> None:
        raised = [each for each in found if self.step_of(each.waiting.first.event)]
        if not raised:
            return
        told = await self._read(self._store.told)
        due: dict[PersonId, list[tuple[StreamId, Told]]] = {}
        for age in raised:
            waiting, step = age.waiting, self.step_of(age.waiting.first.event)
            for person in _whom(Age(waiting, age.office, step), administrators):
                one = Told(waiting.first.event, step, person)
                if one not in told:
                    due.setdefault(person, []).append((waiting.stream, one))
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
        options = self._options
        link = options.console if to_console else options.chat
        return Errand(
            lambda locale: WaitingLetter(locale, options.firm().name, len(what), link),
            {"conversations": tuple(stream for stream, _ in what)},
            lambda: self._note(what),
        )

    def _note(self, what: Sequence[tuple[StreamId, Told]]) -> None:
        for stream, told in what:
            self._store.tell(stream, told)


def _whom(age: Age, administrators: Sequence[PersonId]) -> list[PersonId]:
    answering = [one.person for one in age.waiting.answerers]
    others = [person for person in administrators if person not in answering]
    return [*answering, *(others if age.step == 2 else [])]
