"""Groups: the command that changes what is decided about one, and its events."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from onrecord.core.domain.errors import BadInput
from onrecord.protocol.commands import CommandFrame, HexId, Time
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupChange,
    GroupDescribed,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import PersonId

DESCRIPTION_LENGTH = 1000
"""Characters."""

Description = Annotated[str, Meta(max_length=DESCRIPTION_LENGTH)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]


class GroupCommand(CommandFrame, frozen=True, tag="group"):
    """Change what is decided about a group; for its admins.

    `admin` makes `person` an admin or, with `on` false, an admin no more. `describe` has `text`;
    an empty one takes the description away. `posting`: only admins write (`on`), or everybody.
    `link` makes a link that the firm's people join by until `until`, at most 30 days: `hash` is the
    SHA-256 of its secret (of the text after `#join=`), which the client chooses and nobody keeps;
    an older link ends. `unlink` ends it.
    """

    op: Literal["admin", "describe", "posting", "link", "unlink"]
    person: HexId | None = None
    on: bool = True
    text: Description | None = None
    hash: Sha256 | None = None
    until: Time | None = None

    def draft(self) -> GroupChange:
        """Return what it asks to have recorded. Raises BadInput."""
        match self.op:
            case "admin" if self.person is not None:
                return AdminChanged(PersonId(self.person), self.on)
            case "describe" if self.text is not None:
                return GroupDescribed(self.text)
            case "posting":
                return PostingChanged(self.on)
            case "link" if self.hash is not None and self.until is not None:
                return JoinLinkMade(self.hash, self.until)
            case "unlink":
                return JoinLinkRevoked()
        raise BadInput("bad_frame", f"`group` with op {self.op} lacks what it takes.")


class LinkShown(Struct, frozen=True):
    """A group's link, without its secret. `id`: the event that made it; `uses`: who came by it."""

    id: str
    by: str
    until: str
    uses: int


class GroupShown(Struct, frozen=True, omit_defaults=True):
    """What is decided about a group. Where no admin has an account, all of the firm are as admins.

    `admins_only`: only admins write. GET /api/v1/pictures/{picture} has the picture.
    """

    admins: list[str]
    admins_only: bool = False
    description: str | None = None
    picture: str | None = None
    link: LinkShown | None = None
