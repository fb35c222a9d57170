"""What a transcript says of one text to many: the body, and which message each recipient got."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.format.broadcast_parts import message_of
from onrecord_archive.transcript.markup import Child, Markup, element, said


@dataclass(frozen=True, slots=True)
class Part:
    """A recipient, and where the message lies that it became; None: none is among the records."""

    person: str
    event_id: str
    stream: str | None = None
    conv_seq: int | None = None


class Messages:
    """The messages among some records that are parts of a broadcast."""

    def __init__(self) -> None:
        """Begin with none."""
        self._places: dict[tuple[str, str], tuple[str, int]] = {}
        """By the broadcast's event_id and the message's."""

    def add(self, shown: Mapping[str, Any]) -> None:
        """Note a record, if it is one."""
        payload = shown.get("payload")
        if isinstance(payload, Mapping) and "broadcast" in payload:
            place = str(shown["stream"]["id"]), int(shown["conv_seq"])
            self._places[str(payload["broadcast"]), str(shown.get("event_id", ""))] = place

    def parts(self, event: str, actor: str, recipients: Iterable[str]) -> tuple[Part, ...]:
        """Return what a broadcast became for each recipient, in the order of its record."""
        found = []
        for person in recipients:
            id = message_of(event, actor, person)
            found.append(Part(person, id, *self._places.get((event, id), (None, None))))
        return tuple(found)


def broadcast_lines(
    body: BroadcastSent,
    parts: Iterable[Part],
    line: Callable[..., Markup],
    name: Callable[[str], Child],
) -> list[Child]:
    """Return the text and its recipients; `line` fills in a sentence, `name` shows somebody."""
    told = line("broadcast.recipients", class_="soft", count=str(len(body.recipients)))
    each: list[Child] = []
    for part in parts:
        who = name(part.person)
        if part.stream is None:
            each.append(element("li", line("broadcast.none", person=who)))
        else:
            seq, where = str(part.conv_seq), element("code", part.stream)
            each.append(
                element("li", line("broadcast.part", person=who, seq=seq, conversation=where))
            )
    return [said(body.text, "div", "text"), told, element("ol", *each)]
