"""What stands behind a link by which people join a group."""

from msgspec import Struct

from onrecord.features.groups import bodies
from onrecord.features.groups.standing import JoinLink
from onrecord_archive.events.ids import EventId, StreamId


class JoinOffer(Struct, frozen=True):
    """A link: of which group, made by which event; and whether somebody is in the group.

    `link` is how it stands, `shown` what is shown of the group; None where it was ended.
    """

    stream: StreamId
    made: EventId
    joined: bool
    link: JoinLink | None = None
    shown: bodies.JoinOffer | None = None
