"""Keeps every client covered: delegations begin and end in time, and a leaver's clients pass on.

Where nobody was named to take over, the conversation says that its advisor left, once, and waits
as uncovered until somebody is named.

Whoever no longer answers for a client leaves the groups that they were in with them by then; where
nobody else of the firm is left, whoever answers now takes the group over.

It reads what is due and finds done what was done, so nothing is missed over a restart. Each
command's event_id follows from what it is about, so nothing happens twice.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import OnRecordError, Refusal
from onrecord.core.domain.values import SYSTEM, Command, Origin
from onrecord.core.ports import Bridge, Recorder
from onrecord.core.turns import in_turns
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord.features.relationships.succession import (
    LeftBehind,
    first_to_part,
    last_of,
    without_successor,
)
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    ConversationUncovered,
    DelegateEnded,
    DelegateStarted,
)
from onrecord_archive.events.conversations import MemberRemoved
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.payload import Payload

EVERY_S = 2.0
"""How exact a delegation's start and end are, seconds."""
UNNUMBERED = 0
"""A draft's from_seq; the conversation's lock gives the real one."""


class Coverage:
    """The background task.

    *failed* is told of what is tried again at the next turn; *unattended* of how many clients'
    conversations nobody takes over, when that changes.
    """

    def __init__(
        self,
        store: CoverageStore,
        recorder: Recorder,
        *,
        read: Bridge,
        write: Bridge,
        clock: Clock,
        failed: Callable[[OnRecordError], None],
        unattended: Callable[[int], None],
    ) -> None:
        self._store = store
        self._recorder = recorder
        self._read = read
        self._write = write
        self._clock = clock
        self._failed = failed
        self._unattended = unattended
        self._told = 0
        self._refused: set[EventId] = set()
        self._said: set[EventId] = set()
        """Of what is uncovered: what the conversation has said."""

    async def run(self) -> None:
        """Look every few seconds until cancelled. Cancelling is safe."""
        await in_turns(self.look, every_s=EVERY_S, failed=self._failed)

    async def look(self) -> None:
        """Do what is due. Raises OnRecordError."""
        for due in await self._read(self._store.due, self._clock.now()):
            body: Payload = DelegateStarted(due.delegation, due.person, UNNUMBERED)
            if due.over:
                body = DelegateEnded(due.delegation, due.person)
            await self._record(due.stream, (body.type, due.delegation), body)
        await self._pass_on()
        await self._part()

    async def _pass_on(self) -> None:
        left = await self._read(self._store.left_behind)
        successions = await self._read(self._store.successions) if left else {}
        for each in left:
            successor = last_of(successions, each.former)
            if successor is None:
                continue
            about = ("passed", each.stream, each.former, str(each.since_seq), successor)
            body = ConversationHandedOver(each.former, successor, UNNUMBERED, "all")
            await self._record(each.stream, about, body)
        alone = without_successor(left, successions)
        await self._uncover(alone)
        if len(alone) != self._told:
            self._told = len(alone)
            self._unattended(self._told)

    async def _uncover(self, alone: Sequence[LeftBehind]) -> None:
        """Say in each conversation, once, that its advisor left."""
        noted = await self._read(self._store.uncovered)
        if {each.left for each in noted} != set(alone):
            noted = await self._write(self._store.note_uncovered, alone, self._clock.now())
        said = set()
        for each in noted:
            about = ("uncovered", each.stream, each.former, each.at.isoformat())
            body = ConversationUncovered(each.former)
            said.add(event := _event(about))
            if event not in self._said:
                await self._record(each.stream, about, body)
        self._said = said

    async def _part(self) -> None:
        """One of each group at a turn: whether the next one is alone there is seen after it."""
        for each in first_to_part(await self._read(self._store.outlived)):
            body: Payload = MemberRemoved(each.person)
            if each.alone:
                if each.owner is None:  # the client would be left with nobody
                    continue
                body = ConversationHandedOver(each.person, each.owner, UNNUMBERED, "all")
            about = ("outlived", each.stream, each.person, str(each.join_seq), body.type)
            await self._record(each.stream, about, body)

    async def _record(self, stream: StreamId, about: tuple[str, ...], body: Payload) -> None:
        event = _event(about)
        command = Command(
            event_id=event, stream=stream, actor=SYSTEM, origin=Origin("server"), body=body
        )
        try:
            await self._recorder.record(command)
        except Refusal as refusal:
            if refusal.retry_after is not None:
                raise
            if event not in self._refused:  # said once; it is tried again all the same
                self._refused.add(event)
                self._failed(refusal)


def _event(about: tuple[str, ...]) -> EventId:
    return EventId(sha256("\0".join(about).encode()).hexdigest()[:32])
