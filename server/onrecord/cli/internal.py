"""Ask the internal socket how the server is, quickly: no HTTP client, no models of the wire."""

import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec

from onrecord.domain.errors import Unavailable


class Report(msgspec.Struct):
    """What is understood of the answer (wire/internal.py, ReadinessReport)."""

    status: str
    checks: dict[str, str] = {}
    reason: str = ""


def ask(path: Path, route: str, timeout: float) -> Report:
    """Return what the server, or its supervisor, says at a route.

    *timeout*: seconds for each wait; the whole may take longer. Raises Unavailable
    (`server_not_running`).
    """
    try:
        with closing(_UnixConnection(path, timeout)) as connection:
            connection.request("GET", route)
            return msgspec.json.decode(connection.getresponse().read(), type=Report)
    except (OSError, HTTPException, msgspec.MsgspecError) as error:
        detail = f"{path} does not answer ({type(error).__name__})."
        raise Unavailable("server_not_running", detail) from error


class _UnixConnection(HTTPConnection):
    """HTTP over a UNIX socket."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("internal", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket file."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
