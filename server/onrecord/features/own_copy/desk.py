"""A client asks for their own copy.

(1) what they may read      their memberships, up to what is published now
(2) gather what it holds    one at a time, in the thread that writes exports
(3) record `copy.made`      in the stream `identity`, with the hash of all that it holds
(4) make the file           with that record in it, so that nothing can be taken out unseen
(5) download                by its client, for an hour

One copy a client: a new one takes the place of the one before.
"""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from secrets import token_hex
from typing import Literal

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import Conflict, Fatal, NotFound, OnRecordError, Refusal, TooMany
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.core.patience import patiently
from onrecord.core.ports import Bridge
from onrecord.core.rate_limiter import Allowance, RateLimiter
from onrecord.features.own_copy import bodies as wire
from onrecord.features.own_copy.maker import CopyMaker
from onrecord.features.own_copy.ports import CopyStore
from onrecord.features.proof_packages.service import Made
from onrecord.features.sign_in.entries import Entries
from onrecord.observability.logs import Log, error_fields
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.language import Language
from onrecord_archive.format.errors import ArchiveError, WriteFailed
from onrecord_archive.format.record import format_time
from onrecord_archive.proof_package.own_copy import COPY_MADE, CopyAsked, CopyHolds

State = Literal["waiting", "running", "ready", "failed"]
UNDER_WAY: frozenset[State] = frozenset({"waiting", "running"})
COPIES = Allowance(
    3,
    1200.0,
    TooMany("rate_limited", "You have asked for several copies just now. Try again later."),
)
"""Of one client."""


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """Where files lie meanwhile, and how long."""

    folder: Path
    lifetime: timedelta = timedelta(hours=1)
    sweep_s: float = 10.0


class _Unwanted(OnRecordError):
    """Whose copy it is has no account any more."""


class _Order:
    """One copy from its record to its file. Belongs to the event loop, except `progress`."""

    def __init__(
        self, person: Actor, origin: Origin, copy: CopyAsked, path: Path, created_at: datetime
    ) -> None:
        self.person = person
        self.origin = origin
        self.copy = copy
        self.path = path
        self.state: State = "waiting"
        self.ended_at: float | None = None
        self.made: Made | None = None
        self.code: str | None = None
        self.expires_at: datetime | None = None
        self._total = sum(each.last - each.first + 1 for each in copy.extents)
        self._created_at = created_at
        self._done = 0
        self.unwanted = False
        """Their account ended."""

    def progress(self, done: int) -> None:
        """Note how many records are written. Raises _Unwanted."""
        if self.unwanted:
            raise _Unwanted
        self._done = done

    def end(self, state: State, now: float) -> None:
        """It is made, or could not be."""
        self.state, self.ended_at = state, now

    def facts(self, holds: CopyHolds) -> Facts:
        """Return what the record of it says."""
        streams = len({each.stream for each in holds.extents})
        facts: Facts = {"person": holds.person, "copy": holds.sha256()}
        facts |= {"language": holds.language, "records": self._total, "conversations": streams}
        return facts

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
        self._limiter = RateLimiter(clock)
        self._waiting: asyncio.Queue[_Order] = asyncio.Queue()

    async def order(self, person: Actor, origin: Origin, language: Language) -> wire.Copy:
        """Begin, and return how it stands; one that is under way is answered with.

        Raises NotFound (`nothing_to_copy`), TooMany (`rate_limited`), Unavailable. Cancelling is
        safe.
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
        self._limiter.take((person.id, COPIES))
        found = await self._read(self._store.readable, person.id)  # (1)
        if not found.extents:
            raise NotFound("nothing_to_copy", "You have no conversation that could be copied.")
        copy = CopyAsked(person.id, language, found.extents, found.until)
        await self._remove(person.id)
        path = self._options.folder / f"{token_hex(16)}.zip"
        made = self._orders[person.id] = _Order(person, origin, copy, path, self._clock.now())
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

    def end_of(self, person: PersonId) -> None:
        """End the copy of somebody whose account ended: they cannot fetch it any more."""
        order = self._orders.get(person)
        if order is not None:
            order.unwanted = True
            if order.state not in UNDER_WAY:
                order.ended_at = -inf

    async def run(self) -> None:
        """Make what is asked for, remove what is old; until cancelled."""
        folder = self._options.folder
        await patiently(lambda: self._read(shutil.rmtree, folder, ignore_errors=True))
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
            order.progress(0)
            order.made = await self._recorded(order)
        except Fatal:
            raise
        except _Unwanted:
            order.end("failed", -inf)
        except (ArchiveError, OnRecordError) as error:
            order.code = _code(error)
            person = order.copy.person
            self._log.error("copy.failed", person=person, code=order.code, **error_fields(error))
            order.end("failed", now())
        else:
            order.expires_at = self._clock.now() + self._options.lifetime
            order.end("ready", -inf if order.unwanted else now())

    async def _recorded(self, order: _Order) -> Made:
        """Gather (2), record (3), make (4)."""
        maker, progress = self._maker, order.progress
        gathered = await self._write(maker.gather, order.copy, order.path, progress)
        facts = order.facts(gathered.holds)
        try:
            event = await self._entries.record(order.person, order.origin, COPY_MADE, facts)
        except OnRecordError:
            await patiently(lambda: self._write(maker.discard, gathered))
            raise
        return await self._write(maker.make, gathered, event, progress)

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
            await patiently(lambda: self._read(order.path.unlink, missing_ok=True))

    def _own(self, person: PersonId) -> _Order:
        order = self._orders.get(person)
        if order is None:
            raise NotFound("no_such_copy", "There is no copy of yours any more. Ask for one.")
        return order


def _code(error: ArchiveError | OnRecordError) -> str:
    if isinstance(error, Refusal):
        return error.code
    return "storage_full" if isinstance(error, WriteFailed) else "copy_failed"
