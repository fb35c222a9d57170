"""One record as one table row: when, who and what, with everything that the record says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, get_args

import msgspec

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.events.clients import (
    AboutClient,
    AssuranceChanged,
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    History,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
    OutOfOfficeReplied,
    RelationshipChange,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    MembershipChange,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.groups import GroupChange
from onrecord_archive.events.messages import (
    FileStored,
    Mention,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.personal import PersonalBody
from onrecord_archive.transcript.accepted import accepted_part
from onrecord_archive.transcript.bodies import Body, EditUnseen, Other, ReactionUnseen
from onrecord_archive.transcript.broadcasts import broadcast_lines
from onrecord_archive.transcript.complaint_words import about_in
from onrecord_archive.transcript.files import file_line
from onrecord_archive.transcript.forwards import came_from, sent_on
from onrecord_archive.transcript.groups import group_lines
from onrecord_archive.transcript.markup import Child, Markup, as_json, element, said
from onrecord_archive.transcript.notes import note_line
from onrecord_archive.transcript.personal import personal_lines
from onrecord_archive.transcript.times import moment
from onrecord_archive.transcript.transcript import Change, Person, Row


def row_of(row: Row, names: Mapping[str, str], words: Words) -> Markup:
    """Return the table row of a record; `names` are people's names by id."""
    clock = row.at[11:].removesuffix("Z")
    return element(
        "tr",
        element("th", str(row.conv_seq), scope="row"),
        element("td", element("time", clock, datetime=row.at)),
        element("td", said(row.actor.name or row.actor.id), organisation(row.actor, class_="org")),
        element("td", *_Cell(row, names, words).content()),
        class_="r",
        id=f"r{row.archive_index}",
    )


def organisation(person: Person, class_: str | None = None) -> Markup | None:
    """Return a person's organisation; nothing where it only repeats their own name."""
    own = person.org in ("", person.name)
    return None if own else element("span", said(person.org), class_=class_)


class _Cell:
    """Writes the last cell of one row."""

    def __init__(self, row: Row, names: Mapping[str, str], words: Words) -> None:
        self._row = row
        self._names = names
        self._words = words

    def content(self) -> list[Child]:
        """Return what the record says: the body, files, what became of it, and the rest."""
        row, words = self._row, self._words
        parts = self._body(row.body)
        parts += [element("p", *file_line(file, words)) for file in row.files]
        later = [self._change(change) for change in row.changes]
        later += [element("li", note_line(n, words, self._line)) for n in row.notes]
        if later:
            parts.append(element("ol", *later))
        if row.rest:
            also = f"{words.text('record.also')}: "
            parts.append(element("p", also, as_json(row.rest), class_="soft"))
        if row.kept is not None:
            kept = f"{words.text('record.kept')}: "
            parts.append(element("p", kept, *self._kept(row.kept), class_="kept"))
        return parts

    def _kept(self, kept: Mapping[str, Any]) -> list[Child]:
        """Each fact under its name; one without a name of its own as it stands in the record."""
        parts: list[Child] = []
        for name, value in sorted(kept.items()):
            if name == "forwarded" and (source := came_from(value, self._words)):
                parts += ["; " if parts else None, *source]
                continue
            listed = value if isinstance(value, list) else [value]
            plain = all(isinstance(one, str) for one in listed)
            fact = said(", ".join(listed)) if plain else as_json(value)
            parts += ["; " if parts else None, f"{self._words.named('fact', name)} ", fact]
        return parts

    def _body(self, body: Body) -> list[Child]:
        return _WORDS[type(body)](self, body)

    def _other(self, body: Other) -> list[Child]:
        line = self._line("record.other", type=element("code", self._row.type))
        gone = body.payload is None
        content = self._words.text("record.gone") if gone else as_json(body.payload)
        return [line, element("p", content)]

    def _personal(self, body: PersonalBody) -> list[Child]:
        return personal_lines(body, self._words, self._line)

    def _group(self, body: GroupChange) -> list[Child]:
        return group_lines(body, self._words, self._line, self._name)

    def _stored(self, body: FileStored) -> list[Child]:
        lines = [self._line("record.stored")]
        if body.scanner is not None:
            scanner = said(body.scanner)
            lines.append(self._line("record.scanned", class_="soft", scanner=scanner))
        return [*lines, element("p", as_json(msgspec.to_builtins(body.blob)), class_="soft")]

    def _removed(self, body: MessageRemoved) -> list[Child]:
        return [self._aimed("record.removed", "record.removed_elsewhere", body.target)]

    def _edit_unseen(self, body: MessageEdited | EditUnseen) -> list[Child]:
        return [self._aimed("record.edited", "record.edited_elsewhere", body.target)]

    def _edited(self, body: MessageEdited) -> list[Child]:
        return [*self._edit_unseen(body), _text(body.text), self._mentions(body.mentions)]

    def _reaction_unseen(self, _: ReactionUnseen) -> list[Child]:
        return [self._line("record.reaction_unseen")]

    def _reaction(self, body: ReactionChanged) -> list[Child]:
        seq = self._row.target_seq
        sentence = "record.reaction_on" if body.on else "record.reaction_off"
        target = str(seq) if seq is not None else element("code", body.target)
        return [self._line(sentence, seq=target, emoji=said(body.emoji))]

    def _relationship(self, body: RelationshipChange) -> list[Child]:
        line = self._change_of_hands(body)
        if isinstance(body, ConversationUncovered | DelegateEnded) or body.waiting is None:
            return [line]
        return [line, self._line("record.waits", class_="soft", seq=str(body.waiting))]

    def _change_of_hands(self, body: RelationshipChange) -> Markup:
        match body:
            case ConversationHandedOver():
                return self._line(
                    "record.handed_over" if body.former else "record.taken_over",
                    former=self._name(body.former),
                    successor=self._name(body.successor),
                    seq=str(body.from_seq),
                    how=self._history(body.history, body.since),
                )
            case ConversationUncovered():
                return self._line("record.uncovered", former=self._name(body.former))
            case DelegateAdded():
                return self._line(
                    "record.will_stand_in" if body.from_seq is None else "record.stands_in",
                    person=said(self._names.get(body.person) or body.name),
                    starts=self._time(body.starts),
                    ends=self._time(body.ends),
                    seq=str(body.from_seq),
                    how=self._history(body.history, body.since),
                )
            case DelegateStarted():
                person = self._name(body.person)
                return self._line("record.began", person=person, seq=str(body.from_seq))
            case DelegateEnded():
                return self._line("record.ended", person=self._name(body.person))

    def _history(self, history: History, since: str | None) -> Markup:
        id, begins = f"history.{history}", self._time(since or "")
        return element("span", *self._words.pieces(id, since=begins))

    def _conversation(
        self, body: ConversationCreated | TitleChanged | NoticeAccepted
    ) -> list[Child]:
        match body:
            case ConversationCreated():
                people: list[Child] = []
                for member in body.members:
                    people += [", ", self._name(member)] if people else [self._name(member)]
                line = self._line("record.created", people=element("span", *people))
                titled = self._titled(body.title) if body.title else None
                return [element("div", line, titled)]
            case TitleChanged():
                return [self._titled(body.title)]
            case NoticeAccepted():
                return [accepted_part(body, self._words, self._line, self._name)]

    def _membership(self, body: MembershipChange) -> list[Child]:
        match body:
            case MemberAdded() if body.link is not None:
                link = element("code", body.link)
                return [self._line("record.joined", seq=str(body.from_seq), link=link)]
            case MemberAdded():
                sentence = "record.added" if body.since is None else "record.added_since"
                return [self._reads(sentence, body.person, body.from_seq, body.since)]
            case HistoryShared():
                return [self._reads("record.shared", body.person, body.from_seq, body.since)]
            case MemberRemoved():
                return [self._line("record.taken_out", person=self._name(body.person))]
            case MemberLeft():
                return [self._line("record.left_firm" if body.ended else "record.left")]

    def _identity(self, body: DeviceAdded | AboutClient) -> list[Child]:
        match body:
            case DeviceAdded():
                return [self._line("record.device", name=said(body.name, "strong"))]
            case IdentityConfirmed():
                how, until = self._words.named("value", body.how), self._time(body.until)
                who = self._name(body.person)
                return [self._line("record.confirmed", person=who, how=how, until=until)]
            case IdentityWithdrawn():
                return [self._line("record.withdrawn_word", person=self._name(body.person))]
            case IdentityReset():
                return [self._line("record.reset", person=self._name(body.person))]
            case AssuranceChanged():
                return self._assurance(body)

    def _assurance(self, body: AssuranceChanged) -> list[Child]:
        line = self._line(
            "record.assurance",
            person=self._name(body.person),
            proof=self._words.named("value", body.proof),
            at=self._time(body.proved_at),
            until=self._time(body.until),
        )
        if body.confirmed_until is None:
            return [line]
        word = self._line(
            "record.assurance_word",
            person=self._name(body.confirmed_by or ""),
            how=self._words.named("value", body.confirmed_how or ""),
            until=self._time(body.confirmed_until),
        )
        return [line, word]

    def _complaint_closed(self, body: ComplaintClosed) -> list[Child]:
        ended = "record.answered" if body.outcome == "answered" else "record.withdrawn"
        line = self._line(ended, reference=said(body.reference, "strong"))
        return [line, None if body.note is None else _text(body.note)]

    def _complaint(self, body: ComplaintFiled) -> list[Child]:
        seq = self._row.target_seq
        sentence = "record.complaint"
        if body.target is not None:
            sentence = "record.complaint_elsewhere" if seq is None else "record.complaint_about"
        line = self._line(
            sentence,
            reference=said(body.reference, "strong"),
            about=said(about_in(self._words.language, body)),
            seq=str(seq),
            target=element("code", body.target),
        )
        due = self._line("record.complaint_due", class_="soft", due=self._time(body.due))
        return [line, _text(body.reason), due]

    def _automatic(self, body: OutOfOfficeReplied) -> list[Child]:
        seq = self._row.target_seq
        target = element("code", body.target) if seq is None else str(seq)
        reason = self._words.named("value", body.reason)
        line = self._line("record.replied", seq=target, reason=reason)
        until = None if body.until is None else self._time(body.until)
        rest = None if until is None else self._line("record.replied_until", until=until)
        return [line, rest, _text(body.text)]

    def _broadcast(self, body: BroadcastSent) -> list[Child]:
        return broadcast_lines(body, self._row.parts, self._line, self._name)

    def _message(self, body: MessageSent) -> list[Child]:
        msg_no = self._row.msg_no
        number = self._line("record.message", class_="soft", number=str(msg_no)) if msg_no else None
        quote = self._quote(body.reply_to) if body.reply_to else None
        many = None
        if body.broadcast is not None:
            id = element("code", body.broadcast)
            many = self._line("record.broadcast", class_="soft", id=id)
        told = sent_on(body.forward, self._words, self._name)
        return [number, many, told, quote, _text(body.text), self._mentions(body.mentions)]

    def _mentions(self, mentions: Sequence[Mention] | None) -> Markup | None:
        if not mentions:
            return None
        people: list[Child] = []
        for id in dict.fromkeys(one.person for one in mentions):
            name = self._words.text("record.everybody") if id is None else self._name(id)
            people += [", ", name] if people else [name]
        who = element("span", *people)
        return self._line("record.mentions", class_="soft", people=who)

    def _quote(self, quote: Quote) -> Markup:
        seq = str(quote.conv_seq)
        if not quote.actor:
            return element("blockquote", self._line("record.reply_unseen", class_="soft", seq=seq))
        person = self._name(quote.actor)
        head = self._line("record.reply", class_="soft", seq=seq, person=person)
        return element("blockquote", head, None if quote.text is None else _text(quote.text))

    def _change(self, change: Change) -> Markup:
        sentence = "record.removed_later" if change.text is None else "record.edited_later"
        line = self._line(
            sentence,
            time=self._time(change.at),
            person=said(change.actor.name or change.actor.id),
            seq=str(change.conv_seq),
        )
        return element("li", line, None if change.text is None else _text(change.text))

    def _marks(self, body: Positions) -> list[Child]:
        lines = []
        for mark in body.changes:
            person = self._name(mark.person)
            if mark.read is not None:
                lines.append(self._line("record.marks_read", person=person, number=str(mark.read)))
            if mark.delivered is not None:
                number = str(mark.delivered)
                lines.append(self._line("record.marks_delivered", person=person, number=number))
            for played in mark.played or ():
                number = str(played)
                lines.append(self._line("record.marks_played", person=person, number=number))
        return list(lines)

    def _reads(self, id: str, person: str, seq: int, since: str | None) -> Markup:
        return self._line(
            id, person=self._name(person), seq=str(seq), since=self._time(since or "")
        )

    def _titled(self, title: str) -> Markup:
        return self._line("record.titled", title=said(title, "strong"))

    def _aimed(self, known: str, unknown: str, target: str) -> Markup:
        if self._row.target_seq is not None:
            return self._line(known, seq=str(self._row.target_seq))
        return self._line(unknown, target=element("code", target))

    def _line(self, id: str, /, *, class_: str | None = None, **parts: Child) -> Markup:
        return element("p", *self._words.pieces(id, **parts), class_=class_)

    def _name(self, person: str) -> Markup:
        return said(self._names.get(person) or person)

    def _time(self, value: str) -> Markup:
        return moment(value, self._words)


def _text(value: str) -> Markup:
    return said(value, "div", "text")


_WORDS: Final[Mapping[type[Body], Callable[[_Cell, Any], list[Child]]]] = {
    Other: _Cell._other,
    MessageSent: _Cell._message,
    BroadcastSent: _Cell._broadcast,
    FileStored: _Cell._stored,
    Positions: _Cell._marks,
    OutOfOfficeReplied: _Cell._automatic,
    MessageEdited: _Cell._edited,
    EditUnseen: _Cell._edit_unseen,
    MessageRemoved: _Cell._removed,
    ReactionChanged: _Cell._reaction,
    ReactionUnseen: _Cell._reaction_unseen,
    ComplaintFiled: _Cell._complaint,
    ComplaintClosed: _Cell._complaint_closed,
    **dict.fromkeys((ConversationCreated, TitleChanged, NoticeAccepted), _Cell._conversation),
    **dict.fromkeys(get_args(MembershipChange), _Cell._membership),
    **dict.fromkeys(get_args(RelationshipChange), _Cell._relationship),
    **dict.fromkeys((DeviceAdded, *get_args(AboutClient)), _Cell._identity),
    **dict.fromkeys(get_args(GroupChange), _Cell._group),
    **dict.fromkeys(get_args(PersonalBody), _Cell._personal),
}
"""What says a body in words: each type that is declared has its own (a test says so)."""
