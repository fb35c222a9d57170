"""What a firm's rules noted about something that was said: signs of another channel, or an order.

A note is a record of the stream `policy` that names what it is about, and never quotes it. It is
shown below the record that it is about; members of the conversation never see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.transcript.markup import Child, Markup, element, said
from onrecord_archive.transcript.times import moment

STREAM: Final = "policy"
"""The stream whose records notes are."""
RULES: Final[Mapping[str, str]] = {"off_channel.hint": "off-channel", "orders.hint": "orders"}
"""The rules by the type of their notes."""


def note_id(rule: str, event: str) -> str:
    """Return the event_id of what a rule notes about an event, in hex."""
    return sha256(f"{rule}\0{event}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its own place in the log and in its stream, and the event_id that it is about.

    `signs` are the kinds of what was found. `about` is empty where the record does not name it: an
    early note names an edit by its own event_id alone (`note_id`), one without content nothing.
    """

    archive_index: int
    conv_seq: int
    event_id: str
    type: str
    at: str
    about: str
    signs: tuple[str, ...] = ()
    early: bool = False


def read_note(archive_index: int, shown: Mapping[str, Any]) -> Note:
    """Return a record of the stream `policy` as a note; of one without content, about nothing."""
    payload, event_id, kind = shown.get("payload"), shown.get("event_id", ""), shown.get("type", "")
    facts = payload if isinstance(payload, Mapping) else {}
    signs, about, message = facts.get("signs"), facts.get("event"), facts.get("message")
    rule = RULES.get(str(kind))
    if not about and (rule is None or note_id(rule, str(message)) == event_id):
        about = message
    return Note(
        archive_index=archive_index,
        conv_seq=int(shown["conv_seq"]),
        event_id=str(event_id),
        type=str(kind),
        at=str(shown.get("at", "")),
        about=str(about or ""),
        early=bool(message) and not about,
        signs=tuple(map(str, signs)) if isinstance(signs, list | tuple) else (),
    )


class Notes:
    """Notes by the event that they are about."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        """Take them in their order."""
        self._about: dict[str, tuple[Note, ...]] = {}
        self._early: dict[str, Note] = {}
        for note in notes:
            if note.early:
                self._early[note.event_id] = note
            else:
                self._about[note.about] = (*self._about.get(note.about, ()), note)

    def of(self, event: str) -> tuple[Note, ...]:
        """Return what was noted about an event, by archive_index."""
        found = self._about.get(event, ())
        if self._early:
            wanted = (note_id(rule, event) for rule in RULES.values())
            early = [self._early[each] for each in wanted if each in self._early]
            found = tuple(sorted((*found, *early), key=lambda note: note.archive_index))
        return found


def note_line(note: Note, words: Words, line: Callable[..., Markup]) -> Markup:
    """Return what a note says; `line` fills in a sentence."""
    signs: list[Child] = []
    for sign in note.signs:
        known = words.has(f"sign.{sign}")
        signs += [", " if signs else None, words.text(f"sign.{sign}") if known else said(sign)]
    id = f"noted.{note.type}"
    return line(
        id if words.has(id) else "noted.other",
        time=moment(note.at, words),
        type=element("code", note.type),
        signs=element("span", *signs),
        seq=str(note.conv_seq),
    )
