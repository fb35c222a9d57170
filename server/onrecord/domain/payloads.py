"""Every payload that an event can have which is shown to people, by its name on the record."""

from onrecord.domain.assurance import IdentityWithdrawn
from onrecord.domain.complaints import ComplaintClosed, ComplaintFiled
from onrecord.domain.groups import (
    AdminChanged,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord.domain.notices import NoticeAccepted
from onrecord.domain.personal import ConversationMarked, MessageStarred, QuietHoursSet
from onrecord.domain.values import (
    AssuranceChanged,
    ConversationCreated,
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    FileStored,
    HistoryShared,
    IdentityConfirmed,
    IdentityReset,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    OutOfOfficeReplied,
    Payload,
    Positions,
    ReactionChanged,
    TitleChanged,
)

CONVERSATION_PAYLOADS: dict[str, type[Payload]] = {
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

PAYLOADS: dict[str, type[Payload]] = CONVERSATION_PAYLOADS | {
    kind.type: kind for kind in (ConversationMarked, MessageStarred, QuietHoursSet)
}
"""Those, and what somebody notes for themself."""
