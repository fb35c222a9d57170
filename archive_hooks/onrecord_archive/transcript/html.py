"""A transcript as one self-contained page to read or print: no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.catalogues.published import words_in
from onrecord_archive.events.language import Language
from onrecord_archive.format.broadcast_parts import STREAM as BROADCASTS
from onrecord_archive.format.note import encode_base64
from onrecord_archive.transcript.markup import Child, Markup, element, join, opening, said, text
from onrecord_archive.transcript.rows import organisation, row_of
from onrecord_archive.transcript.style import STYLE
from onrecord_archive.transcript.times import heading, moment
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
    words = words_in(language)
    title = text(words.text("page.transcript"))
    yield (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{text(_CSP)}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    yield _head(transcript, words, cover).html + "\n"
    for conversation in transcript.conversations:
        yield from _conversation(conversation, words)
    told = words.each("page.note")
    if cover and cover.withholds:
        told += (words.text("page.copy_note"),)
    notes = (element("p", note) for note in told)
    yield element("footer", *notes).html + "\n</main>\n</body>\n</html>\n"


def _head(transcript: Transcript, words: Words, cover: Cover | None) -> Markup:
    facts: list[tuple[str, Child]] = [(words.text("page.records"), str(transcript.count))]
    facts.append((words.text("page.times"), "UTC"))
    if cover is not None:
        if cover.case:
            facts.append((words.text("page.case"), said(cover.case)))
        if cover.person:
            facts.append((words.text("page.copy_of"), _named(transcript, cover.person)))
        if cover.look:
            facts += _look(cover.look, words)
        facts.append((words.text("page.log"), cover.origin))
        if cover.size is not None:
            facts.append((words.text("page.log_size"), str(cover.size)))
            facts.append((words.text("page.root"), element("code", cover.root)))
    return element("header", element("h1", words.text("page.transcript")), _facts(facts))


def _look(look: Look, words: Words) -> list[tuple[str, Child]]:
    when = moment(look.at, words)
    return [
        (words.text("page.reason"), said(look.reason)),
        (words.text("page.opened_by"), said(look.officer)),
        (words.text("page.opened_at"), when),
        (words.text("page.look"), str(look.number)),
    ]


def _named(transcript: Transcript, person: str) -> Markup:
    names = (each.names.get(person) for each in transcript.conversations)
    return said(next((name for name in names if name), person))


def _facts(facts: list[tuple[str, Child]]) -> Markup:
    pairs = (part for name, value in facts for part in (element("dt", name), element("dd", value)))
    return element("dl", *pairs)


def _conversation(conversation: Conversation, words: Words) -> Iterator[str]:
    """Yield one conversation: what it is, who was there, then day by day."""
    yield opening("section") + "\n"
    yield element("h2", *_title(conversation, words)).html + "\n"
    gaps = ", ".join(_span(first, last) for first, last in conversation.gaps)
    yield _facts(
        [
            (words.text("page.person_id"), element("code", conversation.id)),
            (words.text("page.kind"), words.named("value", conversation.kind)),
            (words.text("page.records"), str(conversation.count)),
            (words.text("page.contained"), _span(conversation.first, conversation.last)),
            (words.text("page.missing"), gaps or words.text("page.none_missing")),
        ]
    ).html
    yield "\n" + _people(conversation, words).html + "\n"
    if conversation.positions:
        yield _positions(conversation, words).html + "\n"
    for day in conversation.days:
        yield from _day(day, conversation, words)
    yield "</section>\n"


def _title(conversation: Conversation, words: Words) -> tuple[Child, ...]:
    if conversation.kind in ("direct", "group"):
        untitled = (
            words.text("page.direct")
            if conversation.kind == "direct"
            else words.text("page.untitled")
        )
        name: Child = said(conversation.title) if conversation.title else untitled
        return (f"{words.text('page.conversation')}: ", name)
    if conversation.kind == "personal":
        return (f"{words.text('page.personal')}: ", said(_owner(conversation)))
    if conversation.kind == BROADCASTS:
        return (words.text("broadcast.title"),)
    return (f"{words.text('page.system_stream')}: ", said(conversation.title or conversation.id))


def _owner(conversation: Conversation) -> str:
    names = [presence.person.name for presence in conversation.people]
    return next(iter(names), conversation.id)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}\u2013{last}"


def _people(conversation: Conversation, words: Words) -> Markup:
    names = (
        words.text("page.name"),
        words.text("page.organisation"),
        words.text("page.kind"),
        words.text("page.role"),
        words.text("page.person_id"),
    )
    rows = (
        element(
            "tr",
            element("th", said(presence.person.name or presence.person.id), scope="row"),
            element("td", organisation(presence.person)),
            element("td", words.named("value", presence.person.kind)),
            element("td", words.named("value", presence.person.role)),
            element("td", element("code", presence.person.id)),
            element("td", _span(presence.first, presence.last), class_="n"),
        )
        for presence in conversation.people
    )
    return _table(words.text("page.people"), (*names, words.text("page.seen_in")), *rows)


def _positions(conversation: Conversation, words: Words) -> Markup:
    rows = (
        element(
            "tr",
            element("th", said(position.person.name or position.person.id), scope="row"),
            element("td", _number(position.read), class_="n"),
            element("td", _number(position.delivered), class_="n"),
        )
        for position in conversation.positions
    )
    return _table(
        words.text("page.positions"),
        (words.text("page.name"), words.text("page.read"), words.text("page.delivered")),
        *rows,
    )


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


def _day(day: Day, conversation: Conversation, words: Words) -> Iterator[str]:
    columns = (
        words.text("page.number"),
        words.text("page.time"),
        words.text("page.who"),
        words.text("page.what"),
    )
    yield opening("table", class_="rows")
    caption = element("time", heading(day.date, words), datetime=day.date)
    yield join([element("caption", caption), element("thead", _columns(columns))]).html
    yield "\n<tbody>\n"
    for row in day.rows:
        yield row_of(row, conversation.names, words).html + "\n"
    yield "</tbody>\n</table>\n"
