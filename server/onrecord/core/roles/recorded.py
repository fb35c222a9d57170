"""Which action of the table of roles (core/roles/table.py) each event of a conversation is."""

from typing import Final

from onrecord.core.domain.values import Role
from onrecord.core.roles.table import permission
from onrecord_archive.events.clients import (
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    TitleChanged,
)
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.messages import (
    FileStored,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import ConversationMarked, MessageStarred, QuietHoursSet

RECORDED: Final[dict[type[Payload], str]] = {
    ConversationCreated: "chat.start",
    MessageSent: "chat.say",
    FileStored: "chat.files",
    ConversationMarked: "chat.notes",
    MessageStarred: "chat.notes",
    QuietHoursSet: "chat.notes",
    ReactionChanged: "chat.say",
    MessageEdited: "chat.amend",
    MessageRemoved: "chat.amend",
    MemberAdded: "chat.group",
    MemberRemoved: "chat.group",
    HistoryShared: "chat.group",
    TitleChanged: "chat.group",
    AdminChanged: "chat.group",
    GroupDescribed: "chat.group",
    PostingChanged: "chat.group",
    GroupPictured: "chat.group",
    JoinLinkMade: "chat.group",
    JoinLinkRevoked: "chat.group",
    MemberLeft: "chat.leave",
    NoticeAccepted: "chat.notice",
    ConversationHandedOver: "chat.relationship",
    DelegateAdded: "chat.relationship",
    DelegateStarted: "chat.relationship",
    DelegateEnded: "chat.relationship",
    ComplaintFiled: "chat.complaint",
    ComplaintClosed: "chat.complaint",
    DeviceAdded: "chat.proof",
    IdentityConfirmed: "chat.confirm",
    IdentityWithdrawn: "chat.confirm",
    IdentityReset: "chat.confirm",
}
"""The action that a recorded event of a conversation is."""


def may_record(role: Role, body: type[Payload]) -> bool:
    """Whether a role may record such an event; membership and authorship are checked besides."""
    action = RECORDED.get(body)
    return role == "system" or (action is not None and permission(action).allows(role))
