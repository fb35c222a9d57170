"""Where a push may go: to the push services that the settings name.

A browser says where its pushes go, so an address is a stranger's word. It is `https`, names a host
that the settings allow, and has nothing that parsers read in two ways: no user, no capital letter,
no IPv6 literal, no backslash. What the host resolves to is looked at besides (network.py).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.core.domain.errors import BadInput

HTTPS_PORT = 443
LONGEST = 2048
"""Characters of an address; those of the four big services have 150 to 700."""
_ALLOWED = re.compile(r"(\*\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}))?", re.ASCII)
_ADDRESS = re.compile(
    r"(https://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([0-9]{1,5}))?)/[!#-\[\]-~]*", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that a push may go to. `origin`: whom its token is for (RFC 8292 section 2).

    `inside`: it is the firm's own, and may be in its network.
    """

    address: str
    origin: str
    inside: bool


@dataclass(frozen=True, slots=True)
class _Allowed:
    host: str
    below: bool
    port: int | None

    def fits(self, host: str, port: int) -> bool:
        if port != (self.port or HTTPS_PORT):
            return False
        return host.endswith(f".{self.host}") if self.below else host == self.host


class Services:
    """The hosts that the settings allow: `host`, `*.host` for all below it, `host:port` inside."""

    def __init__(self, hosts: Sequence[str]) -> None:
        self._allowed = [_allowed(host) for host in hosts]

    def endpoint(self, address: str) -> Endpoint:
        """Return what a browser gave as an endpoint. Raises BadInput (`bad_push_address`)."""
        found = _ADDRESS.fullmatch(address) if len(address) <= LONGEST else None
        if found is not None:
            origin, host, given = found.groups()
            port = int(given or HTTPS_PORT)
            if any(one.fits(host, port) for one in self._allowed):
                return Endpoint(address, origin, self.is_inside(host, port))
        detail = "Pushes to this browser's push service are not allowed here."
        raise BadInput("bad_push_address", detail)

    def is_inside(self, host: str, port: int) -> bool:
        """Whether the settings name a host with this port: it may be in the firm's network."""
        return any(one.port is not None and one.fits(host, port) for one in self._allowed)


def _allowed(text: str) -> _Allowed:
    """Return an entry of the settings. Raises ValueError."""
    found = _ALLOWED.fullmatch(text)
    below, host, port = found.groups() if found is not None else (None, "", None)
    if not host or (below and port):
        raise ValueError(f"no host: {text}")
    return _Allowed(host, bool(below), int(port) if port else None)
