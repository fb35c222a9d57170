"""Whose request a trusted proxy passes on, as it says in the header Forwarded (RFC 7239).

Of several elements the last one is the trusted proxy's own; what stands before it anybody may have
written, so it is read from its end: quotes that a stranger left open do not reach into it, and
nothing before it costs work. From everybody else the header is refused, so that nobody names an
address of their choice.
"""

import re
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.networks import network_of
from onrecord.http.accepting import connection_of, is_trusted
from onrecord.http.options import ProxyOptions

MOST_CHARS = 1024
"""Of the last element. An address, a host name, a protocol and what is between them is shorter."""
_PAIRS = re.compile(r'(?:[^";]|"[^"]*")+')
"""What stands between semicolons, of which those in a quoted string do not count."""
_NODE = re.compile(
    r'"\[([0-9a-f:.]+)\](?::\d+)?"|"([0-9.]+)(?::\d+)?"|([0-9.]+)', re.ASCII | re.IGNORECASE
)
"""RFC 7239 section 6: an IPv6 address stands in brackets and quotes, a port makes it quoted."""


class Forwarded:
    """Puts the address that a trusted proxy names in the place of the proxy's own."""

    def __init__(self, app: ASGIApp, proxies: ProxyOptions) -> None:
        self._app = app
        self._proxies = proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or handshake. Raises BadInput (`bad_request`)."""
        said = Headers(scope=scope).getlist("forwarded")
        peer = scope["client"][0] if scope.get("client") else ""
        if self._proxies.says == "forwarded" and peer and is_trusted(peer, self._proxies.trusted):
            address = client_in(said)
            scope = {**scope, "client": (address, 0)}
            if (connection := connection_of(scope)) is not None:
                connection.asks_for = network_of(address)
        elif said:
            raise BadInput("bad_request", "A Forwarded header is taken from trusted proxies only.")
        await self._app(scope, receive, send)


def client_in(said: list[str]) -> str:
    """Return the address that the last element names. Raises BadInput (`bad_request`)."""
    pairs = _PAIRS.findall(_last_element(said[-1])) if said else []
    named = [
        value
        for name, _, value in (each.strip().partition("=") for each in pairs)
        if name.lower() == "for"
    ]
    found = _NODE.fullmatch(named[0]) if len(named) == 1 else None
    try:
        address = ip_address((found[1] or found[2] or found[3]) if found else "")
    except ValueError as error:
        raise _unsaid() from error
    return str(address)


def _last_element(said: str) -> str:
    """Return what follows the last comma outside quotes. Raises BadInput (`bad_request`).

    A backslash is refused: it hides quotes, and no address has one.
    """
    first, quoted = max(len(said) - MOST_CHARS, 0), False
    for at in range(len(said) - 1, first - 1, -1):
        if said[at] == "," and not quoted:
            return said[at + 1 :]
        if said[at] == "\\":
            raise _unsaid()
        quoted ^= said[at] == '"'
    if quoted or first > 0:
        raise _unsaid()
    return said


def _unsaid() -> BadInput:
    detail = "The proxy must say in the header Forwarded for which address it asks."
    return BadInput("bad_request", detail)
