"""What the commands of a batch refer to: read in one query each, and what comes up in the batch."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from onrecord.core.domain.files import FoundFile, HeldFile
from onrecord.core.domain.referred import Reaction, Source, Target
from onrecord.core.domain.values import Actor, Answering, Command, Event, SystemEntry
from onrecord.core.journal.heads import JournalRow
from onrecord.core.journal.planned import planned_at
from onrecord.core.store.journal import JournalTransaction
from onrecord_archive.events.audience import about, may_be_first, named_to_come
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload


class References:
    """What commands refer to: published messages, and those earlier in the same batch."""

    def __init__(self, transaction: JournalTransaction) -> None:
        self._transaction = transaction
        self._targets: dict[EventId, Target] = {}
        self._reactions: dict[EventId, set[Reaction]] = {}
        """Of the messages that this batch reacts to."""
        self._people: dict[PersonId, Actor] = {}
        self._sources: dict[tuple[PersonId, EventId], Source] = {}
        self._files: dict[tuple[PersonId, BlobId], FoundFile] = {}
        self._said: dict[StreamId, list[tuple[int, bool]]] = {}
        """Messages of this batch: conv_seq, and whether a client wrote it."""
        self._from_outside: dict[PersonId, bool] = {}
        self._begun: list[Event] = []
        """Conversations that began in this batch."""
        self._times: dict[StreamId, list[tuple[datetime, int]]] = {}
        """When each conv_seq of this batch was taken, in order."""

    def load(self, commands: Sequence[Command]) -> None:
        """Read everything that the commands refer to, in one query each."""
        events = {event for command in commands for event in _events_of(command)}
        people = {person for command in commands for person in _people_of(command)}
        if events:
            self._targets = self._transaction.targets(events)
        if people:
            self._people = self._transaction.people(people)
        self._load_files(commands)
        self._load_sources(commands)

    def _load_files(self, commands: Sequence[Command]) -> None:
        asked: dict[PersonId, set[BlobId]] = {}
        for command in commands:
            if isinstance(command.body, MessageSent) and command.body.files:
                blobs = asked.setdefault(command.actor.id, set())
                blobs.update(file.blob_id for file in command.body.files)
        for actor, blobs in asked.items():
            found = self._transaction.files(actor, blobs)
            self._files |= {(actor, blob): file for blob, file in found.items()}

    def _load_sources(self, commands: Sequence[Command]) -> None:
        asked: dict[PersonId, set[EventId]] = {}
        for command in commands:
            event = _source_of(command)
            if event is not None:
                asked.setdefault(command.actor.id, set()).add(event)
        for actor, events in asked.items():
            found = self._transaction.sources(actor, events)
            self._sources |= {(actor, event): source for event, source in found.items()}

    def follow(self, row: JournalRow) -> None:
        """Let later commands of the batch refer to this row."""
        event, payload, targets = row.event, row.event.payload, self._targets
        self._times.setdefault(event.stream.id, []).append((event.at, event.conv_seq))
        if isinstance(payload, MessageSent):
            by_itself = payload.broadcast is not None or planned_at(row.kept) is not None
            if event.actor.kind in ("client", "employee") and not by_itself:
                said = (event.conv_seq, event.actor.kind == "client")
                self._said.setdefault(event.stream.id, []).append(said)
            targets[event.event_id] = Target(
                event_id=event.event_id,
                stream=event.stream.id,
                conv_seq=event.conv_seq,
                author=event.actor.id,
                at=event.at,
                text=payload.text,
                removed=False,
                forwarded=payload.forward is not None,
            )
        elif isinstance(payload, ConversationCreated):
            self._begun.append(event)
        elif isinstance(payload, MessageEdited):
            targets[payload.target] = replace(targets[payload.target], text=payload.text)
        elif isinstance(payload, MessageRemoved):
            targets[payload.target] = replace(targets[payload.target], text=None, removed=True)
        elif isinstance(payload, ReactionChanged):
            held, one = self.reactions(payload.target), Reaction(event.actor.id, payload.emoji)
            (held.add if payload.on else held.discard)(one)

    def target(self, event: EventId) -> Target | None:
        """Return a message as it stands."""
        return self._targets.get(event)

    def reactions(self, event: EventId) -> set[Reaction]:
        """Return who put what on a message, as it stands."""
        if event not in self._reactions:
            self._reactions[event] = set(self._transaction.reactions(event))
        return self._reactions[event]

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        """Return a message as somebody may send it on; None: there is none that they see."""
        found, target = self._sources.get((actor, event)), self._targets.get(event)
        if found is None or target is None or found.text is None:
            return found
        return replace(found, text=target.text, removed=target.removed)  # earlier in this batch

    def person(self, person: PersonId) -> Actor | None:
        """Return an active person."""
        if person not in self._people:
            self._people = {**self._people, **self._transaction.people([person])}
        return self._people.get(person)

    def read(self, person: PersonId) -> Actor | None:
        """Return an active person that a command names or begins something as; others: None."""
        return self._people.get(person)

    def outside(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        """Return who of these is from outside the firm; asked once a batch, and only for files."""
        unknown = [person for person in people if person not in self._from_outside]
        if unknown:
            found = self._transaction.outside(unknown)
            self._from_outside |= {person: person in found for person in unknown}
        return frozenset(person for person in people if self._from_outside[person])

    def file(self, actor: PersonId, blob: BlobId) -> FoundFile | None:
        """Return a stored file, as somebody may send it."""
        return self._files.get((actor, blob))

    def held(self, command: Command, payload: Payload | SystemEntry) -> Sequence[HeldFile]:
        """Return the files of a decided command, with their keys."""
        if not isinstance(payload, MessageSent):
            return command.holds
        actor, source = command.actor.id, self.sent_on(command)
        if source is not None:
            return source.files
        return [self._files[actor, file.blob_id].held for file in payload.files]

    def sent_on(self, command: Command) -> Source | None:
        """Return the message that a command sends on."""
        event = _source_of(command)
        return None if event is None else self.source(command.actor.id, event)

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        """Return the first conv_seq at or after a time."""
        first = self._transaction.seq_since(stream, since)
        if first is not None:
            return first
        return next((seq for at, seq in self._times.get(stream, ()) if at >= since), None)

    def answering(self, person: PersonId, client: PersonId, at: datetime) -> Answering | None:
        """Return what somebody is to a client at a time; None: nobody answers for them yet."""
        return self._transaction.answering(person, client, at, self._begun)

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        """Whether somebody may see a published number; without one, any of the conversation."""
        return self._transaction.sees(person, stream, conv_seq)

    def waiting(self, stream: StreamId) -> int | None:
        """Return the conv_seq of a client's first message that no message answers."""
        said = self._said.get(stream, [])
        answered = max((seq for seq, by_client in said if not by_client), default=None)
        before = self._transaction.waiting(stream) if answered is None else None
        new = (seq for seq, by_client in said if by_client and seq > (answered or 0))
        return before if before is not None else min(new, default=None)


def _events_of(command: Command) -> Collection[EventId]:
    body = command.body
    source = _source_of(command)
    if source is not None:
        return (source,)
    if isinstance(body, MessageSent):
        return () if body.reply_to is None else (body.reply_to.event_id,)
    target = about(body)
    return () if target is None else (target,)


def _source_of(command: Command) -> EventId | None:
    body = command.body
    return body.forward.source if isinstance(body, MessageSent) and body.forward else None


def _people_of(command: Command) -> Collection[PersonId]:
    """Return whom a command brings in, and its actor where they need not be there before."""
    body = command.body
    if may_be_first(body):
        return (command.actor.id, *named_to_come(body))
    return named_to_come(body)
