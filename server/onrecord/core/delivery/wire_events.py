"""The wire's form of a published event, made from the domain's, never from the record's bytes.

An event is shown as the type of frames.py that has its name; members of the same name are copied.
What has another shape on the wire has a function of its own.
"""

from collections.abc import Sequence
from functools import cache, singledispatch
from typing import Any

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from onrecord.core.domain.values import Event
from onrecord.protocol import assurance, frames, messages
from onrecord.protocol.commands import WireMention
from onrecord.protocol.events import WireEvent
from onrecord.protocol.files import wire_files
from onrecord_archive.events.audience import of_another
from onrecord_archive.events.clients import AssuranceChanged, DelegateAdded
from onrecord_archive.events.conversations import ConversationCreated, Positions
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.messages import Forward, Mention, MessageEdited, MessageSent, Quote
from onrecord_archive.format.record import format_time


class ReplayEvent(Struct, frozen=True):
    """A published event as the wire carries it, with its archive_index and stream."""

    archive_index: int
    stream: StreamId
    event: Raw


_encode = msgspec.json.Encoder().encode


def wire_bytes(event: Event) -> bytes:
    """Return the JSON of a conversation's event, as `events` frames carry it."""
    return _encode(wire_event(event))


def wire_bytes_for_late(event: Event) -> bytes:
    """Return its JSON for those who do not see the message that it is about."""
    return _encode(for_late(wire_event(event)))


def for_late(shown: frames.AnyEvent) -> frames.AnyEvent:
    """Return an event without what it says of the message that it quotes or is about.

    It still comes, so that numbers have no gap.
    """
    match shown:
        case messages.MessageSent(reply_to=messages.WireQuote() as quote):
            return replace(shown, reply_to=unseen_quote(quote.event_id, quote.conv_seq))
    return replace(shown, **_untold(type(shown)))


@cache
def _untold(shown: type[frames.AnyEvent]) -> dict[str, Any]:
    """Return what its members are to those who do not see the message that it is about."""
    names = of_another(PAYLOADS[str(shown.__struct_config__.tag)])
    told = {each.name: each.default for each in msgspec.structs.fields(shown) if each.name in names}
    return {**told, "unseen": True} if "unseen" in shown.__struct_fields__ else told


def unseen_quote(event_id: str, conv_seq: int) -> messages.WireQuote:
    """Return what a reply tells of a message that its reader does not see."""
    return messages.WireQuote(event_id, conv_seq)


def wire_event(event: Event) -> frames.AnyEvent:
    """Return a conversation's event as the wire shows it."""
    return _wire(event.payload, event)


@singledispatch
def _wire(payload: object, event: Event) -> frames.AnyEvent:
    return _shown(event)


def _shown(event: Event, **otherwise: object) -> frames.AnyEvent:
    """Return the event with the members that have the same name here and there.

    `otherwise` are those that have not.
    """
    payload = event.payload
    shown = frames.EVENTS.get(payload.type)
    if shown is None:
        raise TypeError(f"{payload.type} is not seen in a conversation")
    said: dict[str, Any] = {name: getattr(payload, name) for name in _same(shown, type(payload))}
    said.update(otherwise)
    return shown(
        event_id=event.event_id,
        conv=event.stream.id,
        conv_seq=event.conv_seq,
        actor=event.actor.id,
        at=format_time(event.at),
        **said,
    )


@cache
def _same(shown: type[frames.AnyEvent], payload: type[msgspec.Struct]) -> frozenset[str]:
    names = set(shown.__struct_fields__) - set(WireEvent.__struct_fields__)
    return frozenset(names & set(payload.__struct_fields__))


@_wire.register
def _(payload: MessageSent, event: Event) -> frames.AnyEvent:
    # Most events are messages: made directly, which takes half as long as by the table.
    return messages.MessageSent(
        event_id=event.event_id,
        conv=event.stream.id,
        conv_seq=event.conv_seq,
        actor=event.actor.id,
        at=format_time(event.at),
        msg_no=event.msg_no or 0,
        text=payload.text,
        reply_to=None if payload.reply_to is None else _quote(payload.reply_to),
        files=wire_files(payload.files),
        broadcast=payload.broadcast,
        forward=None if payload.forward is None else _forward(payload.forward),
        mentions=wire_mentions(payload.mentions),
    )


def wire_mentions(mentions: Sequence[Mention]) -> list[WireMention] | None:
    """Return whom a text calls, as the wire shows it; None: nobody."""
    return [WireMention(one.at, one.length, one.person) for one in mentions] or None


def _forward(forward: Forward) -> messages.WireForward:
    return messages.WireForward(forward.at, forward.actor)


def _quote(quote: Quote) -> messages.WireQuote:
    return messages.WireQuote(quote.event_id, quote.conv_seq, quote.actor, quote.text)


@_wire.register
def _(payload: ConversationCreated, event: Event) -> frames.AnyEvent:
    return _shown(event, kind=event.stream.kind, members=list(payload.members))


@_wire.register
def _(payload: MessageEdited, event: Event) -> frames.AnyEvent:
    return _shown(event, mentions=wire_mentions(payload.mentions))


@_wire.register
def _(payload: DelegateAdded, event: Event) -> frames.AnyEvent:
    return _shown(event, active=payload.from_seq is not None)


@_wire.register
def _(payload: AssuranceChanged, event: Event) -> frames.AnyEvent:
    confirmation = None
    if payload.confirmed_until and payload.confirmed_how and payload.confirmed_by:
        confirmation = assurance.Confirmation(
            payload.confirmed_until, payload.confirmed_how, payload.confirmed_by
        )
    shown = assurance.Assurance(payload.proof, payload.proved_at, payload.until, confirmation)
    return _shown(event, assurance=shown)


@_wire.register
def _(payload: Positions, event: Event) -> frames.AnyEvent:
    changes = [
        frames.WirePosition(
            change.person, change.read, change.delivered, list(change.played) or None
        )
        for change in payload.changes
    ]
    return _shown(event, changes=changes)
