"""What a transcript says of what somebody noted for themself: the bodies, and their sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from onrecord_archive.transcript_markup import Child, Markup, element, said
from onrecord_archive.transcript_times import moment


class Noted(Struct, frozen=True):
    """`conversation.marked`: pinned, muted, archived, unread; or (not `on`) not any more.

    `until`: when a muting ends. `up_to`: the last message when it was archived.
    `level`: mentions, if those come through a muting.
    """

    conversation: str
    mark: str
    on: bool
    until: str | None = None
    up_to: int | None = None
    level: str | None = None


class Starred(Struct, frozen=True):
    """`message.starred`: `target` (an event_id) was starred, or (not `on`) not any more."""

    conversation: str
    target: str
    on: bool


class Quiet(Struct, frozen=True):
    """`quiet_hours.set`: told of nothing from `starts` to `ends`, HH:MM on the wall of `zone`.

    `weekends`: nor on Saturdays and Sundays. Without the others: no quiet hours any more.
    """

    zone: str | None = None
    starts: str | None = None
    ends: str | None = None
    weekends: bool | None = None


PersonalBody: TypeAlias = Noted | Starred | Quiet
PERSONAL_TYPES: Final[Mapping[str, type[PersonalBody]]] = {
    "conversation.marked": Noted,
    "message.starred": Starred,
    "quiet_hours.set": Quiet,
}

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
    if isinstance(body, Quiet):
        return _quiet_lines(body, say, line)
    conversation = element("code", body.conversation)
    off = "" if body.on else " off"
    if isinstance(body, Starred):
        target = element("code", body.target)
        return [line(say[f"star{off}"], conversation=conversation, target=target)]
    until = None if body.until is None else moment(body.until, language)
    mark = body.mark if body.level is None else body.level
    key = f"{mark}{off}" if until is None else f"{mark} until"
    facts = {"until": until, "up_to": str(body.up_to or 0), "mark": said(f"{body.mark}{off}")}
    return [line(say.get(key, say["other"]), conversation=conversation, **facts)]


def _quiet_lines(body: Quiet, say: Mapping[str, str], line: Callable[..., Markup]) -> list[Child]:
    if body.zone is None:
        return [line(say["quiet off"])]
    facts = {"zone": said(body.zone), "starts": body.starts or "", "ends": body.ends or ""}
    return [line(say["quiet weekends" if body.weekends else "quiet"], **facts)]
