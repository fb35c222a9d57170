"""What the listeners are told by the composition root."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from onrecord.http.admission import AdmissionOptions


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """PEM files: the certificate chain, the server's own first, and its private key (mode 0600)."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class TcpOptions:
    """Where a listener listens. Port 0: any free one. Without TLS there is no TCP listener."""

    address: str
    port: int
    tls: TlsOptions


@dataclass(frozen=True, slots=True)
class UnixOptions:
    """A listener that is a file of its owner alone (mode 0600)."""

    path: Path


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What a listener is called by browsers: `https://HOST` or `https://HOST:PORT`.

    `more_origins` are further origins whose pages may call it; normally none. `files_origin` is
    the sandbox that pictures and sound come from.
    """

    origin: str
    more_origins: tuple[str, ...] = ()
    files_origin: str | None = None

    @property
    def host(self) -> str:
        """The exact Host header (RFC 9110 section 7.2)."""
        return urlsplit(self.origin).netloc

    @property
    def origins(self) -> frozenset[str]:
        """Every Origin that is let in."""
        return frozenset((self.origin, *self.more_origins))


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """How large a request may be, and how long it may take.

    `larger`: ends of paths that take more. Nobody's body is read before they are let in.
    """

    body_bytes: int = 64 * 1024
    larger: tuple[tuple[str, int], ...] = (
        ("/picture", 8 * 1024 * 1024),
        ("/people/import/preview", 1024 * 1024),
        ("/bytes", 1024 * 1024),
    )
    deadline_s: float = 30.0

    def bytes_of(self, path: str) -> int:
        """Return how large the body of a request to a path may be."""
        return next((most for end, most in self.larger if path.endswith(end)), self.body_bytes)


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """Whose word on who connects is taken, and how they say it."""

    trusted: tuple[IPv4Network | IPv6Network, ...] = ()
    says: Literal["proxy_v2", "forwarded"] = "proxy_v2"


BACKLOG = 2048
"""How many connections may wait to be accepted, each listener."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How every listener behaves.

    `head_s`: how long a connection may take to say what it wants. `drain_s`: how long running
    requests may take to end.
    `parts_per_second`: frames of a socket that are no whole message.
    """

    frame_bytes: int = 64 * 1024
    parts_per_second: int = 200
    head_s: float = 15.0
    keep_alive_s: int = 75
    ping_s: float = 25.0
    pong_s: float = 25.0
    drain_s: int = 5
    header_bytes: int = 16 * 1024
    proxies: ProxyOptions = field(default_factory=ProxyOptions)
    admission: AdmissionOptions = field(default_factory=AdmissionOptions)
