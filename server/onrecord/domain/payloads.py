"""Every payload that a conversation's event can have, by its name on the record."""

from onrecord.domain.complaints import ComplaintClosed, ComplaintFiled
from onrecord.domain.values import (
    AssuranceChanged,
    ConversationCreated,
    ConversationHandedOver,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    HistoryShared,
    IdentityConfirmed,
    IdentityReset,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    NoticeAccepted,
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
        MessageEdited,
        MessageRemoved,
        ReactionChanged,
        MemberAdded,
        HistoryShared,
        MemberRemoved,
        MemberLeft,
        TitleChanged,
        NoticeAccepted,
        ConversationHandedOver,
        DelegateAdded,
        DelegateStarted,
        DelegateEnded,
        DeviceAdded,
        IdentityConfirmed,
        IdentityReset,
        AssuranceChanged,
        ComplaintFiled,
        ComplaintClosed,
        OutOfOfficeReplied,
        Positions,
    )
}
