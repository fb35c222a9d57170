"""What a transcript says of what somebody noted for themself: the bodies, and their sentences."""

from __future__ import annotations

from collections.abc import Callable

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.events.personal import MessageStarred, PersonalBody, QuietHoursSet
from onrecord_archive.transcript.markup import Child, Markup, element, said
from onrecord_archive.transcript.times import moment


def personal_lines(body: PersonalBody, words: Words, line: Callable[..., Markup]) -> list[Child]:
    """Return what a note says; `line` fills in a sentence."""
    if isinstance(body, QuietHoursSet):
        return _quiet_lines(body, line)
    conversation = element("code", body.conversation)
    off = "" if body.on else ".off"
    if isinstance(body, MessageStarred):
        target = element("code", body.target)
        return [line(f"personal.star{off}", conversation=conversation, target=target)]
    until = None if body.until is None else moment(body.until, words)
    mark = body.mark if body.level is None else body.level
    id = f"personal.{mark}{off}" if until is None else f"personal.{mark}.until"
    said_off = "" if body.on else " off"
    facts = {"until": until, "up_to": str(body.up_to or 0), "mark": said(f"{body.mark}{said_off}")}
    known = id if words.has(id) else "personal.other"
    return [line(known, conversation=conversation, **facts)]


def _quiet_lines(body: QuietHoursSet, line: Callable[..., Markup]) -> list[Child]:
    if body.zone is None:
        return [line("personal.quiet.off")]
    facts = {"zone": said(body.zone), "starts": body.starts or "", "ends": body.ends or ""}
    return [line("personal.quiet.weekends" if body.weekends else "personal.quiet", **facts)]
