"""Time zones, read once: whoever leases a zone's file (fcntl(2), F_SETLEASE) holds up its opener.

A server reads them at its start, so that no request opens one (app/serve.py).
"""

from collections.abc import Mapping
from functools import cache
from zoneinfo import ZoneInfo, available_timezones


@cache
def all_zones() -> Mapping[str, ZoneInfo]:
    """Return every IANA zone that the machine knows, by name; the first call reads the files."""
    return {name: ZoneInfo(name) for name in available_timezones()}


def zone(name: str) -> ZoneInfo:
    """Return a time zone. Raises KeyError: the machine did not know it when they were read."""
    return all_zones()[name]
