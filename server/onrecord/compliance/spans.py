"""Which part of a conversation somebody asks for: days or numbers in, numbers out."""

from msgspec import Struct

from onrecord.compliance.access import Facts
from onrecord.compliance.days import bounds
from onrecord.compliance.ports import ComplianceStore, ConversationRow
from onrecord.domain.errors import BadInput, NotFound
from onrecord.domain.ids import StreamId
from onrecord.wire.transcripts import Span


class Numbers(Struct, frozen=True):
    """Everything in a conversation from conv_seq `first` to `last`; `asked` as it was asked for."""

    conversation: ConversationRow
    first: int
    last: int
    asked: dict[str, str]

    @property
    def count(self) -> int:
        """How many records these are."""
        return self.last - self.first + 1

    def facts(self) -> Facts:
        """Return it as a look's record has it."""
        place: Facts = {"conversation": self.conversation.id, "first": self.first}
        return place | {"last": self.last, "count": self.count} | self.asked


def numbers_of(store: ComplianceStore, span: Span) -> Numbers:
    """Return what a span comes to. Blocks; reads no body.

    Raises BadInput (`bad_range`, `bad_day`), NotFound (`no_such_conversation`, `nothing_there`).
    """
    by_number = span.first is not None or span.last is not None
    by_day = span.from_day is not None or span.to_day is not None
    if by_number and by_day:
        raise BadInput("bad_range", "Give numbers or days, not both.")
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
