"""Settings of the three HTTPS listeners: whom they serve, and where."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from onrecord.app.settings.section import Section


def _origin(value: str) -> str:
    """Accept https://host or https://host:port and nothing else (RFC 6454 section 6.1)."""
    parts = urlsplit(value)
    rest = parts.path + parts.query + parts.fragment
    if parts.scheme != "https" or not parts.hostname or rest or "@" in parts.netloc:
        raise ValueError("must be https://HOST or https://HOST:PORT, without a path")
    return value


def _endpoint(value: str) -> str:
    """Accept ADDRESS:PORT; an IPv6 address stands in brackets."""
    address, _, port = value.rpartition(":")
    if not address or not port.isdecimal() or int(port) > 65535:
        raise ValueError("must be ADDRESS:PORT, such as 0.0.0.0:443 or [::]:443")
    return value


Origin = Annotated[str, AfterValidator(_origin)]
Endpoint = Annotated[str, AfterValidator(_endpoint)]


ORIGIN = (
    "What the browser's address bar says. Host and Origin of each request must equal it; each "
    "listener needs a host name of its own, because cookies ignore ports."
)
LISTEN = "Address and port to listen on. Always TLS."


class Listener(Section):
    """One of the three HTTPS listeners."""

    origin: Origin = Field(description=ORIGIN)
    listen: Endpoint = Field(description=LISTEN)
    certificate: Path = Field(
        default=Path("tls/server.crt"), description="Certificate chain, PEM, the server's first."
    )
    key: Path = Field(
        default=Path("tls/server.key"), description="Its private key, PEM, mode 0600."
    )

    @property
    def host(self) -> str:
        """The host name alone."""
        return urlsplit(self.origin).hostname or ""

    @property
    def address(self) -> str:
        """The address to bind, without brackets."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to bind."""
        return int(self.listen.rpartition(":")[2])


class Chat(Listener):
    """The listener for employees and clients."""

    origin: Origin = Field(default="https://chat.localhost:8443", description=ORIGIN)
    listen: Endpoint = Field(default="127.0.0.1:8443", description=LISTEN)


class Console(Listener):
    """The listener for compliance and administration."""

    origin: Origin = Field(default="https://console.localhost:8444", description=ORIGIN)
    listen: Endpoint = Field(default="127.0.0.1:8444", description=LISTEN)
