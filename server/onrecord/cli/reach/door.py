"""How a command reaches a listener: of this machine's server, or by its address from anywhere."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from onrecord.cli.reach.first_words import NOTHING, FirstWords, first_words
from onrecord.core.domain.errors import BadInput, Unavailable
from onrecord.http.options import ProxyOptions

if TYPE_CHECKING:
    from onrecord.app.settings.listeners import Listener

HTTPS_PORT = 443


@dataclass(frozen=True, slots=True)
class Door:
    """A listener's origin, where to connect to, and what to trust there."""

    origin: str
    address: str
    port: int
    trust: ssl.SSLContext
    scheme: Literal["https", "http"] = "https"
    """http: on a UNIX socket, which is the owner's alone."""
    says: FirstWords = NOTHING
    """What goes before all else."""

    @classmethod
    def here(cls, listener: Listener, proxies: ProxyOptions | None = None) -> Self:
        """Return the way to this machine's server, which its own certificate file tells.

        *proxies*: whom it trusts, where it does.

        Raises Unavailable (`server_not_running`) when the certificate cannot be read.
        """
        context = _context()
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        try:
            context.load_verify_locations(listener.certificate)
        except OSError as error:
            raise Unavailable("server_not_running", f"{listener.certificate}: {error}.") from error
        address, port = _local(listener.address), listener.port
        says = NOTHING if proxies is None else first_words(address, port, proxies)
        return cls(listener.origin, address, port, context, says=says)

    @classmethod
    def inside(cls, listener: Listener) -> Self:
        """Return the listener's name alone: the application runs in this process."""
        return cls(listener.origin, "127.0.0.1", listener.port, _context())

    @classmethod
    def at(cls, origin: str) -> Self:
        """Return the way to https://HOST[:PORT], trusting what this system trusts.

        Raises BadInput (`bad_server`).
        """
        parts = urlsplit(origin)
        if parts.scheme != "https" or not parts.hostname or parts.path not in ("", "/"):
            raise BadInput("bad_server", "Name the server as https://HOST or https://HOST:PORT.")
        context = _context()
        context.load_default_certs()
        return cls(origin.rstrip("/"), parts.hostname, parts.port or HTTPS_PORT, context)

    @classmethod
    def socket(cls) -> Self:
        """Return the internal listener's name alone: a UNIX socket leads there."""
        return cls("https://internal", "internal", 80, _context(), "http")

    @property
    def host(self) -> str:
        """The host name that the certificate must be for."""
        return urlsplit(self.origin).hostname or ""

    @property
    def base_url(self) -> str:
        """The address to connect to."""
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.scheme}://{address}:{self.port}"


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def _local(address: str) -> str:
    """Return the address on which a process of this machine reaches a listener."""
    parsed = ipaddress.ip_address(address)
    if parsed.is_unspecified:
        return "::1" if parsed.version == 6 else "127.0.0.1"
    return str(parsed)
