"""Every type of event that is published, by its name on the record."""

from collections.abc import Mapping
from typing import Final

from onrecord_archive.events.clients import (
    AssuranceChanged,
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
    OutOfOfficeReplied,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    ConversationCreated,
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.firm import BroadcastSent, OffChannelHint, OrdersHint
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

CONVERSATION_PAYLOADS: Final[Mapping[str, type[Payload]]] = {
    kind.type: kind
    for kind in (
        ConversationCreated,
        MessageSent,
        FileStored,
        MessageEdited,
        MessageRemoved,
        ReactionChanged,
        MemberAdded,
        HistoryShared,
        MemberRemoved,
        MemberLeft,
        TitleChanged,
        AdminChanged,
        GroupDescribed,
        PostingChanged,
        GroupPictured,
        JoinLinkMade,
        JoinLinkRevoked,
        NoticeAccepted,
        ConversationHandedOver,
        ConversationUncovered,
        DelegateAdded,
        DelegateStarted,
        DelegateEnded,
        DeviceAdded,
        IdentityConfirmed,
        IdentityReset,
        IdentityWithdrawn,
        AssuranceChanged,
        ComplaintFiled,
        ComplaintClosed,
        OutOfOfficeReplied,
        Positions,
    )
}
"""Of a conversation."""
PAYLOADS: Final[Mapping[str, type[Payload]]] = {
    **CONVERSATION_PAYLOADS,
    **{kind.type: kind for kind in (ConversationMarked, MessageStarred, QuietHoursSet)},
}
"""Those, and what somebody notes for themself."""
PUBLISHED: Final[Mapping[str, type[Payload]]] = {
    **PAYLOADS,
    **{kind.type: kind for kind in (BroadcastSent, OffChannelHint, OrdersHint)},
}
"""Those, and what a firm's rules note about messages: whatever has a schema."""
