"""What says messages that were planned, once their time comes.

  (1) kept        sealed under a key of the server's, in no record and no projection
  (2) begun       its time has come: from now on it is not changed any more (durable)
  (3) recorded    like any other message: checked now, numbered, archived, delivered
  (4) gone        or kept for 30 days, refused, with the reason, for its author

A server that is killed between (2) and (4) does (3) again at its next start: the id is the
command's own, so it is on the record once, and known there it is not asked about permission again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from onrecord.core.domain.errors import Conflict, Refusal, Unavailable
from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.values import UNKNOWN_SEQ, UNNAMED, Command
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.rate_limiter import RateLimiter
from onrecord.features.scheduled.planned import KEPT, Planned
from onrecord.features.scheduled.service import (
    account_ended,
    being_sent,
    no_such_scheduled,
)
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.protocol.limits import Rate, sends
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import MessageSent, Quote
from onrecord_archive.format.record import format_time

EVERY_S: Final = 1.0
"""How often it is looked what is due."""
AT_ONCE: Final = 20
_SWEPT_EVERY: Final = timedelta(hours=1)


class DueMessages:
    """Says what waits, when its time comes or at once. Belongs to the event loop.

    *limiter* is shared with the gateway: each message counts towards what a person may send.
    """

    def __init__(
        self,
        *,
        recorder: Recorder,
        planned: ScheduledStore,
        read: Bridge,
        write: Bridge,
        limiter: RateLimiter,
        rate: Rate,
        changed: Callable[[PersonId], None],
    ) -> None:
        self._recorder = recorder
        self._planned = planned
        self._read = read
        self._write = write
        self._limiter = limiter
        self._rate = rate
        self._changed = changed
        self._swept = datetime.min.replace(tzinfo=UTC)

    async def send_now(
        self, person: PersonId, id: ClientId, outside: tuple[PersonId, ...] | None = None
    ) -> None:
        """Say it now. Raises Refusal (it waits on, or is kept as refused), or Unsettled."""
        before = await self._read(self._planned.one, person, id)
        if before is None:
            raise no_such_scheduled()
        if outside is not None:
            words = replace(before.said(), outside=outside)
            if not await self._write(self._planned.confirm, replace(before, words=words)):
                raise being_sent()
        refusal = await self._say(id, person)
        if refusal is not None:
            raise refusal

    async def look(self, now: datetime) -> None:
        """Say what is due at a time, *now*, and forget what was refused long ago.

        Whoever has sent too much just now keeps nobody else waiting; the rest of theirs is due at
        the next look. Raises OnRecordError: the next turn goes on.
        """
        due, after = True, None
        while due:
            found = await self._read(self._planned.due, now, after, AT_ONCE)
            for planned in found:
                # One that was begun has been counted.
                if planned.state == "sending" or not self._limiter.try_take(
                    *sends(planned.person, self._rate)
                ):
                    await self._say(planned.id, planned.person, now)
                after = planned.place
            due = len(found) == AT_ONCE
        await self._sweep(now)

    async def _sweep(self, now: datetime) -> None:
        if now - self._swept < _SWEPT_EVERY:
            return
        for person in await self._write(self._planned.sweep, now - KEPT):
            self._changed(person)
        self._swept = now

    async def _say(
        self, id: ClientId, person: PersonId, due: datetime | None = None
    ) -> Refusal | None:
        """Do (2) to (4); return why it was refused."""
        planned = await self._write(self._planned.begin, id, person, due)
        if planned is None:
            return None
        try:
            refusal = await self._record(planned, by_itself=due is not None)
        except Unavailable:  # not on the record; one begun before this may be
            if planned.state != "sending":
                await self._write(self._planned.put_back, planned)
            raise
        await self._write(self._planned.end, planned, refusal)
        self._changed(person)
        return refusal

    async def _record(self, planned: Planned, *, by_itself: bool) -> Refusal | None:
        actor = await self._read(self._planned.author, planned.person)
        if actor is None:
            return account_ended()
        try:
            words = planned.said()
        except Conflict as refusal:
            return refusal
        quote = None
        if words.reply_to is not None:
            quote = Quote(words.reply_to, UNKNOWN_SEQ, UNNAMED)
        written_at = format_time(planned.written_at)
        command = Command(
            event_id=event_id_of(planned.person, planned.id),
            stream=planned.stream,
            actor=actor,
            origin=words.origin,
            body=MessageSent(words.text, quote, words.files),
            client_id=planned.id,
            claimed_at=written_at,
            planned_at=written_at if by_itself else None,
            outside=words.outside,
        )
        try:
            await self._recorder.record(command)
        except Unavailable:
            raise
        except Refusal as refusal:
            return refusal
        return None
