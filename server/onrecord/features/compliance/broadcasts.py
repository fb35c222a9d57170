"""A broadcast as compliance looks at it: one record, and the messages that it became.

It is named by its event_id, never by the stream that has those of everybody: `broadcast:<event_id>`
stands where a conversation's id does.
"""

from typing import Any, Final

from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.values import BroadcastRow, StoredRecord
from onrecord_archive.events.firm import BroadcastSent
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.broadcast_parts import STREAM, message_of

PREFIX: Final = f"{STREAM}:"


def address_of(record: StoredRecord) -> str:
    """Return where a record is looked at: its conversation, a broadcast itself."""
    return PREFIX + record.event_id if record.stream == STREAM else record.stream


def broadcast_of(address: str) -> EventId | None:
    """Return the broadcast that an address names; None: it names a conversation."""
    return EventId(address.removeprefix(PREFIX)) if address.startswith(PREFIX) else None


def broadcast_row(store: ComplianceStore, event: EventId) -> BroadcastRow | None:
    """Return where a broadcast stands. Blocks."""
    for record in store.by_event([event]):
        if record.stream == STREAM and record.type == BroadcastSent.type:
            return BroadcastRow(event, record.conv_seq)
    return None


def messages_of(store: ComplianceStore, broadcast: StoredRecord) -> list[StoredRecord]:
    """Return what a broadcast became, by archive_index: messages, their edits and removals. Blocks.

    Without its content nobody can say to whom it went: none then.
    """
    payload: dict[str, Any] = shown_of(broadcast).get("payload", {})
    actor, event = broadcast.actor, broadcast.event_id
    wanted = [EventId(message_of(event, actor, one)) for one in payload.get("recipients", ())]
    sent = [record for record in store.by_event(wanted) if _is_part(record, event)]
    changes = store.changed([record.archive_index for record in sent])
    return sorted([*sent, *changes], key=lambda record: record.archive_index)


def _is_part(record: StoredRecord, event: EventId) -> bool:
    return bool(shown_of(record).get("payload", {}).get("broadcast") == event)
