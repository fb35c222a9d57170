"""Have a command recorded: steps (0) and (1) of a message's life, then the batch's answer.

  (0) known (actor, client id)?       its old answer, before any permission
  (1) may this person say this here?  cheap check, from what is published
  (2)-(5)  core/archiving/batch.py, which does (0) and (1) again under locks

A check at (1) that would refuse asks (0) first; one that passes leaves (0) to the batch, which
reads the journal anyway. So the common case costs no read of its own.
"""

import asyncio
from collections.abc import Callable

from onrecord.core.archiving.archiver import Archiver
from onrecord.core.domain.errors import Refusal, Unavailable
from onrecord.core.domain.groups import joins_by_link
from onrecord.core.domain.values import Answer, Command
from onrecord.core.hold import Hold
from onrecord.core.journal.case import stranger
from onrecord.core.journal.numbering import body_sha, id_reuse
from onrecord.core.ports import Bridge, PublishedReads
from onrecord.core.settled import Outcome, Unsettled
from onrecord.protocol.frames import RecordingState
from onrecord_archive.events.ids import PersonId, StreamId


class Recorder:
    """The door through which everything that is recorded comes in. One event loop.

    *may_write* tells from memory who is in a conversation; None: it is not known without a read.
    """

    def __init__(
        self,
        *,
        archiver: Archiver,
        may_write: Callable[[StreamId, PersonId], bool | None],
        store: PublishedReads,
        readers: Bridge,
        hold: Hold,
        restoring: bool = False,
    ) -> None:
        self._archiver = archiver
        self._hold = hold
        self._knows = may_write
        self._store = store
        self._readers = readers
        self.restoring = restoring

    def closed(self) -> Refusal | None:
        """Return why nothing is recorded, None while recording is on."""
        return self._archiver.closed()

    def state(self) -> RecordingState:
        """Return what people are told of it."""
        if self._archiver.closed():
            return "unavailable"
        return "behind" if self._hold.refusal else "on"

    def submit(self, command: Command, answered: Callable[[Outcome], None]) -> Refusal | None:
        """Submit without waiting. Returns the refusal of (1), if any; the caller then does (0)."""
        held = self._hold.of(command.stream)
        refusal = self._archiver.unavailable() or held or self._may_write(command)
        if refusal is None:
            self._archiver.submit(command, answered)
        return refusal

    def _may_write(self, command: Command) -> Refusal | None:
        if command.actor.kind == "system" or joins_by_link(command):
            return None
        if self._knows(command.stream, command.actor.id) is False:
            return stranger(restoring=self.restoring)
        return None

    async def known(self, command: Command, refusal: Refusal) -> Outcome:
        """(0): return the old answer of a known command, else *refusal*.

        Where that cannot be read now, it is Unsettled. Cancelling is safe.
        """
        try:
            known = await self._readers(self._store.known, command.event_id)
        except Unavailable:
            return Unsettled()
        if known is None:
            return Unsettled() if self._archiver.in_doubt(command.event_id) else refusal
        if known.body_sha not in (None, body_sha(command)):
            return id_reuse()
        return known.answer if known.archived else Unsettled()

    async def record(self, command: Command) -> Answer:
        """Have a command recorded and return its numbers.

        Raises Refusal (it never will be recorded) or Unsettled (send the same id again).
        Cancelling does not take the command back.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        refusal = self.submit(command, lambda outcome: _resolve(future, outcome))
        outcome = await future if refusal is None else await self.known(command, refusal)
        if isinstance(outcome, Answer):
            return outcome
        raise outcome


def _resolve(future: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not future.done():
        future.set_result(outcome)
