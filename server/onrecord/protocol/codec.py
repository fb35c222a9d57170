"""JSON to frames and back: strict in what comes in (RFC 7493 I-JSON), encoded once going out."""

import json
from typing import Any

import msgspec

from onrecord.protocol.frames import AnyClientFrame, AnyServerFrame, Edit, Send
from onrecord.protocol.limits import WireLimits
from onrecord.protocol.wrong import sentence

_DECODER: msgspec.json.Decoder[AnyClientFrame] = msgspec.json.Decoder(AnyClientFrame)
_decode = _DECODER.decode
_encode = msgspec.json.Encoder().encode


class BadFrame(ValueError):
    """The message is no frame of onrecord.v1. `code` is stable; `id`: the command it meant."""

    def __init__(self, code: str, detail: str, *, id: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.id = id


class _HasId(msgspec.Struct):
    id: str = ""


_decode_id = msgspec.json.Decoder(_HasId).decode


def decode(data: str, limits: WireLimits) -> AnyClientFrame:
    """Decode one text message.

    Raises BadFrame: `bad_json` (not one I-JSON object: duplicate member, lone surrogate, U+0000),
    `bad_frame` (no such frame, or a member is wrong), `text_too_long`.
    """
    try:
        frame = _decode(data)
        if _encode(frame) != data.encode():  # what is spelled as we do has nothing twice or null
            _check(data)
    except _NullMember as error:
        detail = "A member without a value is absent, never null."
        raise BadFrame("bad_frame", detail, id=_id_of(data)) from error
    except msgspec.ValidationError as error:
        raise BadFrame("bad_frame", sentence(error), id=_id_of(data)) from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadFrame("bad_json", "The message is not one JSON object (RFC 7493).") from error
    if "\\u0000" in data:
        _refuse_nul(frame, data)
    if isinstance(frame, Send | Edit):
        _check_text(frame, limits)
    if isinstance(frame, Send) and not (frame.text or frame.files or frame.forward):
        detail = "A message needs `text`, `files` or `forward`."
        raise BadFrame("bad_frame", detail, id=frame.id)
    return frame


def encode(frame: AnyServerFrame) -> str:
    """Encode a server's frame as the text of one WebSocket message."""
    return _encode(frame).decode()


def _check_text(frame: Send | Edit, limits: WireLimits) -> None:
    detail = limits.why_too_long(frame.text)
    if detail is not None:
        raise BadFrame("text_too_long", detail, id=frame.id)


def _refuse_nul(frame: AnyClientFrame, data: str) -> None:
    values = (getattr(frame, name) for name in frame.__struct_fields__)
    if any(isinstance(value, str) and "\0" in value for value in values):
        detail = "The character U+0000 cannot be recorded. Remove it."
        raise BadFrame("bad_frame", detail, id=_id_of(data))


class _NullMember(ValueError):
    """A member is null."""


def _check_members(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("duplicate member")
    if any(value is None for _, value in pairs):
        raise _NullMember


_check = json.JSONDecoder(object_pairs_hook=_check_members).decode


def _id_of(data: str) -> str | None:
    """Return the id of a command whose other members are wrong, so that it can be answered."""
    try:
        found = _decode_id(data).id
    except (msgspec.DecodeError, RecursionError):
        return None
    return found if 0 < len(found) <= 64 else None
