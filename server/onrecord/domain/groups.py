"""What is decided about a group: its admins, its description, its picture, who writes, its link."""

from msgspec import Struct

from onrecord.domain.ids import EventId, PersonId
from onrecord.domain.values import Command, MemberAdded, Payload


class AdminChanged(Payload, frozen=True):
    """The actor made `person` an admin of the group, or (not `on`) an admin no more."""

    type = "admin.changed"
    person: PersonId
    on: bool


class GroupDescribed(Payload, frozen=True):
    """The actor said what the group is for; an empty text takes the description away."""

    type = "group.described"
    text: str


class PostingChanged(Payload, frozen=True):
    """From now on only admins write here (`admins_only`), or everybody does."""

    type = "posting.changed"
    admins_only: bool


class GroupPictured(Payload, frozen=True, omit_defaults=True):
    """The actor gave the group a picture, all of it in `data` (base64); without one: took it away.

    `sha256` is of the bytes, and the picture's name.
    """

    type = "group.pictured"
    sha256: str | None = None
    media_type: str | None = None
    data: str | None = None


class JoinLinkMade(Payload, frozen=True):
    """The actor made a link by which the firm's people join until `until`; older ones end.

    `hash` is the SHA-256 of the link's secret, which is known to whoever has the link.
    """

    type = "join_link.made"
    hash: str
    until: str


class JoinLinkRevoked(Payload, frozen=True):
    """The actor ended the group's link."""

    type = "join_link.revoked"


GroupChange = (
    AdminChanged | GroupDescribed | PostingChanged | GroupPictured | JoinLinkMade | JoinLinkRevoked
)


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
