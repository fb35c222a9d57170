"""A group as it stands after an event: it stands with its head, and is folded from the records."""

from functools import singledispatch

from msgspec.structs import replace

from onrecord.core.domain.groups import Group, JoinLink
from onrecord.core.domain.values import Event
from onrecord_archive.events.clients import ConversationHandedOver
from onrecord_archive.events.conversations import (
    ConversationCreated,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
)
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import PersonId


def group_after(event: Event, before: Group | None) -> Group | None:
    """Return the group after an event; None where it is no group. The same object: no change."""
    if event.stream.kind != "group":
        return before
    if isinstance(event.payload, ConversationCreated):
        return Group((event.actor.id,))
    return _after(event.payload, event, Group() if before is None else before)


@singledispatch
def _after(payload: object, event: Event, group: Group) -> Group:
    return group


@_after.register
def _(payload: AdminChanged, event: Event, group: Group) -> Group:
    admins = _without(group, payload.person)
    return replace(group, admins=(*admins, payload.person) if payload.on else admins)


@_after.register
def _(payload: GroupDescribed, event: Event, group: Group) -> Group:
    return replace(group, description=payload.text or None)


@_after.register
def _(payload: PostingChanged, event: Event, group: Group) -> Group:
    return replace(group, admins_only=payload.admins_only)


@_after.register
def _(payload: GroupPictured, event: Event, group: Group) -> Group:
    return replace(group, picture=payload.sha256)


@_after.register
def _(payload: JoinLinkMade, event: Event, group: Group) -> Group:
    actor = event.actor
    link = JoinLink(event.event_id, payload.hash, actor.id, actor.org, payload.until)
    return replace(group, link=link)


@_after.register
def _(payload: JoinLinkRevoked, event: Event, group: Group) -> Group:
    return replace(group, link=None)


@_after.register
def _(payload: MemberAdded, event: Event, group: Group) -> Group:
    link = group.link
    if link is None or payload.link != link.event:
        return group
    return replace(group, link=replace(link, uses=link.uses + 1))


@_after.register
def _(payload: MemberRemoved, event: Event, group: Group) -> Group:
    """The link ends too: who was removed may have it."""
    return replace(_gone(group, payload.person), link=None)


@_after.register
def _(payload: MemberLeft, event: Event, group: Group) -> Group:
    return _gone(group, event.actor.id)


@_after.register
def _(payload: ConversationHandedOver, event: Event, group: Group) -> Group:
    return _gone(group, payload.former)


def _gone(group: Group, person: PersonId) -> Group:
    if person not in group.admins:
        return group
    return replace(group, admins=_without(group, person))


def _without(group: Group, person: PersonId) -> tuple[PersonId, ...]:
    return tuple(admin for admin in group.admins if admin != person)
