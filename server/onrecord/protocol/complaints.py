"""Complaints: the command that files and closes them, their events, and what the console lists."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from onrecord.core.domain.errors import BadInput
from onrecord.protocol.commands import CommandFrame, HexId
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled, Outcome
from onrecord_archive.events.ids import EventId
from onrecord_archive.events.language import Language

REASON_LENGTH = 2000
"""Characters of a reason or a note."""

Words = Annotated[str, Meta(min_length=1, max_length=REASON_LENGTH)]
Category = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$(?!\n)")]
State = Literal["open", "answered", "withdrawn"]


class ComplaintCommand(CommandFrame, frozen=True, tag="complaint"):
    """Mark a message (`target`), or without one the whole conversation, as a complaint.

    `file` has a `category` (one of Welcome's), `text`, the person's own words, and the `locale` of
    the words that the category was chosen by. `answer`, by the firm's people, and `withdraw`, by
    the person who filed it or the client, close the `complaint` (the event that filed it); `text`
    is a note, if any.
    """

    op: Literal["file", "answer", "withdraw"]
    target: HexId | None = None
    category: Category | None = None
    locale: Language = "en"
    text: Words | None = None
    complaint: HexId | None = None

    def draft(self) -> ComplaintFiled | ComplaintClosed:
        """Return what it asks to have recorded. Raises BadInput."""
        if self.op == "file":
            if self.category is None or self.text is None:
                detail = "`complaint` with op file needs `category` and `text`."
                raise BadInput("bad_frame", detail)
            target = None if self.target is None else EventId(self.target)
            return ComplaintFiled("", self.category, "", self.locale, self.text, "", target)
        if self.complaint is None:
            raise BadInput("bad_frame", f"`complaint` with op {self.op} needs `complaint`.")
        outcome: Outcome = "answered" if self.op == "answer" else "withdrawn"
        return ComplaintClosed(EventId(self.complaint), "", outcome, self.text)


class ComplaintCategory(Struct, frozen=True):
    """What a complaint can be about; `words` by language."""

    category: str
    words: dict[str, str]


class Complaints(Struct, frozen=True, omit_defaults=True):
    """How complaints are taken: what they can be about, and in how many days they are answered.

    `working`: those are the firm's working days.
    """

    days: int
    categories: list[ComplaintCategory]
    working: bool = False
