"""What a transcript says of decisions about a group: the bodies, and their sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from onrecord_archive.events.groups import (
    AdminChanged,
    GroupChange,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.transcript.markup import Child, Markup, element, picture, said
from onrecord_archive.transcript.times import moment

_BASE64: Final = re.compile("[A-Za-z0-9+/]+={0,2}")
GROUP_SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "admin": "Made {person} an admin of the group.",
        "no_admin": "{person} is not an admin of the group any more.",
        "described": "Described the group:",
        "description_gone": "Took the group's description away.",
        "admins_write": "From now on only admins write here.",
        "all_write": "From now on everybody writes here.",
        "pictured": "Gave the group this picture, SHA-256 {sha256}:",
        "picture_gone": "Took the group's picture away.",
        "link": "Made a link by which the firm's people join until {until}; SHA-256 {hash}.",
        "link_gone": "Ended the link by which people joined.",
    },
    "pl": {
        "admin": "Nadanie roli administratora grupy: {person}.",
        "no_admin": "Odebranie roli administratora grupy: {person}.",
        "described": "Ustawienie opisu grupy:",
        "description_gone": "Usunięcie opisu grupy.",
        "admins_write": "Od tej chwili piszą tu tylko administratorzy.",
        "all_write": "Od tej chwili piszą tu wszyscy.",
        "pictured": "Ustawienie zdjęcia grupy, SHA-256 {sha256}:",
        "picture_gone": "Usunięcie zdjęcia grupy.",
        "link": "Utworzenie linku do dołączania dla pracowników, do {until}; SHA-256 {hash}.",
        "link_gone": "Wyłączenie linku do dołączania.",
    },
}


def group_lines(
    body: GroupChange,
    language: str,
    line: Callable[..., Markup],
    name: Callable[[str], Child],
) -> list[Child]:
    """Return what a decision says; `line` fills in a sentence, `name` shows somebody."""
    say = GROUP_SENTENCES[language]
    match body:
        case AdminChanged():
            return [line(say["admin" if body.on else "no_admin"], person=name(body.person))]
        case GroupDescribed(""):
            return [line(say["description_gone"])]
        case GroupDescribed():
            return [line(say["described"]), said(body.text, "div", "text")]
        case PostingChanged():
            return [line(say["admins_write" if body.admins_only else "all_write"])]
        case GroupPictured():
            return _picture(body, say, line)
        case JoinLinkMade():
            until = moment(body.until, language)
            return [line(say["link"], until=until, hash=element("code", body.hash))]
        case JoinLinkRevoked():
            return [line(say["link_gone"])]


def _picture(
    body: GroupPictured, say: Mapping[str, str], line: Callable[..., Markup]
) -> list[Child]:
    if body.sha256 is None:
        return [line(say["picture_gone"])]
    sentence = line(say["pictured"], sha256=element("code", body.sha256))
    data = body.data or ""
    shown = picture(data) if _BASE64.fullmatch(data) else element("code", data)
    return [sentence, element("p", shown)]
