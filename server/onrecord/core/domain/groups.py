"""What is decided about a group: its admins, its description, its picture, who writes, its link."""

from msgspec import Struct

from onrecord.core.domain.values import Command
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import EventId, PersonId


class JoinLink(Struct, frozen=True, omit_defaults=True):
    """A group's link: the event that made it, by whom, of which firm, and how often it was used."""

    event: EventId
    hash: str
    by: PersonId
    org: str
    until: str
    uses: int = 0


class Group(Struct, frozen=True, omit_defaults=True):
    """A group as it stands. With no admin who is there, all of the firm's members are as admins."""

    admins: tuple[PersonId, ...] = ()
    description: str | None = None
    admins_only: bool = False
    picture: str | None = None
    link: JoinLink | None = None


def joins_by_link(command: Command) -> bool:
    """Whether somebody comes in by themself, which needs no member who adds them."""
    body = command.body
    return (
        isinstance(body, MemberAdded) and body.link is not None and body.person == command.actor.id
    )
