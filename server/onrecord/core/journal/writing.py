"""Who may write in a conversation: asked at the decision, and before a file is sealed for it."""

from collections.abc import Callable

from onrecord.core.domain.errors import BadInput, NotAllowed
from onrecord.core.domain.groups import Group
from onrecord.core.domain.texts import is_blank
from onrecord.core.domain.values import Actor
from onrecord.core.journal.heads import StreamHead
from onrecord_archive.events.ids import PersonId

IsActive = Callable[[PersonId], bool]
"""Whether somebody has an account."""


def check_may_write(head: StreamHead, actor: Actor, is_active: IsActive) -> None:
    """Raise NotAllowed (`client_left`, `admins_only`)."""
    relation, group = head.relation, head.group
    if relation is not None and relation.client not in head.members:
        raise NotAllowed("client_left", "This client has left. Nobody would read it.")
    if group is not None and group.admins_only and not manages(head, actor, is_active):
        raise NotAllowed("admins_only", "Only admins write in this group.")


def manages(head: StreamHead, actor: Actor, is_active: IsActive) -> bool:
    """Whether somebody is an admin, or as one because no admin is there any more."""
    group = head.group
    if group is None or actor.id in group.admins or actor.kind == "system":
        return True
    return actor.kind != "client" and not admins_there(head, group, is_active)


def admins_there(head: StreamHead, group: Group, is_active: IsActive) -> bool:
    """Whether an admin is a member, of the firm, and has an account."""
    return any(admin in head.members and is_there(head, admin, is_active) for admin in group.admins)


def is_there(head: StreamHead, person: PersonId, is_active: IsActive) -> bool:
    """Whether a member of the firm still has an account."""
    return head.members[person].kind != "client" and is_active(person)


def check_text(text: str) -> None:
    """Raise BadInput (`text_empty`) where nothing of a text can be seen."""
    if is_blank(text):
        raise BadInput("text_empty", "Nothing of this text can be seen. Write something.")
