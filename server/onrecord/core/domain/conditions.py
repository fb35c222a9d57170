"""What can be wrong with a running server, by its stable code, and what that does to recording.

Recording closes for what closes it and for nothing else, and `/ready`, the metric
`onrecord_recording`, the log and the composer all ask whether it is closed (`Archiver.closed`).
So they say the same in every combination. What holds back what is said (core/hold.py), or merely
degrades, is a remark at `/ready`.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Effect(Enum):
    """What a condition does."""

    CLOSES = "nothing is recorded while it lasts"
    HOLDS = "nothing is said in conversations while it lasts; all else is recorded"
    DEGRADES = "recording goes on, and somebody must act"
    TELLS = "it was chosen, and is said"


CONDITIONS: Final[Mapping[str, Effect]] = MappingProxyType(
    {
        "archive_unavailable": Effect.CLOSES,
        "database_unavailable": Effect.CLOSES,
        "database_standby_lost": Effect.CLOSES,
        "storage_full": Effect.CLOSES,
        "stopping": Effect.CLOSES,
        # Each new data key lies in every key store before its first use.
        "key_store_unavailable": Effect.CLOSES,
        "key_store_damaged": Effect.CLOSES,
        # It takes new keys; the auditor ends the server (78) for the old one that it lacks.
        "key_store_incomplete": Effect.DEGRADES,
        # Where the firm has set so: the one exception to "no hook delays a message".
        "hook_behind": Effect.HOLDS,
        "hook_unavailable": Effect.DEGRADES,
        "record_refused": Effect.DEGRADES,
        "hook_differs": Effect.DEGRADES,
        "hook_paused": Effect.DEGRADES,
        "hook_unprotected": Effect.DEGRADES,
        "file_damaged": Effect.DEGRADES,
        "scanner_unavailable": Effect.DEGRADES,
        "busy": Effect.DEGRADES,
        "database_busy": Effect.DEGRADES,
        "slow": Effect.DEGRADES,
        "failed": Effect.DEGRADES,
        "closed_for_recovery": Effect.TELLS,
        "plaintext": Effect.TELLS,
        "plaintext_without_receipts": Effect.TELLS,
        "reduced": Effect.TELLS,
        "without_receipts": Effect.TELLS,
    }
)
"""Tampering is not here: it ends the server with 78, and so does a database that is damaged."""


def closes(code: str) -> bool:
    """Whether nothing is recorded while this lasts; what has no name here does no such thing."""
    return CONDITIONS.get(code) is Effect.CLOSES
