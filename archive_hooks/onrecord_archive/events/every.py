"""Every type of event that is published, by its name on the record.

A type of a kind that is named together (`GroupChange`) is in that union, and is not repeated here.
"""

from collections.abc import Mapping
from typing import Final, get_args

from onrecord_archive.events.clients import (
    AboutClient,
    DeviceAdded,
    NoticeAccepted,
    OutOfOfficeReplied,
    RelationshipChange,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    ConversationCreated,
    MembershipChange,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.firm import BroadcastSent, OffChannelHint, OrdersHint
from onrecord_archive.events.groups import GroupChange
from onrecord_archive.events.messages import (
    FileStored,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import PersonalBody


def _named(*kinds: type[Payload]) -> Mapping[str, type[Payload]]:
    return {kind.type: kind for kind in kinds}


CONVERSATION_PAYLOADS: Final[Mapping[str, type[Payload]]] = _named(
    ConversationCreated,
    MessageSent,
    FileStored,
    MessageEdited,
    MessageRemoved,
    ReactionChanged,
    *get_args(MembershipChange),
    TitleChanged,
    *get_args(GroupChange),
    NoticeAccepted,
    *get_args(RelationshipChange),
    DeviceAdded,
    *get_args(AboutClient),
    ComplaintFiled,
    ComplaintClosed,
    OutOfOfficeReplied,
    Positions,
)
"""Of a conversation."""
PAYLOADS: Final[Mapping[str, type[Payload]]] = {
    **CONVERSATION_PAYLOADS,
    **_named(*get_args(PersonalBody)),
}
"""Those, and what somebody notes for themself."""
PUBLISHED: Final[Mapping[str, type[Payload]]] = {
    **PAYLOADS,
    **_named(BroadcastSent, OffChannelHint, OrdersHint),
}
"""Those, and what a firm's rules note about messages: whatever has a schema."""
