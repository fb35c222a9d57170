"""A group as it stands after an event, with its head, and who leads it.

With no admin who is there, all of the firm's members are as admins.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.errors import NotAllowed
from onrecord.core.domain.groups import no_such_link
from onrecord.core.domain.values import Actor, Event
from onrecord.core.journal.case import IsActive
from onrecord.core.journal.heads import StreamHead
from onrecord.core.journal.slots import Slot
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
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.format.record import parse_time


class JoinLink(Struct, frozen=True, omit_defaults=True):
    """A group's link: the event that made it, by whom, of which firm, and how often it was used."""

    event: EventId
    hash: str
    by: PersonId
    org: str
    until: str
    uses: int = 0


class Group(Struct, frozen=True, omit_defaults=True):
    """A group as it stands: admins, description, who writes, picture, link."""

    admins: tuple[PersonId, ...] = ()
    description: str | None = None
    admins_only: bool = False
    picture: str | None = None
    link: JoinLink | None = None


def _begin(payload: ConversationCreated, event: Event, group: Group) -> Group:
    return Group((event.actor.id,))


def _admin(payload: AdminChanged, event: Event, group: Group) -> Group:
    admins = _without(group, payload.person)
    return replace(group, admins=(*admins, payload.person) if payload.on else admins)


def _describe(payload: GroupDescribed, event: Event, group: Group) -> Group:
    return replace(group, description=payload.text or None)


def _posting(payload: PostingChanged, event: Event, group: Group) -> Group:
    return replace(group, admins_only=payload.admins_only)


def _picture(payload: GroupPictured, event: Event, group: Group) -> Group:
    return replace(group, picture=payload.sha256)


def _make_link(payload: JoinLinkMade, event: Event, group: Group) -> Group:
    actor = event.actor
    link = JoinLink(event.event_id, payload.hash, actor.id, actor.org, payload.until)
    return replace(group, link=link)


def _revoke_link(payload: JoinLinkRevoked, event: Event, group: Group) -> Group:
    return replace(group, link=None)


def _add(payload: MemberAdded, event: Event, group: Group) -> Group:
    link = group.link
    if link is None or payload.link != link.event:
        return group
    return replace(group, link=replace(link, uses=link.uses + 1))


def _remove(payload: MemberRemoved, event: Event, group: Group) -> Group:
    """The link ends too: who was removed may have it."""
    return replace(_gone(group, payload.person), link=None)


def _leave(payload: MemberLeft, event: Event, group: Group) -> Group:
    return _gone(group, event.actor.id)


def _hand_over(payload: ConversationHandedOver, event: Event, group: Group) -> Group:
    return _gone(group, payload.former)


def _gone(group: Group, person: PersonId) -> Group:
    if person not in group.admins:
        return group
    return replace(group, admins=_without(group, person))


def _without(group: Group, person: PersonId) -> tuple[PersonId, ...]:
    return tuple(admin for admin in group.admins if admin != person)


Step = Callable[[Any, Event, Group | None], Group | None]


def _of_group(step: Callable[[Any, Event, Group], Group]) -> Step:
    """Return the step of an event that says something of a group where it happens in one."""

    def after(payload: object, event: Event, before: Group | None) -> Group | None:
        return step(payload, event, before or Group()) if event.stream.kind == "group" else before

    return after


GROUP: Final[Slot[Group | None]] = Slot(
    "group",
    None,
    {
        ConversationCreated: _of_group(_begin),
        AdminChanged: _of_group(_admin),
        GroupDescribed: _of_group(_describe),
        PostingChanged: _of_group(_posting),
        GroupPictured: _of_group(_picture),
        JoinLinkMade: _of_group(_make_link),
        JoinLinkRevoked: _of_group(_revoke_link),
        MemberAdded: _of_group(_add),
        MemberRemoved: _of_group(_remove),
        MemberLeft: _of_group(_leave),
        ConversationHandedOver: _of_group(_hand_over),
    },
)
"""What is decided about a group; None where this is none."""


def manages(head: StreamHead, actor: Actor, is_active: IsActive) -> bool:
    """Whether somebody is an admin, or as one because no admin is there any more."""
    group = GROUP.of(head)
    if group is None or actor.id in group.admins or actor.kind == "system":
        return True
    return actor.kind != "client" and not admins_there(head, group, is_active)


def admins_there(head: StreamHead, group: Group, is_active: IsActive) -> bool:
    """Whether an admin is a member, of the firm, and has an account."""
    return any(admin in head.members and is_there(head, admin, is_active) for admin in group.admins)


def is_there(head: StreamHead, person: PersonId, is_active: IsActive) -> bool:
    """Whether a member of the firm still has an account."""
    return head.members[person].kind != "client" and is_active(person)


def check_joins(link: JoinLink | None, made: EventId, actor: Actor, now: datetime) -> None:
    """Raise NotFound for a group's link that is another than that event made, or has ended.

    It lets in employees of the firm whose member made it; raises NotAllowed for anybody else.
    """
    if link is None or link.event != made or parse_time(link.until) <= now:
        raise no_such_link()
    if actor.kind != "employee" or actor.org != link.org:
        raise NotAllowed("not_allowed", "Only the firm's own people can join by a link.")
