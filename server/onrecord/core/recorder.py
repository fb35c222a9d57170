"""Have a command recorded: steps (0) and (1) of a message's life, then the batch's answer.

  (0) known (actor, client id)?       its old answer, before any permission
  (1) may this person say this here?  cheap check, from what is published
  (2)-(5)  core/archiving/batch.py, which does (0) and (1) again under locks

A check at (1) that would refuse asks (0) first; one that passes leaves (0) to the batch, which
reads the journal anyway. So the common case costs no read of its own.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from onrecord.core.domain.errors import OnRecordError, Refusal, Unavailable
from onrecord.core.domain.groups import joins_by_link
from onrecord.core.domain.values import Answer, Command
from onrecord.core.hold import Hold
from onrecord.core.journal.case import stranger
from onrecord.core.journal.numbering import body_sha, id_reuse
from onrecord.core.ports import PublishedReads
from onrecord.core.threads import Threads
from onrecord.protocol.frames import RecordingState
from onrecord_archive.events.ids import EventId, PersonId, StreamId


class Unsettled(OnRecordError):
    """Journaled or unknown: keep the command and send the same id again after `retry_after`."""

    retry_after = 1.0

    def __str__(self) -> str:
        """Say how it stands: nobody words it where it is raised."""
        return (
            "Recording stopped meanwhile: it may be on the record already, and nobody sees it yet."
        )


Outcome = Answer | Refusal | Unsettled
"""`ack`, `nack`, `pending` (server/README.md, the three answers)."""


class Batches(Protocol):
    """Where commands are settled, in the order in which they were submitted."""

    def submit(self, command: Command, answered: Callable[[Outcome], None]) -> None:
        """Queue a command; `answered` is called once, in the event loop's thread."""

    def closed(self) -> Refusal | None:
        """Return why nothing is recorded, None while recording is on."""

    def unavailable(self) -> Refusal | None:
        """Return why this moment's command is refused, None when all is well."""

    def in_doubt(self, event: EventId) -> bool:
        """Return whether this may be journaled although nobody can see it yet."""


class Roster(Protocol):
    """Who is in a conversation, as published and as far as it is known in memory."""

    def may_write(self, stream: StreamId, person: PersonId) -> bool | None:
        """Return None when it is not known without a read."""


class Recorder:
    """The door through which everything that is recorded comes in. One event loop."""

    def __init__(
        self,
        *,
        batches: Batches,
        roster: Roster,
        store: PublishedReads,
        readers: Threads,
        hold: Hold,
        restoring: bool = False,
    ) -> None:
        self._batches = batches
        self._hold = hold
        self._roster = roster
        self._store = store
        self._readers = readers
        self.restoring = restoring

    def closed(self) -> Refusal | None:
        """Return why nothing is recorded, None while recording is on."""
        return self._batches.closed()

    def state(self) -> RecordingState:
        """Return what people are told of it."""
        if self._batches.closed():
            return "unavailable"
        return "behind" if self._hold.refusal else "on"

    def submit(self, command: Command, answered: Callable[[Outcome], None]) -> Refusal | None:
        """Submit without waiting. Returns the refusal of (1), if any; the caller then does (0)."""
        held = self._hold.of(command.stream)
        refusal = self._batches.unavailable() or held or self._may_write(command)
        if refusal is None:
            self._batches.submit(command, answered)
        return refusal

    def _may_write(self, command: Command) -> Refusal | None:
        if command.actor.kind == "system" or joins_by_link(command):
            return None
        if self._roster.may_write(command.stream, command.actor.id) is False:
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
            return Unsettled() if self._batches.in_doubt(command.event_id) else refusal
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
