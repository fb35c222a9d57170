"""Messages that were sent on: what their readers are told, and what the record keeps, in words."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from onrecord_archive.events.messages import Forward
from onrecord_archive.transcript.labels import Labels
from onrecord_archive.transcript.markup import Child, Markup, element, phrase, said
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


def sent_on(
    forward: Forward | None, labels: Labels, name: Callable[[str], Markup]
) -> Markup | None:
    """Return what members are told of where a message comes from; `name` shows a person's."""
    if forward is None:
        return None
    sentence, parts = labels.forward, {"at": moment(forward.at, labels.language)}
    if forward.actor is not None:
        sentence, parts = labels.forward_by, {**parts, "person": name(forward.actor)}
    return element("p", *phrase(sentence, **parts), class_="soft")


def came_from(value: object, labels: Labels) -> list[Child]:
    """Return `kept.forwarded` in words; nothing if it does not say in full where that was."""
    try:
        known = msgspec.convert(value, Reference)
    except msgspec.ValidationError:
        return []
    stream = known.stream
    parts = phrase(
        labels.forwarded,
        seq=str(known.conv_seq),
        conversation=said(stream.title or f"{labels.value(stream.kind)} {stream.id}"),
        person=said(known.actor.name or known.actor.id),
        at=moment(known.at, labels.language),
        event=element("code", known.event_id),
    )
    if known.first is not None:
        author = said(known.first.actor.name or known.first.actor.id)
        parts += phrase(
            labels.forwarded_first, person=author, at=moment(known.first.at, labels.language)
        )
    return parts
