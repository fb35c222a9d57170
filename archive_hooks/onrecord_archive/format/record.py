"""The plaintext of a record: canonical JSON, times, ids, and the commitment `pt`.

RFC 8785 in general sorts by UTF-16 and prints floats the JavaScript way. Our subset (ASCII member
names, integers below 2^53, no floats, no null) lets a plain sorted encoder give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import msgspec

from onrecord_archive.format.errors import BadFormat

MAX_INTEGER: Final = 2**53 - 1
"""Largest integer that every JSON reader keeps exactly (RFC 7493, section 2.2)."""
SALT_SIZE: Final = 32
ZERO_PT: Final = bytes(32)
"""`prev` of a stream's first record."""
_PT_LABEL: Final = b"onrecord/pt/v1\x00"
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_DECODER: Final = msgspec.json.Decoder()


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 bytes of a JSON object of our subset.

    Raises BadFormat for what is outside it: floats, null, integers from 2^53 on, member names
    that are not ASCII, U+0000 and lone surrogates, and types that JSON does not have.
    """
    _check_subset(value)
    try:
        return _ENCODER.encode(value)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise BadFormat(f"no canonical JSON: {type(error).__name__}") from error


def parse_canonical(data: bytes) -> dict[str, Any]:
    """Return the object whose canonical bytes are exactly `data`.

    Raises BadFormat for any other spelling of it: spaces, order, escapes, duplicate names,
    floats, null, lone surrogates, U+0000, a byte order mark, and for what is no object.
    """
    try:
        value = _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadFormat("no JSON") from error
    if type(value) is not dict:
        raise BadFormat("no JSON object")
    if canonical(value) != data:
        raise BadFormat("JSON that is not canonical")
    return value


def _check_subset(value: object) -> None:
    """Raise BadFormat unless every value in `value` belongs to the subset."""
    if not isinstance(value, Mapping):
        raise BadFormat("no JSON object")
    stack: list[Any] = [dict(value)]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is str:
            if "\x00" in item:
                raise BadFormat("U+0000 in a text")
        elif kind is int:
            if not -MAX_INTEGER <= item <= MAX_INTEGER:
                raise BadFormat("an integer outside 2^53")
        elif kind is dict:
            for name in item:
                if type(name) is not str or not name.isascii() or "\x00" in name:
                    raise BadFormat("a member name that is not ASCII")
            stack.extend(item.values())
        elif kind is list or kind is tuple:
            stack.extend(item)
        elif kind is not bool:
            raise BadFormat(f"a value of type {kind.__name__}")


def pt(shown: bytes, salt_s: bytes, kept: bytes, salt_k: bytes) -> bytes:
    """Return the 32-byte commitment to a record's two objects (canonical bytes, 32-byte salts).

    SHA-256("onrecord/pt/v1" || 0x00 || SHA-256(salt_s || shown) || SHA-256(salt_k || kept)), so
    that `shown` can be proved to a client with nothing of `kept` but its salted hash.
    """
    return pt_of_hashes(sha256(salt_s + shown).digest(), sha256(salt_k + kept).digest())


def pt_of_hashes(shown_hash: bytes, kept_hash: bytes) -> bytes:
    """Return `pt` from the two salted hashes, as the holder of a client's copy computes it."""
    return sha256(_PT_LABEL + shown_hash + kept_hash).digest()


def command_event_id(actor: str, client_id: bytes) -> bytes:
    """Return the event_id (16 bytes) of a client's command: a retry has the same, for ever.

    The first 16 bytes of SHA-256(UTF-8 of the actor's id || 0x00 || the client id's 16 bytes).
    """
    if len(client_id) != 16:
        raise BadFormat("a client id is 16 bytes")
    return sha256(actor.encode() + b"\x00" + client_id).digest()[:16]


def format_time(moment: datetime) -> str:
    """Return an aware time as `YYYY-MM-DDThh:mm:ss.ffffffZ`; raises BadFormat if it is naive."""
    if moment.tzinfo is None:
        raise BadFormat("a time without zone")
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_time(text: str) -> datetime:
    """Return the aware UTC time of `YYYY-MM-DDThh:mm:ss.ffffffZ`; raises BadFormat otherwise."""
    if not _TIME.fullmatch(text):
        raise BadFormat("a time in another format")
    try:
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    except ValueError as error:
        raise BadFormat("a time that does not exist") from error
