"""What a group may be called, and how somebody comes into one by its link."""

from onrecord.core.domain.errors import BadInput, NotFound
from onrecord.core.domain.texts import is_blank, is_one_line
from onrecord.core.domain.values import Command
from onrecord_archive.events.conversations import MemberAdded

SEEN = "without invisible characters or ones that change the direction of writing"
"""What may be in a name: said where it is refused."""


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
