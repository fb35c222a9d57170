"""May this be said of a client: they are here, or the actor is one."""

from collections.abc import Mapping
from typing import Final

from onrecord.core.domain.errors import NotAllowed
from onrecord.core.journal.case import Case, Rule
from onrecord_archive.events.clients import (
    AboutClient,
    AssuranceChanged,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
)
from onrecord_archive.events.payload import Payload


def _of_oneself(body: DeviceAdded, case: Case) -> DeviceAdded:
    """The actor's own; that they are a member is all that it takes."""
    return body


def _of_member(body: NoticeAccepted | AboutClient, case: Case) -> Payload:
    """What is said of somebody is said where they are; without a person, of the actor."""
    if (body.person or case.command.actor.id) not in case.head.members:
        raise NotAllowed("not_a_member", "This person is not in the conversation.")
    return body


RULES: Final[Mapping[type[Payload], Rule]] = {
    NoticeAccepted: Rule(_of_member, "chat.notice", by_service=True),
    DeviceAdded: Rule(_of_oneself, "chat.proof"),
    IdentityConfirmed: Rule(_of_member, "chat.confirm"),
    IdentityWithdrawn: Rule(_of_member, "chat.confirm"),
    IdentityReset: Rule(_of_member, "chat.confirm"),
    AssuranceChanged: Rule(_of_member, by_service=True),
}
