"""What clients wrote and nobody of the firm answered, and the reply while nobody is there to.

The reply follows from what is published and the calendar alone: it is due while nobody is there and
nobody has been since the client wrote. So nothing is missed over a restart, and nothing is said
late. Its event_id follows from the message that it answers, so nothing is said twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from msgspec import Struct

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Conflict, OnRecordError
from onrecord.core.domain.values import SYSTEM, Command, Origin
from onrecord.core.ports import Recorder
from onrecord.core.turns import in_turns
from onrecord.features.hours.plan import Hours, is_there, next_there
from onrecord_archive.events.clients import OutOfOfficeReplied
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time

EVERY_S = 1.0


class Message(Struct, frozen=True):
    """A client's words: `event` is the message itself, or the last change of it."""

    event: EventId
    at: datetime
    message: EventId


class Answerer(Struct, frozen=True):
    """Somebody who answers a client."""

    person: PersonId
    name: str


class Reply(Struct, frozen=True):
    """An automatic reply: when it was given, and until when it said that nobody is there."""

    at: datetime
    until: datetime | None


class Waiting(Struct, frozen=True):
    """A conversation in which a client waits since `first`; `last` is what they wrote last.

    `client`, `name` and `locale` are of who wrote that. `answerers`: those who answer and have an
    account, the owner first. `reply`: the last automatic one. `gone`: they have left.
    """

    stream: StreamId
    first: Message
    last: Message
    gone: bool
    client: PersonId
    name: str
    locale: str
    answerers: list[Answerer]
    reply: Reply | None


class Told(Struct, frozen=True):
    """That somebody was told of a message that waits, on a step."""

    message: EventId
    step: int
    person: PersonId


class Unattended(Struct, frozen=True):
    """Why nobody is there, who is away, and until when; None: nobody knows, or answers any more."""

    reason: Literal["closed", "away"]
    owner: Answerer | None
    until: datetime | None


WhatWaits = Callable[[], Awaitable[Sequence[Waiting]]]
"""Returns what waits, the longest first. Raises OnRecordError."""
Words = Callable[[str, Unattended], str]
"""Returns what is said in a language."""


class OutOfOffice:
    """The background task. *waiting*: what waits; *hours*: when somebody is there, None: the firm.

    *words* makes the reply; *again*: how long one stands before another is given; *failed* is told
    of what is tried again at the next turn.
    """

    def __init__(
        self,
        waiting: WhatWaits,
        recorder: Recorder,
        *,
        clock: Clock,
        hours: Callable[[PersonId | None], Hours],
        words: Words,
        again: timedelta,
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._waiting = waiting
        self._recorder = recorder
        self._clock = clock
        self._hours = hours
        self._words = words
        self._again = again
        self._failed = failed

    async def run(self) -> None:
        """Look each second until cancelled. Cancelling is safe."""
        await in_turns(self.look, every_s=EVERY_S, failed=self._failed)

    async def look(self) -> None:
        """Reply where that is due. Raises OnRecordError."""
        for waiting in await self._waiting():
            now = self._clock.now()
            if waiting.gone:
                continue
            if waiting.reply is not None and self._stands(waiting.reply, waiting.last, now):
                continue
            found = unattended(waiting, self._hours, now)
            if found is not None:
                await self._reply(waiting, found)

    def _stands(self, reply: Reply, last: Message, now: datetime) -> bool:
        over = reply.until is not None and reply.until <= last.at
        return not over and now < reply.at + self._again

    async def _reply(self, waiting: Waiting, found: Unattended) -> None:
        body = OutOfOfficeReplied(
            text=self._words(waiting.locale, found),
            locale=waiting.locale,
            target=waiting.last.message,
            reason=found.reason,
            until=None if found.until is None else format_time(found.until),
        )
        said = waiting.last.event
        event = EventId(sha256(f"out_of_office\0{said}".encode()).hexdigest()[:32])
        command = Command(event, waiting.stream, SYSTEM, Origin("server"), body)
        try:
            await self._recorder.record(command)
        except Conflict as conflict:
            # Somebody answered, or it was said before the hours were changed.
            if conflict.code not in ("answered", "id_reuse"):
                raise


def unattended(
    waiting: Waiting, hours: Callable[[PersonId | None], Hours], now: datetime
) -> Unattended | None:
    """Return why nobody is there for a client; None: somebody is, or has been since they wrote."""
    wrote = min(waiting.last.at, now)
    whose = [hours(one.person) for one in waiting.answerers] or [hours(None)]
    if any(is_there(each, moment) for each in whose for moment in (wrote, now)):
        return None
    openings = [next_there(each, wrote) for each in whose]
    until = min((each for each in openings if each is not None), default=None)
    if until is not None and until <= now:
        return None
    owner = waiting.answerers[0] if waiting.answerers else None
    away = whose[0].away
    if owner is None:  # the firm's hours would promise what nobody keeps
        until = None
    is_away = owner is not None and away is not None and away.starts <= now < away.until
    return Unattended("away" if is_away else "closed", owner, until)
