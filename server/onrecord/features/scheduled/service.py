"""Messages that are said later: kept for their author alone until then (due.py says them)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import (
    BadInput,
    Conflict,
    CrossingNotConfirmed,
    NotAllowed,
    NotFound,
    TooMany,
)
from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.texts import check_text
from onrecord.core.ports import Bridge
from onrecord.features.chat.service import ReadStore
from onrecord.features.scheduled.bodies import LATEST_DAYS, MOST
from onrecord.features.scheduled.planned import Planned, Words
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.ids import BlobId, PersonId, StreamId

_LATEST: Final = timedelta(days=LATEST_DAYS)


class Scheduled:
    """What people plan, change and take back. Belongs to the event loop.

    *changed* is told whose list is another one now.
    """

    def __init__(
        self,
        *,
        store: ReadStore,
        planned: ScheduledStore,
        read: Bridge,
        write: Bridge,
        clock: Clock,
        limits: WireLimits,
        changed: Callable[[PersonId], None],
    ) -> None:
        self._store = store
        self._planned = planned
        self._read = read
        self._write = write
        self._clock = clock
        self._limits = limits
        self._changed = changed

    async def plan(
        self, person: PersonId, id: ClientId, stream: StreamId, at: datetime, words: Words
    ) -> Planned:
        """Keep a message until its time. Raises Refusal. Cancelling may leave it kept."""
        self._check_text(words)
        known = await self._read(self._planned.one, person, id)
        if known is not None:
            return self._same(known, stream, at, words)
        self._check_time(at)
        await self._read(self._check_may_write, person, stream)
        if words.files:
            asked = [file.blob_id for file in words.files]
            found = await self._read(self._planned.sendable, person, stream, asked)
            words = replace(words, files=tuple(found))
            await self._check_crossing(person, stream, words)
        now = self._clock.now()
        planned = Planned(id, person, stream, at, now, words)
        kept = await self._write(self._planned.add, planned, MOST)
        if kept is None:
            raise TooMany("too_many_scheduled", f"At most {MOST} messages wait to be sent.")
        self._changed(person)
        return self._same(kept, stream, at, words)

    def _check_may_write(self, person: PersonId, stream: StreamId) -> None:
        actor = self._planned.author(person)
        if actor is None:
            raise account_ended()
        self._planned.check_may_write(actor, stream)

    async def _check_crossing(self, person: PersonId, stream: StreamId, words: Words) -> None:
        """Ask while the person is there; the conversation's lock asks again."""
        met = await self._read(self._store.outside, person, stream) if words.files else []
        if not set(met).issubset(words.outside):
            raise CrossingNotConfirmed(met)

    async def of(self, person: PersonId) -> list[Planned]:
        """Return a person's, the next one first."""
        return await self._read(self._planned.of, person)

    async def change(
        self,
        person: PersonId,
        id: ClientId,
        text: str | None,
        at: datetime | None,
        outside: tuple[PersonId, ...] | None = None,
    ) -> Planned:
        """Change text or time; one that was refused waits again. Raises Refusal."""
        before = await self._one(person, id)
        words, written_at = before.said(), before.written_at
        if text is not None:
            words, written_at = replace(words, text=text), self._clock.now()
            self._check_text(words)
        if at is not None or before.state == "refused":
            self._check_time(at or before.at)
        if outside is not None:
            words = replace(words, outside=outside)
        await self._check_crossing(person, before.stream, words)
        after = replace(before, at=at or before.at, written_at=written_at, words=words)
        after = replace(after, state="waiting", code=None, detail=None)
        if not await self._write(self._planned.change, after):
            raise being_sent()
        self._changed(person)
        return after

    async def cancel(self, person: PersonId, id: ClientId) -> None:
        """Forget it. Raises NotFound, Conflict (`being_sent`)."""
        await self._one(person, id)
        if not await self._write(self._planned.drop, person, id):
            raise being_sent()
        self._changed(person)

    async def _one(self, person: PersonId, id: ClientId) -> Planned:
        found = await self._read(self._planned.one, person, id)
        if found is None:
            raise no_such_scheduled()
        return found

    def _same(self, known: Planned, stream: StreamId, at: datetime, words: Words) -> Planned:
        kept = known.said()
        said = (known.stream, known.at, kept.text, kept.reply_to, _blobs(kept))
        if said != (stream, at, words.text, words.reply_to, _blobs(words)):
            raise Conflict("id_reuse", "This id was used for another message. Choose a new one.")
        return known

    def _check_text(self, words: Words) -> None:
        if not words.files:
            check_text(words.text)
        detail = self._limits.why_too_long(words.text)
        if detail is not None:
            raise BadInput("text_too_long", detail)

    def _check_time(self, at: datetime) -> None:
        now = self._clock.now()
        if at <= now:
            raise BadInput("bad_time", "Choose a time that is still to come.")
        if at > now + _LATEST:
            raise BadInput("bad_time", f"Choose a time within {LATEST_DAYS} days.")


def _blobs(words: Words) -> list[BlobId]:
    return [file.blob_id for file in words.files]


def account_ended() -> NotAllowed:
    """Return why nothing more is said by somebody."""
    return NotAllowed("account_ended", "This account has ended.")


def no_such_scheduled() -> NotFound:
    """Return why nothing can be done with it."""
    return NotFound("no_such_scheduled", "There is no such message that waits.")


def being_sent() -> Conflict:
    """Return why it is not changed any more."""
    return Conflict("being_sent", "This message is being sent now.")
