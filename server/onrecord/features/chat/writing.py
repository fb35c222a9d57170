"""Who may write in a conversation: asked at the decision, and before a file is sealed for it."""

from onrecord.core.domain.errors import NotAllowed
from onrecord.core.domain.values import Actor
from onrecord.core.journal.case import IsActive
from onrecord.core.journal.heads import StreamHead
from onrecord.features.groups.standing import GROUP, manages
from onrecord.features.relationships.relation import RELATION


def check_may_write(head: StreamHead, actor: Actor, is_active: IsActive) -> None:
    """Raise NotAllowed (`client_left`, `admins_only`)."""
    relation, group = RELATION.of(head), GROUP.of(head)
    if relation is not None and relation.client not in head.members:
        raise NotAllowed("client_left", "This client has left. Nobody would read it.")
    if group is not None and group.admins_only and not manages(head, actor, is_active):
        raise NotAllowed("admins_only", "Only admins write in this group.")
