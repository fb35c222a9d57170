"""What is decided about a group: its admins, its description, its picture, who writes, its link."""

from typing import Annotated

from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.payload import ONLY_RECORDED, Payload, Sha256, Text, Time, Words


class AdminChanged(Payload, frozen=True):
    """The actor made `person` an admin of the group, or (not `on`) an admin no more."""

    type = "admin.changed"
    person: PersonId
    on: bool


class GroupDescribed(Payload, frozen=True):
    """The actor said what the group is for; an empty text takes the description away."""

    type = "group.described"
    text: Words


class PostingChanged(Payload, frozen=True):
    """From now on only admins write here (`admins_only`), or everybody does."""

    type = "posting.changed"
    admins_only: bool


class GroupPictured(Payload, frozen=True):
    """The actor gave the group a picture, all of it in `data` (base64); without one: took it away.

    `sha256` is of the bytes; members fetch them at `/api/v1/pictures/{sha256}`.
    """

    type = "group.pictured"
    sha256: Sha256 | None = None
    media_type: Annotated[Text | None, ONLY_RECORDED] = None
    data: Annotated[Text | None, ONLY_RECORDED] = None


class JoinLinkMade(Payload, frozen=True):
    """The actor made a link by which the firm's people join until `until`; older ones end.

    `hash` is the SHA-256 of the secret in the link.
    """

    type = "join_link.made"
    hash: Annotated[Sha256, ONLY_RECORDED]
    until: Time


class JoinLinkRevoked(Payload, frozen=True):
    """The actor ended the group's link."""

    type = "join_link.revoked"


GroupChange = (
    AdminChanged | GroupDescribed | PostingChanged | GroupPictured | JoinLinkMade | JoinLinkRevoked
)
