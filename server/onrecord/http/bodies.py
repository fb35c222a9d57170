"""JSON bodies in, strictly (RFC 7493), and out."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from onrecord.core.domain.errors import BadInput
from onrecord.http.problems import WrongMediaType
from onrecord.protocol.rest import Body
from onrecord.protocol.wrong import sentence

B = TypeVar("B", bound=Body)


async def read(request: Request, kind: type[B]) -> B:
    """Return the request's body.

    Raises WrongMediaType, TooLarge, BadInput (`bad_json`: not I-JSON; `bad_body`: a member is
    missing, unknown or wrong). Cancelling is safe.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise WrongMediaType("json_expected", "The body must be application/json.")
    data = await request.body()
    try:
        body = msgspec.json.decode(data, type=kind)
        json.loads(data, object_pairs_hook=_strict)
    except msgspec.ValidationError as error:
        raise BadInput("bad_body", sentence(error)) from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise BadInput("bad_json", "The body is not one JSON object (RFC 7493).") from error
    return body


def reply(body: object, status: int = 200, *, headers: Mapping[str, str] | None = None) -> Response:
    """Return a body as a response."""
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


def tag_of(body: object) -> str:
    """Return a body's entity tag: equal ones have equal tags."""
    return f'"{sha256(msgspec.json.encode(body)).hexdigest()[:32]}"'


def _strict(pairs: list[tuple[str, object]]) -> None:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("duplicate member")
    for _, value in pairs:
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and "\0" in text:
                raise ValueError("U+0000")
