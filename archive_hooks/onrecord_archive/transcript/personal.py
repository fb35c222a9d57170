"""What a transcript says of what somebody noted for themself: the bodies, and their sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from onrecord_archive.events.personal import MessageStarred, PersonalBody, QuietHoursSet
from onrecord_archive.transcript.markup import Child, Markup, element, said
from onrecord_archive.transcript.times import moment

_SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "pinned": "Pinned conversation {conversation}.",
        "pinned off": "Unpinned conversation {conversation}.",
        "muted": "Muted conversation {conversation}.",
        "muted until": "Muted conversation {conversation} until {until}.",
        "mentions": "Muted conversation {conversation}, but for mentions.",
        "mentions until": "Muted conversation {conversation}, but for mentions, until {until}.",
        "muted off": "Unmuted conversation {conversation}.",
        "archived": "Archived conversation {conversation} up to message {up_to}.",
        "archived off": "Took conversation {conversation} out of the archive.",
        "unread": "Marked conversation {conversation} as unread.",
        "unread off": "Marked conversation {conversation} as read.",
        "other": "Marked conversation {conversation}: {mark}.",
        "quiet": "Quiet hours from {starts} to {ends} ({zone}).",
        "quiet weekends": "Quiet hours from {starts} to {ends}, and all weekend ({zone}).",
        "quiet off": "No quiet hours any more.",
        "star": "Starred message {target} of conversation {conversation}.",
        "star off": "Took the star off message {target} of conversation {conversation}.",
    },
    "pl": {
        "pinned": "Przypięcie rozmowy {conversation}.",
        "pinned off": "Odpięcie rozmowy {conversation}.",
        "muted": "Wyciszenie rozmowy {conversation}.",
        "muted until": "Wyciszenie rozmowy {conversation} do {until}.",
        "mentions": "Wyciszenie rozmowy {conversation} z wyjątkiem wzmianek.",
        "mentions until": "Wyciszenie rozmowy {conversation} z wyjątkiem wzmianek do {until}.",
        "muted off": "Wyłączenie wyciszenia rozmowy {conversation}.",
        "archived": "Archiwizacja rozmowy {conversation} do wiadomości {up_to}.",
        "archived off": "Wyjęcie rozmowy {conversation} z archiwum.",
        "unread": "Oznaczenie rozmowy {conversation} jako nieprzeczytanej.",
        "unread off": "Oznaczenie rozmowy {conversation} jako przeczytanej.",
        "other": "Oznaczenie rozmowy {conversation}: {mark}.",
        "quiet": "Godziny ciszy od {starts} do {ends} ({zone}).",
        "quiet weekends": "Godziny ciszy od {starts} do {ends} i w całe weekendy ({zone}).",
        "quiet off": "Koniec godzin ciszy.",
        "star": "Gwiazdka przy wiadomości {target} z rozmowy {conversation}.",
        "star off": "Usunięcie gwiazdki z wiadomości {target} z rozmowy {conversation}.",
    },
}


def personal_lines(body: PersonalBody, language: str, line: Callable[..., Markup]) -> list[Child]:
    """Return what a note says; `line` fills in a sentence."""
    say = _SENTENCES[language]
    if isinstance(body, QuietHoursSet):
        return _quiet_lines(body, say, line)
    conversation = element("code", body.conversation)
    off = "" if body.on else " off"
    if isinstance(body, MessageStarred):
        target = element("code", body.target)
        return [line(say[f"star{off}"], conversation=conversation, target=target)]
    until = None if body.until is None else moment(body.until, language)
    mark = body.mark if body.level is None else body.level
    key = f"{mark}{off}" if until is None else f"{mark} until"
    facts = {"until": until, "up_to": str(body.up_to or 0), "mark": said(f"{body.mark}{off}")}
    return [line(say.get(key, say["other"]), conversation=conversation, **facts)]


def _quiet_lines(
    body: QuietHoursSet, say: Mapping[str, str], line: Callable[..., Markup]
) -> list[Child]:
    if body.zone is None:
        return [line(say["quiet off"])]
    facts = {"zone": said(body.zone), "starts": body.starts or "", "ends": body.ends or ""}
    return [line(say["quiet weekends" if body.weekends else "quiet"], **facts)]
