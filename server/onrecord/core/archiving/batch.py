"""Settle one batch of commands: steps (2) to (5) of a message's life.

  (2) journal transaction (fsynced)    known ids first; then decide and number each command under
                                       its conversation's lock; nothing that anybody reads
  (3) archive                          seal, append to the log's tail, one fsync for the batch
  (4) publish transaction              every projection that anybody reads, the archiver's position
  (5) acknowledge, then deliver        what this returns; the event loop does it

A row that the database refuses bisects the batch: the others don't fail with it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime
from typing import Final, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.archiving.log import SealedLog
from onrecord.core.archiving.references import References
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import BadInput, OnRecordError, Refusal, Unavailable
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.referred import Known
from onrecord.core.domain.values import DELIVERED, Actor, Answer, Command, Event
from onrecord.core.failures import ConnectionLost, RowRefused, StorageFull
from onrecord.core.journal.bringing import mark_for
from onrecord.core.journal.case import Case, Rules
from onrecord.core.journal.decide import decide, nothing_there
from onrecord.core.journal.heads import ArchivedRow, JournalRow, StreamHead
from onrecord.core.journal.numbering import SALTS_BYTES, body_sha, id_reuse, number
from onrecord.core.settled import Outcome, Published, Settled, Unsettled, Waiting
from onrecord.core.store.journal import JournalStore, JournalTransaction
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import Points
from onrecord_archive.events.audience import about, brought_in
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.errors import WriteFailed

CLASS = "default"
"""The retention class of a new stream."""


Entropy = Callable[[int], bytes]
"""Gives n random bytes, as os.urandom does."""
Step = Literal["journal", "archive", "publish"]
STEPS: Final = get_args(Step)


class Owed(Struct, frozen=True):
    """The step that a batch waits for, and when the oldest of its commands came."""

    step: Step
    came_at: float


class NotPublished(OnRecordError):
    """The database refuses the publish transaction (the cause); the log has the records."""


class _Seen(Struct, frozen=True):
    """Who sees a row live (see Published), and when its command came."""

    recipients: Collection[PersonId]
    late: Collection[PersonId]
    came_at: float


class _Journaled(Struct):
    """What step (2) made of a batch."""

    answers: list[tuple[Waiting, Outcome]]
    committed: list[tuple[Waiting, EventId]]
    rows: list[JournalRow]
    seen: list[_Seen]
    """For each row."""


class Committer:
    """Steps (2) to (4). Belongs to the one writer thread; every method blocks."""

    def __init__(
        self,
        *,
        store: JournalStore,
        archive: SealedLog,
        rules: Rules,
        clock: Clock,
        entropy: Entropy,
        metrics: Metrics,
        points: Points,
    ) -> None:
        self.epoch = 0
        self.position = 0
        """The archive_index up to which everything is published; the log may hold more."""
        self.owed: Owed | None = None
        """What is taken up and not published yet: under way, or journaled and left by a failure."""
        self._store = store
        self._archive = archive
        self._rules = rules
        self._clock = clock
        self._entropy = entropy
        self._metrics = metrics
        self._points = points

    def commit(self, batch: Sequence[Waiting]) -> Settled:
        """Settle a batch.

        Raises ConnectionLost (every outcome is unknown), Unavailable (nothing was journaled) or
        Fatal. Whatever comes after a part was settled is not raised, nor is an archive that cannot
        be written: see Settled.
        """
        try:
            with self._metrics.journal_seconds.time():
                journaled = self._journal(batch)
        except RowRefused:
            return self._bisect(batch)
        try:
            archived = self._archive_and_publish(journaled)
        except (WriteFailed, NotPublished) as failure:
            answers = journaled.answers
            answers += [(waiting, Unsettled()) for waiting, _ in journaled.committed]
            return Settled(answers, [], self.position, failure)
        return self._settled(journaled, archived)

    def _archive_and_publish(self, journaled: _Journaled) -> Sequence[ArchivedRow]:
        rows = journaled.rows
        if not rows:  # known ids alone: their answers too say that the record is there
            self.require_in_place()
            return []
        came_at = min([seen.came_at for seen in journaled.seen])
        self.owed = Owed("archive", came_at)
        self._points.reach("journaled")
        with self._metrics.archive_seconds.time():
            archived = self._archive.append(rows)
        self.owed = Owed("publish", came_at)
        self._points.reach("archived")
        try:
            with self._metrics.publish_seconds.time():
                self.publish(rows, archived, self._archive.size)
        except ConnectionLost:
            raise
        except Unavailable as error:
            raise NotPublished from error
        self._points.reach("published")
        self._metrics.batch_records.observe(len(rows))
        self._metrics.records.inc(len(rows))
        return archived

    def publish(
        self, rows: Sequence[JournalRow], archived: Sequence[ArchivedRow], position: int
    ) -> None:
        """Step (4); *position* is the archive_index after the last one.

        Raises Fenced when another server has taken over, and as `require_in_place`.
        """
        self.require_in_place()
        with self._store.publishing() as transaction:
            transaction.publish(rows, archived)
            transaction.advance(self.epoch, position)
        self.position = position
        self.owed = None

    def require_in_place(self) -> None:
        """Raise Corrupt, WriteFailed or RefuseToStart if what was written is not in its place.

        Files that are open take every write after they were moved or deleted. Each batch looks
        once, when all is written and before anything of it is shown or acknowledged. What another
        server put in its place is Corrupt here as well: core/beat.py tells it apart.
        """
        self._archive.require_in_place()
        self._store.require_in_place()

    def _bisect(self, batch: Sequence[Waiting]) -> Settled:
        if len(batch) == 1:
            detail = "This cannot be recorded. It was not sent."
            return Settled([(batch[0], BadInput("not_recordable", detail))], [], self.position)
        half = len(batch) // 2
        first, rest = self.commit(batch[:half]), batch[half:]
        if first.failure is not None:  # nothing may be archived or published past it
            return _with_rest(first, rest, Unsettled(), first.failure)
        try:
            second = self.commit(rest)
        except ConnectionLost as lost:
            return _with_rest(first, rest, Unsettled(), lost)
        except Unavailable as refusal:
            failure = refusal if isinstance(refusal, StorageFull) else None
            return _with_rest(first, rest, refusal, failure)
        answers = first.answers + second.answers
        published = first.published + second.published
        return Settled(answers, published, second.position, second.failure)

    def _journal(self, batch: Sequence[Waiting]) -> _Journaled:
        """Step (2)."""
        self.owed = Owed("journal", min([waiting.came_at for waiting in batch]))
        try:
            with self._store.journal() as transaction:
                journaled = _Journaling(transaction, self._rules, self._clock.now(), self._entropy)
                journaled.take(batch)
                done = journaled.finish()
                if done.rows:
                    self._points.reach("in_transaction")
                return done
        finally:
            self.owed = None

    def _settled(self, journaled: _Journaled, archived: Sequence[ArchivedRow]) -> Settled:
        answer_of = {row.event.event_id: _answer(row) for row in journaled.rows}
        answers = journaled.answers
        answers += [(waiting, answer_of[event]) for waiting, event in journaled.committed]
        published = [
            Published(row.event, place.archive_index, seen.recipients, seen.came_at, seen.late)
            for row, place, seen in zip(journaled.rows, archived, journaled.seen, strict=True)
            if row.event.stream.kind in DELIVERED
        ]
        return Settled(answers, published, self.position)


def journal_alone(
    store: JournalStore, command: Command, rules: Rules, *, clock: Clock, entropy: Entropy
) -> None:
    """Do step (2) for one command about the system, before there is an archive to write to.

    It is pending, and the next recovery archives it. One that is known stays as it is. Raises what
    the journal transaction raises, and the Refusal of a stream that is closed.
    """
    waiting = Waiting(command, lambda outcome: None, 0.0)
    with store.journal() as transaction:
        journaling = _Journaling(transaction, rules, clock.now(), entropy)
        journaling.take([waiting])
        done = journaling.finish()
    for _, outcome in done.answers:
        if isinstance(outcome, Refusal):
            raise outcome


class _Journaling:
    """Step (2) of one batch: the locks, the heads as they move, the rows as they come."""

    def __init__(
        self, transaction: JournalTransaction, rules: Rules, now: datetime, entropy: Entropy
    ) -> None:
        self._transaction = transaction
        self._rules = rules
        self._now = now
        self._entropy = entropy
        self._salts: Iterator[bytes] = iter(())
        self._heads: dict[StreamId, StreamHead] = {}
        self._moved: dict[StreamId, StreamHead] = {}
        self._recipients: dict[StreamId, Collection[PersonId]] = {}
        self._references = References(transaction)
        self._new: dict[EventId, bytes] = {}
        self._result = _Journaled([], [], [], [])

    def take(self, batch: Sequence[Waiting]) -> None:
        """Answer what is known, decide and number the rest, in order."""
        known = self._transaction.known({waiting.command.event_id for waiting in batch})
        fresh = [waiting for waiting in batch if waiting.command.event_id not in known]
        marked = [
            personal_stream(person).id
            for waiting in fresh
            for person in brought_in(waiting.command.body)
        ]
        streams = {waiting.command.stream for waiting in fresh}
        self._heads = self._transaction.heads(streams.union(marked))
        self._references.load([waiting.command for waiting in fresh])
        self._salts = self._draw_salts(len(fresh) + len(marked))
        for waiting in batch:
            old = known.get(waiting.command.event_id)
            if old is not None:
                self._result.answers.append((waiting, _old_answer(old, waiting.command)))
            else:
                self._take_new(waiting)

    def _draw_salts(self, rows: int) -> Iterator[bytes]:
        """Draw for all at once: each call of the system lets go of the interpreter."""
        drawn = self._entropy(SALTS_BYTES * rows)
        return (drawn[at : at + SALTS_BYTES] for at in range(0, len(drawn), SALTS_BYTES))

    def finish(self) -> _Journaled:
        """Write rows and heads."""
        if self._result.rows:
            rows = self._transaction.append(self._result.rows, list(self._moved.values()))
            self._result.rows = rows
        return self._result

    def _take_new(self, waiting: Waiting) -> None:
        command = waiting.command
        first_body = self._new.get(command.event_id)
        try:
            if first_body is None:
                row = self._number(command, waiting.came_at)
                self._mark(row.event, waiting.came_at)
            elif first_body != body_sha(command):
                raise id_reuse()
        except Refusal as refusal:
            self._result.answers.append((waiting, refusal))
        else:
            self._result.committed.append((waiting, command.event_id))

    def _mark(self, event: Event, came_at: float) -> None:
        """Mark the conversation for whom the event brought in; who has no account needs none."""
        mark = mark_for(event)
        if mark is not None:
            with suppress(Refusal):
                self._number(mark, came_at)

    def _number(self, command: Command, came_at: float) -> JournalRow:
        found = self._moved.get(command.stream) or self._heads.get(command.stream)
        if found is None:
            if command.create is None:
                raise nothing_there(command, self._rules)
            found = StreamHead(command.create, CLASS)
        head = copy(found)
        command = self._of_today(command, head)
        before: dict[PersonId, Actor] = head.members
        payload = decide(Case(head, command, self._references, self._rules, self._now))
        row = number(
            head,
            command,
            payload,
            moves=self._rules.moves,
            before=before,
            now=self._now,
            salts=next(self._salts),
            held=self._references.held(command, payload),
            source=self._references.sent_on(command),
        )
        self._moved[command.stream] = head
        self._references.follow(row)
        self._result.rows.append(row)
        late = self._late(head, row)
        self._result.seen.append(_Seen(self._seen_by(head, before), late, came_at))
        self._new[command.event_id] = row.body_sha
        return row

    def _of_today(self, command: Command, head: StreamHead) -> Command:
        """Return a command of its actor as the directory has them in this transaction.

        A socket may have been open, or a command have waited, since before they were renamed or
        were given another role.
        """
        actor = head.members.get(command.actor.id) or self._references.read(command.actor.id)
        return command if actor in (None, command.actor) else replace(command, actor=actor)

    def _late(self, head: StreamHead, row: JournalRow) -> Collection[PersonId]:
        seq = self._about(row.event.payload)
        if seq is None:
            return ()
        return frozenset(person for person, first in head.reads_from.items() if first > seq)

    def _about(self, payload: Struct) -> int | None:
        """Return the number of the message that an event quotes or is about."""
        if isinstance(payload, MessageSent):
            return None if payload.reply_to is None else payload.reply_to.conv_seq
        event = about(payload)
        target = None if event is None else self._references.target(event)
        return None if target is None else target.conv_seq

    def _seen_by(self, head: StreamHead, before: dict[PersonId, Actor]) -> Collection[PersonId]:
        stream = head.ref.id
        if head.members is not before:
            self._recipients[stream] = frozenset(head.members)
            return frozenset(head.members) | frozenset(before)
        recipients = self._recipients.get(stream)
        if recipients is None:
            recipients = self._recipients[stream] = frozenset(head.members)
        return recipients


def _with_rest(
    first: Settled, rest: Sequence[Waiting], outcome: Outcome, failure: Exception | None
) -> Settled:
    """Return what became of a first half, with one outcome for all of the other."""
    answers = first.answers + [(waiting, outcome) for waiting in rest]
    return Settled(answers, first.published, first.position, failure)


def _old_answer(known: Known, command: Command) -> Outcome:
    if known.body_sha not in (None, body_sha(command)):
        return id_reuse()
    return known.answer if known.archived else Unsettled()


def _answer(row: JournalRow) -> Answer:
    event = row.event
    return Answer(event.event_id, event.stream.id, event.conv_seq, event.msg_no, event.at)
