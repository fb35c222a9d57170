"""What is decided about a group: its admins, its description, its picture, who writes, its link."""

from msgspec import Struct

from onrecord.core.domain.errors import BadInput, NotFound
from onrecord.core.domain.texts import is_blank, is_one_line
from onrecord.core.domain.values import Command
from onrecord_archive.events.conversations import MemberAdded
from onrecord_archive.events.ids import EventId, PersonId

SEEN = "without invisible characters or ones that change the direction of writing"
"""What may be in a name: said where it is refused."""


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


def check_title(title: str) -> None:
    """Raise BadInput where nothing of a name can be seen, or it is not one line."""
    if is_blank(title):
        raise BadInput("title_empty", "A group's name needs something that can be seen.")
    if not is_one_line(title):
        raise BadInput("bad_name", f"A group's name is one line, {SEEN}.")


def no_such_link() -> NotFound:
    """Say that a link opens nothing; who has no right to know is not told more."""
    detail = "This link has ended, or there is none such. Ask whoever sent it for a new one."
    return NotFound("no_such_link", detail)
