"""Messages that are said later: kept for their author alone, and said once when their time comes.

  (1) kept        sealed under a key of the server's, in no record and no projection
  (2) begun       its time has come: from now on it is not changed any more (durable)
  (3) recorded    like any other message: checked now, numbered, archived, delivered
  (4) gone        or kept for 30 days, refused, with the reason, for its author

A server that is killed between (2) and (4) does (3) again at its next start: the id is the
command's own, so it is on the record once, and known there it is not asked about permission again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, NoReturn, Protocol

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import (
    BadInput,
    Conflict,
    CrossingNotConfirmed,
    NotAllowed,
    NotFound,
    OnRecordError,
    Refusal,
    TooMany,
    Unavailable,
)
from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.texts import is_blank
from onrecord.core.domain.values import Actor, Command, Origin
from onrecord.core.ports import Recorder
from onrecord.core.rate_limiter import Counted, RateLimiter
from onrecord.core.threads import Threads
from onrecord.core.turns import in_turns
from onrecord.features.chat.service import ReadStore
from onrecord.features.scheduled.bodies import KEPT_DAYS, LATEST_DAYS, MOST
from onrecord.protocol.limits import WireLimits, sends
from onrecord.ws.commands import UNKNOWN_SEQ, UNNAMED
from onrecord_archive.events.files import File
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent, Quote
from onrecord_archive.format.record import format_time

State = Literal["waiting", "sending", "refused"]
EVERY_S: Final = 1.0
"""How often it is looked what is due."""
AT_ONCE: Final = 20
_LATEST: Final = timedelta(days=LATEST_DAYS)
_KEPT: Final = timedelta(days=KEPT_DAYS)
_SWEPT_EVERY: Final = timedelta(hours=1)


class Words(Struct, frozen=True, omit_defaults=True):
    """What is said, and how it came in: sealed as long as it waits.

    `files` are stored, and say what they are; with them `text` may be empty. `outside` are the
    people outside the firm whom their sender was shown, and agreed to.
    """

    text: str
    origin: Origin
    reply_to: EventId | None = None
    files: tuple[File, ...] = ()
    outside: tuple[PersonId, ...] = ()


class Planned(Struct, frozen=True):
    """A message that waits; `sealed` are its Words."""

    id: ClientId
    person: PersonId
    stream: StreamId
    at: datetime
    written_at: datetime
    sealed: bytes
    state: State = "waiting"
    code: str | None = None
    detail: str | None = None

    @property
    def kept_until(self) -> datetime | None:
        """When one that was refused is forgotten; None: it was not refused."""
        return self.at + _KEPT if self.state == "refused" else None

    @property
    def place(self) -> "Place":
        """Return its place among those that are due."""
        return Place(self.at, self.id, self.person)


class Place(NamedTuple):
    """A place among messages by time; no two have the same."""

    at: datetime
    id: ClientId
    person: PersonId


class PlannedStore(Protocol):
    """Where they wait. Every method blocks; what changes something is fsynced."""

    def add(self, planned: Planned, most: int) -> Planned | None:
        """Keep one; return it, or the one that has its id; None: this person has so many."""

    def of(self, person: PersonId) -> list[Planned]:
        """Return a person's, the next one first."""

    def one(self, person: PersonId, id: ClientId) -> Planned | None:
        """Return one of a person's."""

    def change(self, planned: Planned) -> bool:
        """Replace words and time of one that is not being sent; it waits again. False: none is."""

    def confirm(self, planned: Planned) -> bool:
        """Replace the words alone of one that is not being sent. False: there is none."""

    def drop(self, person: PersonId, id: ClientId) -> bool:
        """Forget one that is not being sent. False: there is none."""

    def due(self, now: datetime, after: Place | None, most: int) -> list[Planned]:
        """Return those whose time has come, begun ones too, the longest due first.

        *after*: behind that place.
        """

    def sweep(self, before: datetime) -> list[PersonId]:
        """Forget those that were refused and whose time was before; return whose they were."""

    def begin(self, id: ClientId, person: PersonId, due: datetime | None) -> Planned | None:
        """Mark one as being sent, and return it as it was before; None: it is there no more.

        With *due*, one that waits for a later time, or was refused, is not begun either.
        """

    def put_back(self, before: Planned) -> None:
        """Let one that was begun be again what it was."""

    def end(self, planned: Planned, refusal: Refusal | None) -> None:
        """Forget one that was begun, or keep it as refused."""


class Cipher(Protocol):
    """Seals what waits; `place` binds it to where it lies."""

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Return it sealed."""

    def open(self, sealed: bytes, place: bytes) -> bytes | None:
        """Return what was sealed there; None: it was changed."""


class Scheduled:
    """What waits, and the background task that says it. Belongs to the event loop.

    *actor_of* blocks and finds who has an account; *may_write* blocks and raises NotAllowed where
    somebody could not write now; *changed* is told whose list is another one now.
    *limiter* is shared with the gateway: each command counts towards what a person may send.
    """

    def __init__(
        self,
        *,
        recorder: Recorder,
        store: ReadStore,
        planned: PlannedStore,
        cipher: Cipher,
        read: Threads,
        write: Threads,
        clock: Clock,
        limits: WireLimits,
        actor_of: Callable[[PersonId], Actor | None],
        limiter: RateLimiter,
        changed: Callable[[PersonId], None],
        failed: Callable[[OnRecordError], None],
        may_write: Callable[[Actor, StreamId], None],
    ) -> None:
        self._recorder = recorder
        self._may_write = may_write
        self._store = store
        self._planned = planned
        self._cipher = cipher
        self._read = read
        self._write = write
        self._clock = clock
        self._limits = limits
        self._actor_of = actor_of
        self._limiter = limiter
        self._changed = changed
        self._failed = failed
        self._swept = datetime.min.replace(tzinfo=UTC)

    async def plan(
        self, person: PersonId, id: ClientId, stream: StreamId, at: datetime, words: Words
    ) -> Planned:
        """Keep a message until its time. Raises Refusal. Cancelling may leave it kept."""
        self._limiter.take(*self._sends(person))
        self._check_text(words)
        known = await self._read(self._planned.one, person, id)
        if known is not None:
            return self._same(known, stream, at, words)
        self._check_time(at)
        await self._read(self._check_may_write, person, stream)
        if words.files:
            asked = [file.blob_id for file in words.files]
            found = await self._read(self._store.sendable, person, stream, asked)
            words = replace(words, files=tuple(found))
            await self._check_crossing(person, stream, words)
        now = self._clock.now()
        planned = Planned(id, person, stream, at, now, self._sealed(person, id, words))
        kept = await self._write(self._planned.add, planned, MOST)
        if kept is None:
            raise TooMany("too_many_scheduled", f"At most {MOST} messages wait to be sent.")
        self._changed(person)
        return self._same(kept, stream, at, words)

    def _check_may_write(self, person: PersonId, stream: StreamId) -> None:
        actor = self._actor_of(person)
        if actor is None:
            raise account_ended()
        self._may_write(actor, stream)

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
        self._limiter.take(*self._sends(person))
        before = await self._one(person, id)
        words, written_at = self.words(before), before.written_at
        if text is not None:
            words, written_at = replace(words, text=text), self._clock.now()
            self._check_text(words)
        if at is not None or before.state == "refused":
            self._check_time(at or before.at)
        if outside is not None:
            words = replace(words, outside=outside)
        await self._check_crossing(person, before.stream, words)
        sealed = self._sealed(person, id, words)
        after = replace(before, at=at or before.at, written_at=written_at, sealed=sealed)
        after = replace(after, state="waiting", code=None, detail=None)
        if not await self._write(self._planned.change, after):
            raise _being_sent()
        self._changed(person)
        return after

    async def send_now(
        self, person: PersonId, id: ClientId, outside: tuple[PersonId, ...] | None = None
    ) -> None:
        """Say it now. Raises Refusal (it waits on, or is kept as refused), or Unsettled."""
        self._limiter.take(*self._sends(person))
        before = await self._one(person, id)
        if outside is not None:
            words = replace(self.words(before), outside=outside)
            sealed = self._sealed(person, id, words)
            if not await self._write(self._planned.confirm, replace(before, sealed=sealed)):
                raise _being_sent()
        refusal = await self._say(id, person)
        if refusal is not None:
            raise refusal

    async def cancel(self, person: PersonId, id: ClientId) -> None:
        """Forget it. Raises NotFound, Conflict (`being_sent`)."""
        await self._one(person, id)
        if not await self._write(self._planned.drop, person, id):
            raise _being_sent()
        self._changed(person)

    def words(self, planned: Planned) -> Words:
        """Return what one says. Raises Conflict (`scheduled_damaged`)."""
        plain = self._cipher.open(planned.sealed, _place(planned.person, planned.id))
        if plain is None:
            detail = "What was kept of this message was changed. It is not sent."
            raise Conflict("scheduled_damaged", detail)
        return msgspec.json.decode(plain, type=Words)

    async def run(self) -> NoReturn:
        """Say what is due, every second, until cancelled. Cancelling is safe. Raises Fatal."""
        await in_turns(self.look, every_s=EVERY_S, failed=self._failed)

    async def look(self) -> None:
        """Say what is due now, and forget what was refused long ago.

        Whoever has sent too much just now keeps nobody else waiting; the rest of theirs is due at
        the next look. Raises OnRecordError: the next turn goes on.
        """
        due, after, now = True, None, self._clock.now()
        while due:
            found = await self._read(self._planned.due, now, after, AT_ONCE)
            for planned in found:
                # One that was begun has been counted.
                if planned.state == "sending" or not self._limiter.try_take(
                    *self._sends(planned.person)
                ):
                    await self._say(planned.id, planned.person, now)
                after = planned.place
            due = len(found) == AT_ONCE
        await self._sweep(now)

    async def _sweep(self, now: datetime) -> None:
        if now - self._swept < _SWEPT_EVERY:
            return
        for person in await self._write(self._planned.sweep, now - _KEPT):
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
        actor = await self._read(self._actor_of, planned.person)
        if actor is None:
            return account_ended()
        try:
            words = self.words(planned)
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

    async def _one(self, person: PersonId, id: ClientId) -> Planned:
        found = await self._read(self._planned.one, person, id)
        if found is None:
            raise NotFound("no_such_scheduled", "There is no such message that waits.")
        return found

    def _same(self, known: Planned, stream: StreamId, at: datetime, words: Words) -> Planned:
        kept = self.words(known)
        said = (known.stream, known.at, kept.text, kept.reply_to, _blobs(kept))
        if said != (stream, at, words.text, words.reply_to, _blobs(words)):
            raise Conflict("id_reuse", "This id was used for another message. Choose a new one.")
        return known

    def _sealed(self, person: PersonId, id: ClientId, words: Words) -> bytes:
        return self._cipher.seal(msgspec.json.encode(words), _place(person, id))

    def _sends(self, person: PersonId) -> tuple[Counted, ...]:
        return sends(person, self._limits.rate)

    def _check_text(self, words: Words) -> None:
        text = words.text
        if is_blank(text) and not words.files:
            raise BadInput("text_empty", "Nothing of this text can be seen. Write something.")
        detail = self._limits.why_too_long(text)
        if detail is not None:
            raise BadInput("text_too_long", detail)

    def _check_time(self, at: datetime) -> None:
        now = self._clock.now()
        if at <= now:
            raise BadInput("bad_time", "Choose a time that is still to come.")
        if at > now + _LATEST:
            raise BadInput("bad_time", f"Choose a time within {LATEST_DAYS} days.")


def _place(person: PersonId, id: ClientId) -> bytes:
    return f"{person} {id}".encode()


def _blobs(words: Words) -> list[BlobId]:
    return [file.blob_id for file in words.files]


def account_ended() -> NotAllowed:
    """Return why nothing more is said by somebody."""
    return NotAllowed("account_ended", "This account has ended.")


def _being_sent() -> Conflict:
    return Conflict("being_sent", "This message is being sent now.")
