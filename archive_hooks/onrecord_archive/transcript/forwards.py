"""Messages that were sent on: what their readers are told, and what the record keeps, in words."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from onrecord_archive.catalogues.catalogue import Words
from onrecord_archive.events.messages import Forward
from onrecord_archive.transcript.markup import Child, Markup, element, said
from onrecord_archive.transcript.times import moment


class Author(Struct, frozen=True):
    """A person as a reference names them."""

    id: str
    name: str = ""


class Place(Struct, frozen=True):
    """A conversation as a reference names it."""

    id: str
    kind: str
    title: str = ""


class Written(Struct, frozen=True):
    """Who wrote something, and when."""

    actor: Author
    at: str


class Reference(Struct, frozen=True):
    """`kept.forwarded`: the message that was sent on; `first`: who wrote what was sent on there."""

    event_id: str
    stream: Place
    conv_seq: int
    actor: Author
    at: str
    first: Written | None = None


def sent_on(forward: Forward | None, words: Words, name: Callable[[str], Markup]) -> Markup | None:
    """Return what members are told of where a message comes from; `name` shows a person's."""
    if forward is None:
        return None
    id, parts = "record.forward", {"at": moment(forward.at, words)}
    if forward.actor is not None:
        id, parts = "record.forward_by", {**parts, "person": name(forward.actor)}
    return element("p", *words.pieces(id, **parts), class_="soft")


def came_from(value: object, words: Words) -> list[Child]:
    """Return `kept.forwarded` in words; nothing if it does not say in full where that was."""
    try:
        known = msgspec.convert(value, Reference)
    except msgspec.ValidationError:
        return []
    stream, first = known.stream, known.first
    facts: dict[str, Child] = {
        "seq": str(known.conv_seq),
        "conversation": said(stream.title or f"{words.named('value', stream.kind)} {stream.id}"),
        "person": said(known.actor.name or known.actor.id),
        "at": moment(known.at, words),
        "event": element("code", known.event_id),
    }
    told = words.pieces("record.forwarded", **facts)
    if first is None:
        return told
    author: Child = said(first.actor.name or first.actor.id)
    at = moment(first.at, words)
    return [*told, *words.pieces("record.forwarded_first", person=author, at=at)]
