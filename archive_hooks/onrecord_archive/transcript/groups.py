"""What a transcript says of decisions about a group: the bodies, and their sentences."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from onrecord_archive.catalogues.catalogue import Words
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


def group_lines(
    body: GroupChange,
    words: Words,
    line: Callable[..., Markup],
    name: Callable[[str], Child],
) -> list[Child]:
    """Return what a decision says; `line` fills in a sentence, `name` shows somebody."""
    match body:
        case AdminChanged():
            return [line("group.admin" if body.on else "group.no_admin", person=name(body.person))]
        case GroupDescribed(""):
            return [line("group.description_gone")]
        case GroupDescribed():
            return [line("group.described"), said(body.text, "div", "text")]
        case PostingChanged():
            return [line("group.admins_write" if body.admins_only else "group.all_write")]
        case GroupPictured():
            return _picture(body, line)
        case JoinLinkMade():
            until = moment(body.until, words)
            return [line("group.link", until=until, hash=element("code", body.hash))]
        case JoinLinkRevoked():
            return [line("group.link_gone")]


def _picture(body: GroupPictured, line: Callable[..., Markup]) -> list[Child]:
    if body.sha256 is None:
        return [line("group.picture_gone")]
    sentence = line("group.pictured", sha256=element("code", body.sha256))
    data = body.data or ""
    shown = picture(data) if _BASE64.fullmatch(data) else element("code", data)
    return [sentence, element("p", shown)]
