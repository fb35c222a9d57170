"""The service manager's readiness protocol (sd_notify(3)): a datagram to $NOTIFY_SOCKET.

systemd listens there, and so does the demo's supervisor: one way to say "ready".
"""

import os
import socket
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

VARIABLE = "NOTIFY_SOCKET"
READY = b"READY=1"
STOPPING = b"STOPPING=1"


def notify(state: bytes) -> None:
    """Tell the service manager; does nothing where there is none."""
    address = os.environ.get(VARIABLE)
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.sendto(state, address)


class NotifySocket:
    """The listening end. A context manager; `address` is what goes into $NOTIFY_SOCKET.

    It lies in a folder of its own under the system's short temporary path: a UNIX socket's path
    has at most 107 bytes (unix(7)), and a data directory may be deep.
    """

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="onrecord-")
        self.address = str(Path(self._folder.name) / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.socket.bind(self.address)
        self.socket.setblocking(False)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()
        self._folder.cleanup()
