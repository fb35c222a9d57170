"""The HTML of a mail for Global Relay: a summary, those who wrote, and the messages.

Its elements and classes are those of Mattermost's compliance export, which Global Relay reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Protocol

from onrecord_archive.sinks.journal_mail.record import MailRecord, one_line


class Addresses(Protocol):
    """What gives a person's id the address that stands for them."""

    def address(self, id: str, name: str = "") -> object:
        """Return the address."""


def html_of(
    style: Addresses, records: Sequence[MailRecord], texts: Sequence[str], title: str
) -> str:
    """Return the document; `texts` are those of the records, or one line that stands for all."""
    first, last = records[0], records[-1]
    summary = (
        ("ConversationId", first.stream),
        ("ConversationName", one_line(first.title)),
        ("ConversationType", first.stream_kind),
        ("Started", _second(first.at)),
        ("Ended", _second(last.at)),
        ("Messages", str(len(records))),
    )
    items = "".join(
        f'<li><span class="bold">{name}:&nbsp;</span>{escape(value)}</li>'
        for name, value in summary
        if value
    )
    lines = "\n".join(
        _message(record, text, style) for record, text in zip(records, texts, strict=False)
    )
    return (
        f"<html><body><h1>{escape(title)}</h1>\n<h2>Conversation Summary</h2>\n"
        f'<div class="summary-list"><ul>{items}</ul></div>\n'
        f'<table class="participants">{_people(records, style)}</table>\n<h2>Messages</h2>\n'
        f'<div class="message-list"><ul>\n{lines}\n</ul></div></body></html>\n'
    )


def _people(records: Sequence[MailRecord], style: Addresses) -> str:
    """Return the rows of those who wrote; who else was there is in other records."""
    columns = ("UserId", "Username", "UserType", "Email", "Messages")
    head = _row("th", ((name.lower(), name) for name in columns))
    rows = [head]
    for person in dict.fromkeys(record.actor for record in records if record.actor.id):
        count = sum(record.actor == person for record in records)
        address = _address(style, person.id)
        values = (person.id, one_line(person.name), person.kind, address, str(count))
        names = (name.lower() for name in columns)
        rows.append(_row("td", zip(names, values, strict=True)))
    return "\n".join(rows)


def _row(tag: str, cells: Iterable[tuple[str, str]]) -> str:
    inner = "".join(f'<{tag} class="{name}">{escape(value)}</{tag}>' for name, value in cells)
    return f"<tr>{inner}</tr>"


def _message(record: MailRecord, text: str, style: Addresses) -> str:
    actor = record.actor
    spans = (
        ("post_id", record.event_id),
        ("sent_time", _second(record.at)),
        ("username", one_line(actor.name)),
        ("userid", actor.id),
        ("postusername", one_line(actor.name)),
        ("usertype", actor.kind),
        ("email", _address(style, actor.id) if actor.id else ""),
        ("record_type", record.type),
        ("message", text),
    )
    return '<li class="message">{}</li>'.format(
        " ".join(f'<span class="{name}">{escape(value)}</span>' for name, value in spans if value)
    )


def _address(style: Addresses, id: str) -> str:
    return str(style.address(id))


def _second(at: str) -> str:
    """Return a record's time to the second, as RFC 3339."""
    return f"{at[:19]}Z"
