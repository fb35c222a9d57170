"""What a stream of JetStream must be set to, so that it drops nothing that it has taken."""

from __future__ import annotations

from typing import Final

from nats.js.api import DiscardPolicy, PersistMode, RetentionPolicy, StorageType, StreamConfig

from onrecord_archive.contract import Misconfigured

LEAST_WINDOW_S: Final = 120.0
"""Seconds for which the stream knows ids: JetStream's default."""


def require_safe(config: StreamConfig, subject: str, replicas: int) -> None:
    """Refuse a stream that may lose, drop or rewrite a message. Raises Misconfigured.

    The sentence names everything that must be changed. Whether the servers write to their disks
    before they answer (`sync_interval: always`) no client can see.
    """
    wrong = [text for ok, text in _rules(config, subject, replicas) if not ok]
    if wrong:
        raise Misconfigured(f"the stream {config.name}: {'; '.join(wrong)}")


def _rules(config: StreamConfig, subject: str, replicas: int) -> list[tuple[bool, str]]:
    bounded = _is_bounded(config.max_msgs) or _is_bounded(config.max_bytes)
    return [
        (config.storage == StorageType.FILE, "storage must be file"),
        (config.retention == RetentionPolicy.LIMITS, "retention must be limits"),
        (not config.max_age, "max_age must be unlimited: it removes what is older"),
        (
            config.discard == DiscardPolicy.NEW or not bounded,
            "discard must be new where max_msgs or max_bytes is set: else the oldest go",
        ),
        (
            not _is_bounded(config.max_msgs_per_subject),
            "max_msgs_per_subject must be unlimited: it drops a conversation's",
        ),
        (config.deny_delete, "deny_delete must be true"),
        (config.deny_purge, "deny_purge must be true"),
        (not config.allow_rollup_hdrs, "allow_rollup_hdrs must be false: a rollup removes"),
        (not config.no_ack, "no_ack must be false: there would be no receipts"),
        (not config.sealed, "it is sealed, so it takes nothing"),
        (config.mirror is None, "it mirrors another, so it takes nothing"),
        (config.subject_transform is None, "it must have no subject_transform"),
        (config.persist_mode != PersistMode.ASYNC, "persist_mode must not be async"),
        (
            (config.duplicate_window or 0.0) >= LEAST_WINDOW_S,
            f"duplicate_window must be {LEAST_WINDOW_S:g} s or more",
        ),
        (
            (config.num_replicas or 1) >= replicas,
            f"num_replicas is {config.num_replicas or 1}, and the option replicas asks {replicas}",
        ),
        (
            any(_covers(pattern, subject) for pattern in config.subjects or ()),
            f"its subjects must have {subject}.>",
        ),
    ]


def _is_bounded(limit: int | None) -> bool:
    """Tell whether a limit limits: JetStream has 0 and -1 for none."""
    return (limit or 0) > 0


def _covers(pattern: str, subject: str) -> bool:
    """Tell whether all that begins with a subject's tokens matches a pattern of the stream's."""
    there = subject.split(".")
    for number, asked in enumerate(pattern.split(".")):
        if asked == ">":
            return True
        if number >= len(there) or asked not in ("*", there[number]):
            return False
    return False
