"""Tells the connected what no event says: clients who is there, the firm's people who waits.

Both follow from what is published, from hours that are on the record, and from the time. They may
be dropped: whoever connects is told all of it again.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

from msgspec import Struct

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import OnRecordError, Unavailable
from onrecord.core.ports import Bridge
from onrecord.core.turns import in_turns
from onrecord.features.hours.plan import Hours, is_there, next_change, next_there
from onrecord.features.hours.text import stretch_text
from onrecord.features.waiting.alarms import Step
from onrecord.features.waiting.service import Answerer, Waiting
from onrecord.features.waiting.store import WaitingStore
from onrecord.protocol.attendance import AnswersNow, WaitingNow
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time

EVERY_S = 1.0
Answering = dict[PersonId, list[tuple[StreamId, list[Answerer]]]]


class _Shown(Struct, frozen=True):
    item: WaitingNow
    people: frozenset[PersonId]


class Attendance:
    """The background task, and what it knows. Belongs to the event loop.

    *hours*: when somebody is there, None for the firm; *step_of*: which alarm of a message is on
    the record; *failed* is told of what is tried again at the next turn.
    """

    def __init__(
        self,
        store: WaitingStore,
        fan_out: FanOut,
        *,
        read: Bridge,
        clock: Clock,
        hours: Callable[[PersonId | None], Hours],
        step_of: Callable[[EventId], Step],
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._store = store
        self._fan_out = fan_out
        self._read = read
        self._clock = clock
        self._hours = hours
        self._step_of = step_of
        self._failed = failed
        self._waiting: dict[StreamId, _Shown] = {}
        self._answers: dict[tuple[PersonId, StreamId], AnswersNow] = {}

    async def run(self) -> None:
        """Tell each second what has changed, until cancelled. Cancelling is safe."""
        await in_turns(self.look, every_s=EVERY_S, failed=self._failed)

    async def look(self) -> None:
        """Tell what has changed. Raises OnRecordError."""
        self._tell_staff(await self._read(self._store.waiting))
        online = list(self._fan_out.online())
        self._tell_clients(await self._read(self._store.answering, online) if online else {})

    async def came(self, person: PersonId) -> Sequence[AnswersNow | WaitingNow]:
        """Return all that somebody who has just connected is told. Cancelling is safe.

        Nothing, while the database is busy: what changes is told all the same.
        """
        found: list[AnswersNow] = []
        with suppress(Unavailable):
            answering = await self._read(self._store.answering, [person])
            found = [self._answer(*each) for each in answering.get(person, ())]
        self._answers.update({(person, StreamId(item.conv)): item for item in found})
        # Looked at last: they may have been told meanwhile of something newer than before.
        waits = [shown.item for shown in self._waiting.values() if person in shown.people]
        return [*waits, *(item for item in found if not _is_always(item))]

    def _tell_staff(self, waiting: Sequence[Waiting]) -> None:
        now: dict[StreamId, _Shown] = {}
        for each in waiting:
            alarm = self._step_of(each.first.event)
            item = WaitingNow(each.stream, format_time(each.first.at), alarm)
            now[each.stream] = _Shown(item, frozenset(one.person for one in each.answerers))
        for stream, before in self._waiting.items():
            gone = before.people - (now[stream].people if stream in now else frozenset())
            self._fan_out.whisper(gone, WaitingNow(stream))
        for stream, shown in now.items():
            told = self._waiting.get(stream)
            if told != shown:
                self._fan_out.whisper(shown.people, shown.item)
        self._waiting = now

    def _tell_clients(self, answering: Answering) -> None:
        now: dict[tuple[PersonId, StreamId], AnswersNow] = {}
        for client, conversations in answering.items():
            for stream, answerers in conversations:
                item = now[client, stream] = self._answer(stream, answerers)
                told = self._answers.get((client, stream))
                if told != item and not (told is None and _is_always(item)):
                    self._fan_out.whisper([client], item)
        self._answers = now

    def _answer(self, stream: StreamId, answerers: Sequence[Answerer]) -> AnswersNow:
        now = self._clock.now()
        whose = [self._hours(one.person) for one in answerers] or [self._hours(None)]
        there = any(is_there(each, now) for each in whose)
        if there:
            ends = [next_change(each, now) for each in whose if is_there(each, now)]
            changes = None if None in ends else max((end for end in ends if end), default=None)
        else:
            opens = [next_there(each, now) for each in whose]
            changes = min((each for each in opens if each is not None), default=None)
        plan = whose[0].plan
        return AnswersNow(
            stream,
            there,
            None if changes is None else format_time(changes),
            None if plan is None else plan.zone,
            None if plan is None else [[stretch_text(one) for one in day] for day in plan.week],
        )


def _is_always(item: AnswersNow) -> bool:
    return item.there and item.changes is None and item.week is None
