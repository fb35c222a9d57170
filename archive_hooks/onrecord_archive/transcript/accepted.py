"""What a transcript says of a recording notice that was accepted, and its text."""

from __future__ import annotations

from collections.abc import Callable

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.events.clients import NoticeAccepted
from onrecord_archive.transcript.markup import Child, Markup, element, said
from onrecord_archive.transcript.times import moment


def accepted_part(
    body: NoticeAccepted,
    words: Words,
    line: Callable[..., Markup],
    name: Callable[[str], Child],
) -> Markup:
    """Return who accepted what; `line` fills in a sentence, `name` shows somebody."""
    told = line(
        "notice.accepted" if body.accepted_at is None else "notice.accepted_earlier",
        person=name(body.person or ""),
        at=moment(body.accepted_at or "", words),
        title=said(body.title, "strong"),
        notice=element("code", body.notice),
    )
    if body.text is None:
        return told
    how = line("notice.accepted_text", class_="soft", language=body.locale)
    return element("div", told, said(body.text, "div", "text", body.locale), how)
