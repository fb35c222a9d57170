"""People who talk, decided and numbered as in service, on the store under test."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from onrecord.app.events import RULES, TABLES
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.files import FoundFile, HeldFile
from onrecord.core.domain.referred import Reaction, Source, Target
from onrecord.core.domain.values import (
    SYSTEM,
    Actor,
    Answer,
    Answering,
    Command,
    Event,
    Origin,
    StreamRef,
    SystemEntry,
)
from onrecord.core.journal.case import Case, Rules
from onrecord.core.journal.decide import decide
from onrecord.core.journal.heads import ArchivedRow, JournalRow, StreamHead
from onrecord.core.journal.numbering import SALTS_BYTES, number
from onrecord.core.roles.table import permits
from onrecord.core.store.journal import JournalStore, JournalTransaction
from onrecord.core.store.snapshot import published
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.chat import roster_store
from onrecord.features.chat.service import ReadStore
from onrecord.features.relationships import store as relationships
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    PositionChange,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.messages import (
    Forward,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.format.record import format_time
from tests.rig.tenure import take_over

ADD_PERSON = sql(
    "INSERT INTO person (id, name, kind, org, role, outside, active) VALUES (?, ?, ?, ?, ?, ?, 1)"
)


class SteppingClock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


class References:
    """What a command refers to: asked of the store one by one, or earlier in the same batch."""

    def __init__(self, tx: JournalTransaction) -> None:
        self._tx = tx
        self._batch: dict[EventId, Target] = {}
        self._said: dict[StreamId, list[tuple[int, str]]] = {}

    def follow(self, event: Event) -> None:
        payload, seq = event.payload, event.conv_seq
        if isinstance(payload, MessageSent):
            author, stream = event.actor.id, event.stream.id
            self._said.setdefault(stream, []).append((seq, event.actor.kind))
            self._batch[event.event_id] = Target(
                event.event_id,
                stream,
                seq,
                author,
                event.at,
                payload.text,
                False,
                payload.forward is not None,
            )
        elif isinstance(payload, MessageEdited | MessageRemoved):
            target = self.target(payload.target)
            assert target is not None
            removed = isinstance(payload, MessageRemoved)
            text = None if isinstance(payload, MessageRemoved) else payload.text
            self._batch[payload.target] = replace(target, text=text, removed=removed)

    def target(self, event: EventId) -> Target | None:
        return self._batch.get(event) or self._tx.targets([event]).get(event)

    def reactions(self, event: EventId) -> Collection[Reaction]:
        return self._tx.reactions(event)

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        found, target = self._tx.sources(actor, [event]).get(event), self._batch.get(event)
        if found is None or target is None or found.text is None:
            return found
        return replace(found, text=target.text, removed=target.removed)

    def sent_on(self, command: Command) -> Source | None:
        """The message that a command sends on."""
        body = command.body
        if not isinstance(body, MessageSent) or body.forward is None or not body.forward.source:
            return None
        return self.source(command.actor.id, body.forward.source)

    def person(self, person: PersonId) -> Actor | None:
        return self._tx.people([person]).get(person)

    def file(self, actor: PersonId, blob: BlobId) -> FoundFile | None:
        return self._tx.files(actor, [blob]).get(blob)

    def held(self, command: Command, payload: object) -> Sequence[HeldFile]:
        """The files of a decided command, with their keys."""
        if not isinstance(payload, MessageSent):
            return command.holds
        source = self.sent_on(command)
        if source is not None:
            return source.files
        found = [self.file(command.actor.id, file.blob_id) for file in payload.files]
        return [each.held for each in found if each is not None]

    def outside(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        return self._tx.outside(people)

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        return self._tx.seq_since(stream, since)

    def answering(self, person: PersonId, client: PersonId, at: datetime) -> Answering | None:
        return self._tx.answering(person, client, at)

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        return self._tx.sees(person, stream, conv_seq)

    def waiting(self, stream: StreamId) -> int | None:
        said = self._said.get(stream, [])
        before = self._tx.waiting(stream)
        for seq, kind in said:
            if kind == "employee":
                before = None
            elif before is None:
                before = seq
        return before


class _Nothing:
    """The references of a command that has none."""

    def target(self, event: EventId) -> Target | None:
        return None

    def reactions(self, event: EventId) -> Collection[Reaction]:
        return ()

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        return None

    def sent_on(self, command: Command) -> Source | None:
        return None

    def person(self, person: PersonId) -> Actor | None:
        return None

    def file(self, actor: PersonId, blob: BlobId) -> FoundFile | None:
        return None

    def held(self, command: Command, payload: object) -> Sequence[HeldFile]:
        return command.holds

    def outside(self, people: Collection[PersonId]) -> frozenset[PersonId]:
        return frozenset()

    def seq_since(self, stream: StreamId, since: datetime) -> int | None:
        return None

    def sees(self, person: PersonId, stream: StreamId, conv_seq: int | None) -> bool:
        return False

    def waiting(self, stream: StreamId) -> int | None:
        return None

    def answering(self, person: PersonId, client: PersonId, at: datetime) -> Answering | None:
        return None


NOTHING = _Nothing()


class World:
    """A few people and their conversations. `size` is the archive's: it has other leaves too."""

    def __init__(self, database: Database, store: JournalStore | None = None) -> None:
        self.database = database
        self.store = store or JournalStore(database, TABLES)
        self.reads = ReadStore(database)
        self.size = 0
        self.clock = SteppingClock()
        self.people: dict[str, Actor] = {}
        self.published: list[JournalRow] = []
        self.restoring = False
        self._ids = 0
        self._salt = 0
        self.epoch = take_over(self.store)

    def responsible(self, stream: StreamId) -> list[PersonId]:
        """Return who answers for the client of a conversation: the owner, then who stands in."""
        with published(self.database) as (tx, _):
            key = roster_store.stream_key(tx, stream)
            assert key is not None
            found = relationships.present(tx, [key])[key]
        standing_in = [each.person for each in found.delegates if each.active]
        return [PersonId(person) for person in (found.owner, *standing_in)]

    def take_epoch(self) -> None:
        """Take the next epoch, as recovery does."""
        self.epoch = self.store.take_epoch().epoch

    def person(self, name: str, *, outside: bool = False) -> PersonId:
        """Hire somebody."""
        actor = Actor(
            id=PersonId(f"{len(self.people) + 1:032x}"),
            name=name,
            kind="client" if outside else "employee",
            org="Elsewhere" if outside else "Bank",
            role="client" if outside else "employee",
        )
        row = (actor.id, actor.name, actor.kind, actor.org, actor.role, int(outside))
        with self.database.writing() as tx:
            tx.run(ADD_PERSON, row)
        self.people[actor.id] = actor
        return actor.id

    def is_firm(self, person: PersonId) -> bool:
        """Whether somebody is no client."""
        return self.people[person].kind != "client"

    def command(
        self,
        actor: PersonId,
        stream: StreamId,
        body: Payload | SystemEntry,
        create: StreamRef | None = None,
    ) -> Command:
        """A command with an id of its own; whoever sends something knows all from outside.

        Positions are the service's, whoever they are of.
        """
        self._ids += 1
        outside = (person for person in self.people if not self.is_firm(PersonId(person)))
        return Command(
            event_id=EventId(f"{self._ids:032x}"),
            stream=stream,
            actor=SYSTEM if isinstance(body, Positions) else self.people[actor],
            origin=Origin("test"),
            body=body,
            create=create,
            outside=tuple(PersonId(person) for person in outside),
        )

    def journal(self, *commands: Command) -> list[JournalRow]:
        """Step (2) for one batch. Raises the first refusal."""
        rows = []
        with self.store.journal() as tx:
            heads = tx.heads({command.stream for command in commands})
            references = References(tx)
            for command in commands:
                head = heads.get(command.stream)
                if head is None:
                    assert command.create is not None
                    head = heads[command.stream] = StreamHead(command.create, "default")
                row = self.number(head, command, references)
                references.follow(row.event)
                rows.append(row)
            return tx.append(rows, list(heads.values()))

    def journal_what_is_allowed(self, *commands: Command) -> list[JournalRow]:
        """Step (2) for one batch of an existing conversation; what is refused is left out."""
        rows = []
        with self.store.journal() as tx:
            heads = tx.heads({command.stream for command in commands})
            references = References(tx)
            for command in commands:
                head = copy(heads[command.stream])
                with suppress(Refusal):
                    row = self.number(head, command, references)
                    references.follow(row.event)
                    rows.append(row)
                    heads[command.stream] = head
            return tx.append(rows, list(heads.values())) if rows else []

    def number(
        self, head: StreamHead, command: Command, references: References | None = None
    ) -> JournalRow:
        """Decide and number one command under its head. Raises Refusal."""
        before, now = head.members, self.clock.now()
        known = NOTHING if references is None else references
        rules = Rules(RULES, permits, TABLES.moves, restoring=self.restoring)
        payload = decide(Case(head, command, known, rules, now))
        held = known.held(command, payload)
        return number(
            head,
            command,
            payload,
            moves=TABLES.moves,
            before=before,
            now=now,
            salts=self._entropy(SALTS_BYTES),
            held=held,
            source=known.sent_on(command),
        )

    def archive(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        """Step (3): give each its place. Like the real log it has leaves of its own between."""
        archived = []
        for row in rows:
            self.size += 1 if self.size % 7 == 0 else 0
            ct = self.size.to_bytes(32, "big")
            archived.append(ArchivedRow(row.key, self.size, ct, bytes(16)))
            self.size += 1
        return archived

    def publish(self, rows: Sequence[JournalRow], archived: Sequence[ArchivedRow]) -> None:
        """Step (4)."""
        with self.store.publishing() as tx:
            tx.publish(rows, archived)
            tx.advance(self.epoch, self.size)
        self.published += rows

    def commit(self, *commands: Command) -> list[Answer]:
        """Settle one batch; raises the first refusal."""
        rows = self.journal(*commands)
        self.publish(rows, self.archive(rows))
        return [
            Answer(e.event_id, e.stream.id, e.conv_seq, e.msg_no, e.at)
            for e in (row.event for row in rows)
        ]

    def do(self, actor: PersonId, stream: StreamId, body: Payload) -> Answer:
        """Settle one command, a second after the one before."""
        self.clock.at += timedelta(seconds=1)
        return self.commit(self.command(actor, stream, body))[0]

    def conversation(
        self, actor: PersonId, *others: PersonId, title: str | None = None, direct: bool = False
    ) -> StreamId:
        """Begin a conversation."""
        self._ids += 1
        stream = StreamId(f"{self._ids:032x}")
        body = ConversationCreated((actor, *others), title)
        create = StreamRef(stream, "direct" if direct else "group", title)
        self.commit(self.command(actor, stream, body, create))
        return stream

    def say(
        self, actor: PersonId, stream: StreamId, text: str, reply_to: Answer | None = None
    ) -> Answer:
        """Send a message."""
        quote = None if reply_to is None else Quote(reply_to.event_id, 0, PersonId(""))
        return self.do(actor, stream, MessageSent(text, quote))

    def forward(self, actor: PersonId, source: Answer, *streams: StreamId) -> list[Answer]:
        """Send a message on to conversations."""
        body = MessageSent("", forward=Forward(source=source.event_id))
        return [self.do(actor, stream, body) for stream in streams]

    def edit(self, actor: PersonId, target: Answer, text: str) -> Answer:
        """Replace a text."""
        return self.do(actor, target.stream, MessageEdited(target.event_id, text))

    def remove(self, actor: PersonId, target: Answer) -> Answer:
        """Remove a message from view."""
        return self.do(actor, target.stream, MessageRemoved(target.event_id))

    def react(self, actor: PersonId, target: Answer, emoji: str, *, on: bool = True) -> Answer:
        """Put an emoji on a message."""
        return self.do(actor, target.stream, ReactionChanged(target.event_id, emoji, on))

    def add(
        self, actor: PersonId, stream: StreamId, person: PersonId, since: datetime | None = None
    ) -> Answer:
        """Add somebody to a group."""
        shared = None if since is None else format_time(since)
        return self.do(actor, stream, MemberAdded(person, 0, shared))

    def share(self, actor: PersonId, stream: StreamId, person: PersonId, since: datetime) -> Answer:
        """Share earlier history with a member."""
        return self.do(actor, stream, HistoryShared(person, 0, format_time(since)))

    def throw_out(self, actor: PersonId, stream: StreamId, person: PersonId) -> Answer:
        """Remove somebody from a group."""
        return self.do(actor, stream, MemberRemoved(person))

    def leave(self, actor: PersonId, stream: StreamId) -> Answer:
        """Leave a group."""
        return self.do(actor, stream, MemberLeft())

    def name(self, actor: PersonId, stream: StreamId, title: str) -> Answer:
        """Name a group."""
        return self.do(actor, stream, TitleChanged(title))

    def positions(self, stream: StreamId, *changes: PositionChange) -> Answer:
        """Record positions."""
        return self.do(changes[0].person, stream, Positions(changes))

    def read(self, person: PersonId, stream: StreamId, msg_no: int) -> Answer:
        """Record that somebody has read up to a message."""
        return self.positions(stream, PositionChange(person, read=msg_no))

    def _entropy(self, size: int) -> bytes:
        self._salt += 1
        return self._salt.to_bytes(size, "big")
