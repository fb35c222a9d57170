"""Ask the internal socket how the server is, quickly: no HTTP client, no models of the wire."""

import socket
import struct
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec

from onrecord.core.domain.errors import Unavailable

MOST_BYTES = 65_536
"""Of an answer; a report has some hundred."""


class Report(msgspec.Struct):
    """What is understood of the answer (http/internal/bodies.py, ReadinessReport)."""

    status: str
    checks: dict[str, str] = {}
    reason: str = ""
    ready: bool = False
    """What the answer's status says as well."""


def ask(path: Path, route: str, timeout: float, *, near: bool = False) -> Report:
    """Return what the server, or its supervisor, says at a route.

    *timeout*: seconds for each wait; the whole may take longer. With *near*, who answers must be
    of our own container, though another one may use the same volume. Raises Unavailable
    (`server_not_running`, `another_server_records`).
    """
    try:
        with closing(_UnixConnection(path, timeout)) as connection:
            connection.request("GET", route)
            if near and connection.is_far():
                detail = f"Another container's server answers at {path}."
                raise Unavailable("another_server_records", detail)
            answer = connection.getresponse()
            report = msgspec.json.decode(answer.read(MOST_BYTES), type=Report)
            report.ready = answer.status == HTTPStatus.OK and report.status == "ready"
            return report
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        detail = f"{path} does not answer ({type(error).__name__})."
        raise Unavailable("server_not_running", detail) from error


class _UnixConnection(HTTPConnection):
    """HTTP over a UNIX socket."""

    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("internal", timeout=timeout)
        self._path = path

    def is_far(self) -> bool:
        """Whether its peer has no process id here: it is in another PID namespace (unix(7))."""
        kind = struct.Struct("3i")
        said = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, kind.size)
        pid: int = kind.unpack(said)[0]
        return pid == 0

    def connect(self) -> None:
        """Connect to the socket file."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
