"""A client asks for their own copy.

(1) what they may read      their memberships, up to what is published now
(2) record `copy.made`      in the stream `identity`, with the hash of what it is of
(3) make the file           one at a time, in the thread that writes exports
(4) download                by its client, for an hour

One copy a client: a new one takes the place of the one before.
"""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Literal

from onrecord.copies.maker import CopyMaker, Made
from onrecord.copies.ports import CopyStore
from onrecord.domain.clock import Clock
from onrecord.domain.errors import (
    Conflict,
    Fatal,
    NotFound,
    OnRecordError,
    Refusal,
    TooMany,
)
from onrecord.domain.ids import PersonId
from onrecord.domain.values import Actor, Origin
from onrecord.identity.entries import Entries, Facts
from onrecord.identity.ports import Bridge
from onrecord.observability.logs import Log, error_fields
from onrecord.wire import copies as wire
from onrecord.wire.limits import Pace
from onrecord_archive.copy_format import CopyOf
from onrecord_archive.errors import ArchiveError, WriteFailed
from onrecord_archive.record import format_time
from onrecord_archive.transcript_labels import Language

State = Literal["waiting", "running", "ready", "failed"]
UNDER_WAY: frozenset[State] = frozenset({"waiting", "running"})


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """Where files lie meanwhile and how long, and how often somebody may ask."""

    folder: Path
    lifetime: timedelta = timedelta(hours=1)
    at_once: int = 3
    one_each_s: float = 1200.0
    sweep_s: float = 10.0


class _Order:
    """One copy from its record to its file. Belongs to the event loop, except `progress`."""

    def __init__(self, copy: CopyOf, path: Path, total: int, created_at: datetime) -> None:
        self.copy = copy
        self.path = path
        self.state: State = "waiting"
        self.ended_at: float | None = None
        self.made: Made | None = None
        self.code: str | None = None
        self.expires_at: datetime | None = None
        self._total = total
        self._created_at = created_at
        self._done = 0

    def progress(self, done: int) -> None:
        """Note how many records are written."""
        self._done = done

    def end(self, state: State, now: float) -> None:
        """It is made, or could not be."""
        self.state, self.ended_at = state, now

    def told(self) -> wire.Copy:
        """Return it as its client sees it."""
        made = self.made
        return wire.Copy(
            created_at=format_time(self._created_at),
            state=self.state,
            done=self._done,
            total=self._total,
            language=self.copy.language,
            size=None if made is None else made.size,
            sha256=None if made is None else made.sha256,
            expires_at=None if self.expires_at is None else format_time(self.expires_at),
            code=self.code,
        )


class CopyDesk:
    """Takes clients' wishes, makes their copies, hands them out. Belongs to the event loop."""

    def __init__(
        self,
        *,
        store: CopyStore,
        read: Bridge,
        write: Bridge,
        entries: Entries,
        maker: CopyMaker,
        clock: Clock,
        log: Log,
        options: CopyOptions,
    ) -> None:
        self._store = store
        self._read = read
        self._write = write
        self._entries = entries
        self._maker = maker
        self._clock = clock
        self._log = log
        self._options = options
        self._orders: dict[PersonId, _Order] = {}
        self._asking: set[PersonId] = set()
        self._pace = Pace(
            per_second=1 / options.one_each_s,
            burst=options.at_once,
            detail="You have asked for several copies just now. Try again later.",
        )
        self._waiting: asyncio.Queue[_Order] = asyncio.Queue()

    async def order(self, person: Actor, origin: Origin, language: Language) -> wire.Copy:
        """Record the wish and begin; one that is under way is answered with.

        Raises NotFound (`nothing_to_copy`), TooMany (`rate_limited`), Unavailable
        (`archive_unavailable`). Cancelling leaves at most a record without a copy.
        """
        before = self._orders.get(person.id)
        if before is not None and before.state in UNDER_WAY:
            return before.told()
        if person.id in self._asking:
            raise TooMany("rate_limited", "Your copy is being prepared already.", retry_after=2.0)
        self._asking.add(person.id)
        try:
            return await self._begin(person, origin, language)
        finally:
            self._asking.discard(person.id)

    async def _begin(self, person: Actor, origin: Origin, language: Language) -> wire.Copy:
        self._pace.take(person.id, self._clock.monotonic())
        extents = await self._read(self._store.extents, person.id)  # (1)
        if not extents:
            raise NotFound("nothing_to_copy", "You have no conversation that could be copied.")
        copy = CopyOf(person.id, language, tuple(extents))
        total = sum(each.last - each.first + 1 for each in extents)
        streams = len({each.stream for each in extents})
        facts: Facts = {"person": person.id, "copy": copy.sha256(), "language": language}
        facts |= {"records": total, "conversations": streams}
        await self._entries.record(person, origin, "copy.made", facts)  # (2)
        await self._remove(person.id)
        path = self._options.folder / f"{token_hex(16)}.zip"
        made = self._orders[person.id] = _Order(copy, path, total, self._clock.now())
        self._waiting.put_nowait(made)
        return made.told()

    def one(self, person: PersonId) -> wire.Copy:
        """Return somebody's copy as it stands. Raises NotFound (`no_such_copy`)."""
        return self._own(person).told()

    def file(self, person: PersonId) -> Path:
        """Return where a finished copy lies. Raises NotFound, Conflict (`copy_not_ready`)."""
        order = self._own(person)
        if order.state != "ready":
            raise Conflict("copy_not_ready", "Your copy is not ready yet.")
        return order.path

    async def run(self) -> None:
        """Make what is asked for (3), remove what is old; until cancelled."""
        await self._read(shutil.rmtree, self._options.folder, ignore_errors=True)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._make_all())
            tasks.create_task(self._sweep())

    async def _make_all(self) -> None:
        while True:
            await self._make(await self._waiting.get())

    async def _make(self, order: _Order) -> None:
        order.state = "running"
        now = self._clock.monotonic
        try:
            order.made = await self._write(self._maker.make, order.copy, order.path, order.progress)
        except Fatal:
            raise
        except (ArchiveError, OnRecordError) as error:
            order.code = _code(error)
            person = order.copy.person
            self._log.error("copy.failed", person=person, code=order.code, **error_fields(error))
            order.end("failed", now())
        else:
            order.expires_at = self._clock.now() + self._options.lifetime
            order.end("ready", now())

    async def _sweep(self) -> None:
        lifetime = self._options.lifetime.total_seconds()
        while True:
            await asyncio.sleep(self._options.sweep_s)
            oldest = self._clock.monotonic() - lifetime
            for person, order in list(self._orders.items()):
                if order.ended_at is not None and order.ended_at <= oldest:
                    await self._remove(person)

    async def _remove(self, person: PersonId) -> None:
        order = self._orders.pop(person, None)
        if order is not None:
            await self._read(order.path.unlink, missing_ok=True)

    def _own(self, person: PersonId) -> _Order:
        order = self._orders.get(person)
        if order is None:
            raise NotFound("no_such_copy", "There is no copy of yours any more. Ask for one.")
        return order


def _code(error: ArchiveError | OnRecordError) -> str:
    if isinstance(error, Refusal):
        return error.code
    return "storage_full" if isinstance(error, WriteFailed) else "copy_failed"
