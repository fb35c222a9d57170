"""What a transcript says of a recording notice that was accepted, and its text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from onrecord_archive.events.clients import NoticeAccepted
from onrecord_archive.transcript.markup import Child, Markup, element, said
from onrecord_archive.transcript.times import moment

ACCEPTED_SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "accepted": "Accepted the recording notice {title}, whose SHA-256 is {notice}.",
        "accepted_earlier": "{person} had accepted the notice {title} ({notice}) earlier, on {at}.",
        "accepted_text": "This text, in the language {language}, was accepted. The SHA-256 is of"
        " its title, a line feed and the text, in UTF-8.",
    },
    "pl": {
        "accepted": "Akceptacja informacji o rejestrowaniu {title}, SHA-256: {notice}.",
        "accepted_earlier": "Wcześniej zaakceptowana informacja {title} ({notice}):"
        " {person}, {at}.",
        "accepted_text": "Zaakceptowano tę treść, w języku: {language}. SHA-256 liczy się z tytułu,"
        " znaku końca wiersza i treści, w UTF-8.",
    },
}
"""By language: with names in braces for what is filled in."""


def accepted_part(
    body: NoticeAccepted,
    language: str,
    line: Callable[..., Markup],
    name: Callable[[str], Child],
) -> Markup:
    """Return who accepted what; `line` fills in a sentence, `name` shows somebody."""
    say = ACCEPTED_SENTENCES[language]
    told = line(
        say["accepted" if body.accepted_at is None else "accepted_earlier"],
        person=name(body.person or ""),
        at=moment(body.accepted_at or "", language),
        title=said(body.title, "strong"),
        notice=element("code", body.notice),
    )
    if body.text is None:
        return told
    how = line(say["accepted_text"], class_="soft", language=body.locale)
    return element("div", told, said(body.text, "div", "text", body.locale), how)
