"""Rereads the archive in the background: the last hour often, everything once a day, newest first.

A pass over everything begins (0) with the names of all files: each must belong to something. Every
pass (1) verifies the newest checkpoint's signatures and that its tree extends the one that the pass
before held, (2) rereads `checkpoints` against it, (3) rereads blocks of entries from the disk
against its root, (4) compares the database's rows with the leaves, and (5) every key store's sealed
keys. A finding stops the service; nothing is repaired by dropping. A pass over everything goes on
after a restart where it was (audit_place.py).
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

from msgspec import Struct

from onrecord.core.archiving.audit_place import Place, PlaceFile
from onrecord.core.archiving.block_audit import BlockAudit
from onrecord.core.archiving.finding import Finding
from onrecord.core.archiving.history_audit import HistoryAudit
from onrecord.core.domain.clock import Clock
from onrecord.core.patience import patiently
from onrecord.core.ports import Bridge
from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import ArchiveError, Corrupt
from onrecord_archive.format.tree import verify_consistency
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.blocks import count_blocks
from onrecord_archive.reader.names import unaccounted

P = ParamSpec("P")
T = TypeVar("T")

"""How long it waits while there is no room for its question, seconds."""
AGAIN_S = 5.0
"""How long after the first look an odd name is looked for again, seconds."""
HURRY = 12
"""A pass that is late goes so many times as fast, and no faster."""


class AuditOptions(Struct, frozen=True):
    """What lies back less than `recent` is reread every `every`, everything every `whole`."""

    recent: timedelta = timedelta(hours=1)
    every: timedelta = timedelta(minutes=5)
    whole: timedelta = timedelta(hours=24)


class Auditor:
    """Belongs to the event loop; the reading happens in a thread, one block at a time."""

    def __init__(
        self,
        directory: Path,
        *,
        policy: Policy,
        blocks: BlockAudit,
        readers: Bridge,
        clock: Clock,
        options: AuditOptions,
        place: PlaceFile,
    ) -> None:
        self.recent_at: datetime | None = None
        """When the last pass over the last hour ended."""
        self.whole_at: datetime | None = None
        """When the last pass over everything ended; an earlier process's counts."""
        self._directory = directory
        self._policy = policy
        self._blocks = blocks
        self._readers = readers
        self._clock = clock
        self._options = options
        self._place = place
        self._history = HistoryAudit(directory, policy)
        self._held: Checkpoint | None = None

    async def run(self, on_finding: Callable[[Exception], None]) -> None:
        """Audit until cancelled or until the first finding, which *on_finding* is told.

        Cancelling is safe.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._recent())
                tasks.create_task(self._whole())
        except* (ArchiveError, Finding) as found:
            on_finding(first_of(found))

    async def _recent(self) -> None:
        while True:
            await asyncio.sleep(self._options.every.total_seconds())
            since = self._clock.now() - self._options.recent
            async with aclosing(self._reread(recent=True)) as blocks:
                async for _, newest in blocks:
                    if newest is not None and newest < since:
                        break
            self.recent_at = self._clock.now()

    async def _whole(self) -> None:
        place = await self._ask(self._place.load) or Place(self._clock.now())
        self.whole_at = place.whole_at
        while True:
            await asyncio.sleep(await self._ask(self._pause, place))
            if place.block is None:
                await self._account()
            async with aclosing(self._reread(recent=False, below=place.block)) as blocks:
                async for number, _ in blocks:
                    place = Place(place.began_at, number, place.whole_at)
                    await self._ask(self._place.save, place)
                    await asyncio.sleep(await self._ask(self._pause, place))
            ended = self._clock.now()
            place = Place(ended, whole_at=ended)
            await self._ask(self._place.save, place)
            self.whole_at = ended

    async def _account(self) -> None:
        """(0). Raises Corrupt for a file that belongs to nothing, and is still there after a while.

        A file system may keep the name of one that was replaced while somebody read it.
        """
        odd = await self._ask(self._odd_names)
        if odd:
            await asyncio.sleep(AGAIN_S)
            odd &= await self._ask(self._odd_names)
        if odd:
            raise Corrupt("the file belongs to nothing", file=min(odd))

    def _odd_names(self) -> set[str]:
        return unaccounted(self._directory, Archive(self._directory).size)

    async def _reread(
        self, *, recent: bool, below: int | None = None
    ) -> AsyncGenerator[tuple[int, datetime | None]]:
        """(1) to (5), the newest blocks first; yield each one's number and newest record's time."""
        archive = Archive(self._directory)
        head = await self._ask(self._head, archive)
        if head is None:
            return
        for number in await self._ask(self._history.pieces, recent=recent):
            await self._ask(self._history.check, number, head)
        count = count_blocks(head.size)
        for number in reversed(range(count if below is None else min(below, count))):
            yield number, await self._ask(self._blocks.check, archive, number, head)

    async def _ask(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it in a thread, however long the readers or the database are busy: no finding."""
        return await patiently(lambda: self._readers(function, *args, **kwargs))

    def _pause(self, place: Place) -> float:
        """Return how many seconds lie between two blocks: a pass takes half of `whole`.

        After a long time out of service it hurries, in moderation.
        """
        size = Archive(self._directory).size
        count = count_blocks(size) if size else 0
        steps = count if place.block is None else min(place.block, count)
        pace = self._options.whole / 2
        left = place.began_at + pace - self._clock.now()
        return min(max(left, pace / HURRY), pace) / timedelta(seconds=max(steps, 1))

    def _head(self, archive: Archive) -> Checkpoint | None:
        """(1). Return the newest; a superseded server may have put an older one in its place.

        Raises NotVerified.
        """
        if archive.size == 0:
            return None
        before = self._held  # first: the other pass may go on to a newer one meanwhile
        found = self._policy.open(archive.checkpoint())
        held, head = sorted((before or found, found), key=lambda each: each.size)
        proof = archive.consistency_proof(held.size, head.size)
        verify_consistency(held.size, held.root, head.size, head.root, proof)
        if self._held is None or self._held.size < head.size:
            self._held = head
        return head


def first_of(found: BaseExceptionGroup[Exception]) -> Exception:
    """Return the first error of a group: what the process ends for, and its exit code."""
    error: BaseException = found
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, Exception) else Finding(str(error))
