"""Does the server run, and does it call itself ready?"""

import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import msgspec

from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.domain.conditions import CONDITIONS, Effect
from onrecord.settings.model import Settings

TIMEOUT_S = 5.0


class _Report(msgspec.Struct):
    status: str
    checks: dict[str, str] = {}


def check_server(settings: Settings) -> Finding:
    """Ask the internal listener."""
    path = settings.paths.internal
    if not path.exists():
        return warning("server", "The server is not running.", "onrecord serve")
    try:
        report = _ask(path)
    except (OSError, HTTPException, msgspec.MsgspecError) as error:
        detail = f"{path} does not answer ({type(error).__name__})."
        return failed("server", detail, "Start it: onrecord serve. A killed one leaves its socket.")
    broken = ", ".join(f"{name}: {said}" for name, said in report.checks.items() if said != "ok")
    if report.status != "ready":
        return failed("server", f"It says {report.status} ({broken}).", "Look at its log.")
    if any(_degrades(said) for said in report.checks.values()):
        return warning("server", f"It records ({broken}).", "docs/operations.md says what to do.")
    return ok("server", f"It is ready ({', '.join(report.checks)}).")


def _degrades(said: str) -> bool:
    code = said.removeprefix("ok (").removesuffix(")")
    return CONDITIONS.get(code) is Effect.DEGRADES


class _UnixConnection(HTTPConnection):
    """HTTP over a UNIX socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("internal", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket file."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(str(self._path))


def _ask(path: Path) -> _Report:
    with closing(_UnixConnection(path)) as connection:
        connection.request("GET", "/ready")
        return msgspec.json.decode(connection.getresponse().read(), type=_Report)
