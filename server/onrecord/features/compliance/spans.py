"""Which part of a conversation somebody asks for: days or numbers in, numbers out."""

from msgspec import Struct

from onrecord.core.domain.errors import BadInput, NotFound
from onrecord.core.domain.values import Facts
from onrecord.features.compliance.broadcasts import PREFIX, broadcast_of, broadcast_row
from onrecord.features.compliance.days import bounds
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.transcript_bodies import Span
from onrecord.features.compliance.values import BroadcastRow, ConversationRow
from onrecord_archive.events.ids import EventId, StreamId


class Numbers(Struct, frozen=True):
    """Everything in a conversation from conv_seq `first` to `last`; `asked` as it was asked for.

    Of a `broadcast` that is one record, with the messages that it became.
    """

    conversation: ConversationRow | BroadcastRow
    first: int
    last: int
    asked: dict[str, str]

    @property
    def broadcast(self) -> EventId | None:
        """The event_id of the broadcast that this is."""
        here = self.conversation
        return here.event if isinstance(here, BroadcastRow) else None

    @property
    def address(self) -> str:
        """What a look is at: the conversation's id, or one broadcast."""
        return self.conversation.id if self.broadcast is None else PREFIX + self.broadcast

    @property
    def count(self) -> int:
        """How many records these are."""
        return self.last - self.first + 1

    def facts(self) -> Facts:
        """Return it as a look's record has it."""
        place: Facts = {"conversation": self.address, "first": self.first}
        return place | {"last": self.last, "count": self.count} | self.asked


def numbers_of(store: ComplianceStore, span: Span) -> Numbers:
    """Return what a span comes to. Blocks; reads no body.

    Raises BadInput (`bad_range`, `bad_day`), NotFound (`no_such_conversation`, `nothing_there`).
    """
    by_number = span.first is not None or span.last is not None
    by_day = span.from_day is not None or span.to_day is not None
    if by_number and by_day:
        raise BadInput("bad_range", "Give numbers or days, not both.")
    event = broadcast_of(span.conversation)
    if event is not None:
        return _broadcast(store, event, whole=not (by_number or by_day))
    since, before = bounds(span.from_day, span.to_day)
    stream = StreamId(span.conversation)
    conversation = store.conversation(stream)
    if conversation is None:
        raise NotFound("no_such_conversation", "There is no such conversation.")
    first, last = span.first or 1, min(span.last or conversation.last_seq, conversation.last_seq)
    if by_day:
        first, last = store.numbers_of(stream, since, before)
    if span.last is not None and span.last < first:
        raise BadInput("bad_range", "The last number comes before the first.")
    if first > last:
        raise NotFound("nothing_there", "The conversation has no record there.")
    asked = {"from_day": span.from_day, "to_day": span.to_day}
    given = {name: day for name, day in asked.items() if day is not None}
    return Numbers(conversation, first, last, given)


def _broadcast(store: ComplianceStore, event: EventId, *, whole: bool) -> Numbers:
    if not whole:
        raise BadInput("bad_range", "A broadcast is one record: it is opened whole.")
    row = broadcast_row(store, event)
    if row is None:
        raise NotFound("no_such_conversation", "There is no such broadcast.")
    return Numbers(row, row.number, row.number, {})
