"""The wire's form of a published event, made from the domain's, never from the record's bytes."""

from functools import singledispatch

import msgspec
from msgspec.structs import replace

from onrecord.domain.values import (
    AssuranceChanged,
    ConversationCreated,
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    Event,
    HistoryShared,
    IdentityConfirmed,
    IdentityReset,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    NoticeAccepted,
    Positions,
    Quote,
    ReactionChanged,
    TitleChanged,
)
from onrecord.wire import assurance, frames, relationships
from onrecord_archive.record import format_time

_encode = msgspec.json.Encoder().encode


def wire_bytes(event: Event) -> bytes:
    """Return the JSON of a conversation's event, as `events` frames carry it."""
    return _encode(wire_event(event))


def without_old_text(event: Event) -> Event:
    """Return the event for those who may not see the message that it edits or quotes."""
    payload = event.payload
    if isinstance(payload, MessageEdited):
        return replace(event, payload=replace(payload, text=""))
    if isinstance(payload, MessageSent) and payload.reply_to is not None:
        return replace(
            event, payload=replace(payload, reply_to=replace(payload.reply_to, text=None))
        )
    return event


def wire_event(event: Event) -> frames.AnyEvent:
    """Return a conversation's event as the wire shows it."""
    return _wire(event.payload, event)


@singledispatch
def _wire(payload: object, event: Event) -> frames.AnyEvent:
    raise TypeError(f"{type(payload).__name__} is not seen in a conversation")


def _common(event: Event) -> dict[str, str]:
    return {
        "event_id": event.event_id,
        "conv": event.stream.id,
        "actor": event.actor.id,
        "at": format_time(event.at),
    }


@_wire.register
def _(payload: MessageSent, event: Event) -> frames.AnyEvent:
    return frames.MessageSent(
        event_id=event.event_id,
        conv=event.stream.id,
        conv_seq=event.conv_seq,
        actor=event.actor.id,
        at=format_time(event.at),
        msg_no=event.msg_no or 0,
        text=payload.text,
        reply_to=None if payload.reply_to is None else _quote(payload.reply_to),
    )


def _quote(quote: Quote) -> frames.WireQuote:
    return frames.WireQuote(quote.event_id, quote.conv_seq, quote.actor, quote.text)


@_wire.register
def _(payload: ConversationCreated, event: Event) -> frames.AnyEvent:
    return frames.ConversationCreated(
        **_common(event),
        conv_seq=event.conv_seq,
        kind="direct" if event.stream.kind == "direct" else "group",
        members=list(payload.members),
        title=payload.title,
    )


@_wire.register
def _(payload: MessageEdited, event: Event) -> frames.AnyEvent:
    return frames.MessageEdited(
        **_common(event), conv_seq=event.conv_seq, target=payload.target, text=payload.text or None
    )


@_wire.register
def _(payload: MessageRemoved, event: Event) -> frames.AnyEvent:
    return frames.MessageRemoved(**_common(event), conv_seq=event.conv_seq, target=payload.target)


@_wire.register
def _(payload: ReactionChanged, event: Event) -> frames.AnyEvent:
    return frames.ReactionChanged(
        **_common(event),
        conv_seq=event.conv_seq,
        target=payload.target,
        emoji=payload.emoji,
        on=payload.on,
    )


@_wire.register
def _(payload: MemberAdded, event: Event) -> frames.AnyEvent:
    return frames.MemberAdded(
        **_common(event), conv_seq=event.conv_seq, person=payload.person, since=payload.since
    )


@_wire.register
def _(payload: HistoryShared, event: Event) -> frames.AnyEvent:
    return frames.HistoryShared(
        **_common(event), conv_seq=event.conv_seq, person=payload.person, since=payload.since
    )


@_wire.register
def _(payload: MemberRemoved, event: Event) -> frames.AnyEvent:
    return frames.MemberRemoved(**_common(event), conv_seq=event.conv_seq, person=payload.person)


@_wire.register
def _(payload: MemberLeft, event: Event) -> frames.AnyEvent:
    return frames.MemberLeft(**_common(event), conv_seq=event.conv_seq, ended=payload.ended)


@_wire.register
def _(payload: TitleChanged, event: Event) -> frames.AnyEvent:
    return frames.TitleChanged(**_common(event), conv_seq=event.conv_seq, title=payload.title)


@_wire.register
def _(payload: NoticeAccepted, event: Event) -> frames.AnyEvent:
    return frames.NoticeAccepted(
        **_common(event),
        conv_seq=event.conv_seq,
        notice=payload.notice,
        locale=payload.locale,
        title=payload.title,
    )


@_wire.register
def _(payload: ConversationHandedOver, event: Event) -> frames.AnyEvent:
    return relationships.ConversationHandedOver(
        **_common(event),
        conv_seq=event.conv_seq,
        former=payload.former,
        successor=payload.successor,
        history=payload.history,
        since=payload.since,
    )


@_wire.register
def _(payload: DelegateAdded, event: Event) -> frames.AnyEvent:
    return relationships.DelegateAdded(
        **_common(event),
        conv_seq=event.conv_seq,
        person=payload.person,
        starts=payload.starts,
        ends=payload.ends,
        history=payload.history,
        active=payload.from_seq is not None,
        since=payload.since,
    )


@_wire.register
def _(payload: DelegateStarted | DelegateEnded, event: Event) -> frames.AnyEvent:
    started = isinstance(payload, DelegateStarted)
    shown = relationships.DelegateStarted if started else relationships.DelegateEnded
    return shown(
        **_common(event),
        conv_seq=event.conv_seq,
        delegation=payload.delegation,
        person=payload.person,
    )


@_wire.register
def _(payload: DeviceAdded, event: Event) -> frames.AnyEvent:
    return assurance.DeviceAdded(**_common(event), conv_seq=event.conv_seq, name=payload.name)


@_wire.register
def _(payload: IdentityConfirmed, event: Event) -> frames.AnyEvent:
    return assurance.IdentityConfirmed(
        **_common(event),
        conv_seq=event.conv_seq,
        person=payload.person,
        how=payload.how,
        until=payload.until,
    )


@_wire.register
def _(payload: IdentityReset, event: Event) -> frames.AnyEvent:
    return assurance.IdentityReset(**_common(event), conv_seq=event.conv_seq, person=payload.person)


@_wire.register
def _(payload: AssuranceChanged, event: Event) -> frames.AnyEvent:
    confirmation = None
    if payload.confirmed_until and payload.confirmed_how and payload.confirmed_by:
        confirmation = assurance.Confirmation(
            payload.confirmed_until, payload.confirmed_how, payload.confirmed_by
        )
    shown = assurance.Assurance(payload.proof, payload.proved_at, payload.until, confirmation)
    return assurance.AssuranceChanged(
        **_common(event), conv_seq=event.conv_seq, person=payload.person, assurance=shown
    )


@_wire.register
def _(payload: Positions, event: Event) -> frames.AnyEvent:
    changes = [
        frames.WirePosition(change.person, change.read, change.delivered)
        for change in payload.changes
    ]
    return frames.Positions(**_common(event), conv_seq=event.conv_seq, changes=changes)
