"""A record as a message of syslog (RFC 5424).

PRI        facility and severity, as the options say
TIMESTAMP  the record's `at`, HOSTNAME this server's name, APP-NAME onrecord, PROCID none
MSGID      the record's type, its first 32 characters
SD         [onrecord@<enterprise> archive_index event_id stream class type]
MSG        a byte order mark, and canonical JSON of `sinks.entries.members_of`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from onrecord_archive.contract import Delivery, Misconfigured
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import canonical
from onrecord_archive.sinks.entries import members_of, record_leaf

DOCUMENTATION: Final = 32473
"""The enterprise number that RFC 5612 sets aside for examples: we have none of our own."""
_BOM: Final = b"\xef\xbb\xbf"
_MSGID: Final = 32
"""Longest MSGID in characters."""
_HOSTNAME: Final = re.compile(r"[!-~]{1,255}")
_ESCAPED: Final = re.compile(r'(["\\\]])')


@dataclass(frozen=True, slots=True)
class Header:
    """What is the same in each message: priority, this server's name, whose SD-ID it is."""

    facility: int = 13
    severity: int = 5
    hostname: str = "-"
    enterprise: int = DOCUMENTATION

    def __post_init__(self) -> None:
        """Refuse a name that no message can have; raises Misconfigured."""
        if not _HOSTNAME.fullmatch(self.hostname):
            raise Misconfigured("a hostname is 1 to 255 printable ASCII characters")


def syslog_message(entry: Delivery, header: Header) -> bytes:
    """Return the message of a record, the same on each attempt (but for what is opened).

    Raises Misconfigured for an entry that is no record.
    """
    leaf = record_leaf(entry)
    priority = header.facility * 8 + header.severity
    names = f"{header.hostname} onrecord - {leaf.type[:_MSGID]}"
    head = f"<{priority}>1 {leaf.at} {names} {_structured(entry, leaf, header)} "
    return head.encode("ascii") + _BOM + canonical(members_of(entry))


def _structured(entry: Delivery, leaf: RecordLeaf, header: Header) -> str:
    values = {
        "archive_index": str(entry.archive_index),
        "event_id": leaf.event_id,
        "stream": leaf.stream,
        "class": leaf.class_,
        "type": leaf.type,
    }
    written = (f'{name}="{_escaped(value)}"' for name, value in values.items())
    return f"[onrecord@{header.enterprise} {' '.join(written)}]"


def _escaped(value: str) -> str:
    return _ESCAPED.sub(r"\\\1", value)
