"""What a search found, as it is shown: each message with every text that it ever had."""

from collections.abc import Sequence
from typing import TypeAlias

from onrecord.features.compliance.bodies import FoundMessage, Removal, Version
from onrecord.features.compliance.broadcasts import address_of
from onrecord.features.compliance.records import actor_of, files_of, shown_of
from onrecord.features.compliance.values import Hit, StoredRecord
from onrecord.features.search.query import marks, matches
from onrecord.features.search.said import said
from onrecord_archive.format.record import format_time

Chain: TypeAlias = tuple[int, ...]
"""A hit by archive_index: the message (or what else says something), then its edits and removal."""


def chain_of(hit: Hit) -> Chain:
    """Return where a hit's records lie."""
    return (hit.message.archive_index, *(change.archive_index for change in hit.changes))


def found_messages(
    chains: Sequence[Chain], records: Sequence[StoredRecord], words: Sequence[str]
) -> list[FoundMessage]:
    """Return hits in their order; *records* are all that they name."""
    by_index = {record.archive_index: record for record in records}
    return [_found([by_index[index] for index in chain], words) for chain in chains]


def _found(chain: Sequence[StoredRecord], words: Sequence[str]) -> FoundMessage:
    message, *changes = chain
    shown = shown_of(message)
    texts = [message, *(change for change in changes if change.type == "message.edited")]
    removals = [change for change in changes if change.type == "message.removed"]
    return FoundMessage(
        event_id=message.event_id,
        type=message.type,
        conversation=address_of(message),
        conv_seq=message.conv_seq,
        at=format_time(message.at),
        actor=actor_of(message, shown),
        versions=[_version(text, words) for text in texts],
        msg_no=message.msg_no,
        removed=_removal(removals[0]) if removals else None,
        title=shown["stream"].get("title"),
    )


def _version(record: StoredRecord, words: Sequence[str]) -> Version:
    shown = shown_of(record)
    names = [str(file.get("name", "")) for file in files_of(record)]
    text = said(record.type, shown.get("payload", {}), names)
    found = matches(text, words)
    return Version(
        event_id=record.event_id,
        conv_seq=record.conv_seq,
        at=format_time(record.at),
        actor=actor_of(record, shown),
        text=text,
        marks=marks(text, words) if found else [],
        matches=found or not words,
    )


def _removal(record: StoredRecord) -> Removal:
    actor = actor_of(record, shown_of(record))
    return Removal(record.event_id, record.conv_seq, format_time(record.at), actor)
