"""A transcript as one self-contained page to read or print: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from onrecord_archive.events.language import Language
from onrecord_archive.format.broadcast_parts import STREAM as BROADCASTS
from onrecord_archive.format.note import encode_base64
from onrecord_archive.transcript.broadcasts import broadcast_title
from onrecord_archive.transcript.labels import LABELS, Labels
from onrecord_archive.transcript.markup import Child, Markup, element, join, opening, said, text
from onrecord_archive.transcript.rows import organisation, row_of
from onrecord_archive.transcript.style import STYLE
from onrecord_archive.transcript.times import moment
from onrecord_archive.transcript.transcript import Conversation, Day, Transcript

_CSP: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
    f"style-src 'sha256-{encode_base64(sha256(STYLE.encode()).digest())}'"
)


@dataclass(frozen=True, slots=True)
class Look:
    """Who opened it, when (`YYYY-MM-DDThh:mm:ss.ffffffZ`), why, and its number in the case."""

    officer: str
    at: str
    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Where the transcript comes from: the log, its signed head, and what it was made for.

    That is a case, or a person (their id) whose own copy it is, which `withholds` something where
    a record tells of what that person could not read. A `look` is what a page without
    proofs was opened by; a bundle has its access records instead.
    """

    origin: str
    size: int | None = None
    root: str = ""
    case: str = ""
    person: str = ""
    withholds: bool = False
    look: Look | None = None


def render_transcript(
    transcript: Transcript, *, language: Language, cover: Cover | None = None
) -> Iterator[str]:
    """Yield the page piece by piece, a few rows' worth of text each; the same input, same bytes.

    It holds exactly one table row with class `r` for each record.
    """
    labels = LABELS[language]
    title = text(labels.transcript)
    yield (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{text(_CSP)}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    yield _head(transcript, labels, cover).html + "\n"
    for conversation in transcript.conversations:
        yield from _conversation(conversation, labels)
    told = (*labels.notes, labels.copy_note) if cover and cover.withholds else labels.notes
    notes = (element("p", note) for note in told)
    yield element("footer", *notes).html + "\n</main>\n</body>\n</html>\n"


def _head(transcript: Transcript, labels: Labels, cover: Cover | None) -> Markup:
    facts: list[tuple[str, Child]] = [(labels.records, str(transcript.count))]
    facts.append((labels.times, "UTC"))
    if cover is not None:
        if cover.case:
            facts.append((labels.case, said(cover.case)))
        if cover.person:
            facts.append((labels.copy_of, _named(transcript, cover.person)))
        if cover.look:
            facts += _look(cover.look, labels)
        facts.append((labels.log, cover.origin))
        if cover.size is not None:
            facts.append((labels.log_size, str(cover.size)))
            facts.append((labels.root, element("code", cover.root)))
    return element("header", element("h1", labels.transcript), _facts(facts))


def _look(look: Look, labels: Labels) -> list[tuple[str, Child]]:
    when = moment(look.at, labels.language)
    return [
        (labels.reason, said(look.reason)),
        (labels.opened_by, said(look.officer)),
        (labels.opened_at, when),
        (labels.look, str(look.number)),
    ]


def _named(transcript: Transcript, person: str) -> Markup:
    names = (each.names.get(person) for each in transcript.conversations)
    return said(next((name for name in names if name), person))


def _facts(facts: list[tuple[str, Child]]) -> Markup:
    pairs = (part for name, value in facts for part in (element("dt", name), element("dd", value)))
    return element("dl", *pairs)


def _conversation(conversation: Conversation, labels: Labels) -> Iterator[str]:
    """Yield one conversation: what it is, who was there, then day by day."""
    yield opening("section") + "\n"
    yield element("h2", *_title(conversation, labels)).html + "\n"
    gaps = ", ".join(_span(first, last) for first, last in conversation.gaps)
    yield _facts(
        [
            (labels.person_id, element("code", conversation.id)),
            (labels.kind, labels.value(conversation.kind)),
            (labels.records, str(conversation.count)),
            (labels.contained, _span(conversation.first, conversation.last)),
            (labels.missing, gaps or labels.none_missing),
        ]
    ).html
    yield "\n" + _people(conversation, labels).html + "\n"
    if conversation.positions:
        yield _positions(conversation, labels).html + "\n"
    for day in conversation.days:
        yield from _day(day, conversation, labels)
    yield "</section>\n"


def _title(conversation: Conversation, labels: Labels) -> tuple[Child, ...]:
    if conversation.kind in ("direct", "group"):
        untitled = labels.direct if conversation.kind == "direct" else labels.untitled
        name: Child = said(conversation.title) if conversation.title else untitled
        return (f"{labels.conversation}: ", name)
    if conversation.kind == "personal":
        return (f"{labels.personal}: ", said(_owner(conversation)))
    if conversation.kind == BROADCASTS:
        return (broadcast_title(labels.language),)
    return (f"{labels.system_stream}: ", said(conversation.title or conversation.id))


def _owner(conversation: Conversation) -> str:
    names = [presence.person.name for presence in conversation.people]
    return next(iter(names), conversation.id)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}\u2013{last}"


def _people(conversation: Conversation, labels: Labels) -> Markup:
    names = (labels.name, labels.organisation, labels.kind, labels.role, labels.person_id)
    rows = (
        element(
            "tr",
            element("th", said(presence.person.name or presence.person.id), scope="row"),
            element("td", organisation(presence.person)),
            element("td", labels.value(presence.person.kind)),
            element("td", labels.value(presence.person.role)),
            element("td", element("code", presence.person.id)),
            element("td", _span(presence.first, presence.last), class_="n"),
        )
        for presence in conversation.people
    )
    return _table(labels.people, (*names, labels.seen_in), *rows)


def _positions(conversation: Conversation, labels: Labels) -> Markup:
    rows = (
        element(
            "tr",
            element("th", said(position.person.name or position.person.id), scope="row"),
            element("td", _number(position.read), class_="n"),
            element("td", _number(position.delivered), class_="n"),
        )
        for position in conversation.positions
    )
    return _table(labels.positions, (labels.name, labels.read, labels.delivered), *rows)


def _number(value: int | None) -> str:
    return "\u2013" if value is None else str(value)


def _table(caption: str, columns: tuple[str, ...], *rows: Markup) -> Markup:
    return element(
        "table",
        element("caption", caption),
        element("thead", _columns(columns)),
        element("tbody", *rows),
    )


def _columns(columns: tuple[str, ...]) -> Markup:
    return element("tr", *(element("th", column, scope="col") for column in columns))


def _day(day: Day, conversation: Conversation, labels: Labels) -> Iterator[str]:
    columns = (labels.number, labels.time, labels.who, labels.what)
    yield opening("table", class_="rows")
    caption = element("time", labels.day(day.date), datetime=day.date)
    yield join([element("caption", caption), element("thead", _columns(columns))]).html
    yield "\n<tbody>\n"
    for row in day.rows:
        yield row_of(row, conversation.names, labels).html + "\n"
    yield "</tbody>\n</table>\n"
