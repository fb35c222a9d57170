"""What a query string may say."""

from starlette.requests import Request

from onrecord.domain.errors import BadInput
from onrecord.domain.ids import is_hex_id

LARGEST = 2**53 - 1
"""The largest number of I-JSON (RFC 7493 section 2.2)."""


def number(request: Request, name: str) -> int | None:
    """Return a number, None when it is absent. Raises BadInput (`bad_query`)."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not (value.isascii() and value.isdecimal() and len(value) <= 16 and int(value) <= LARGEST):
        raise BadInput("bad_query", f"`{name}` must be a number.")
    return int(value)


def limit(request: Request, *, default: int, most: int) -> int:
    """Return `limit`, at most *most*. Raises BadInput (`bad_query`)."""
    value = number(request, "limit")
    return default if value is None else max(1, min(value, most))


def hex_id(value: str, name: str) -> str:
    """Return an id. Raises BadInput (`bad_query`)."""
    if not is_hex_id(value):
        raise BadInput("bad_query", f"`{name}` must be 32 lower-case hex digits.")
    return value


def only(request: Request, *names: str) -> None:
    """Raise BadInput (`bad_query`) for a parameter that is unknown or given twice."""
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in names or given.count(name) > 1:
            raise BadInput("bad_query", "A parameter is unknown or given twice.")
