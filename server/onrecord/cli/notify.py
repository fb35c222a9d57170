"""The service manager's readiness protocol (sd_notify(3)): a datagram to $NOTIFY_SOCKET.

systemd listens there, and so does our supervisor: one way to say "ready", and why a server ended.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from onrecord.domain.errors import RefuseToStart

VARIABLE = "NOTIFY_SOCKET"
READY = b"READY=1"
STOPPING = b"STOPPING=1"
STATUS = b"STATUS="
LONGEST = 4096
"""Bytes of a message; what is longer is cut."""


def status(sentence: str) -> bytes:
    """Return the message that says in one line how the server is."""
    return (STATUS + " ".join(sentence.split()).encode())[:LONGEST]


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
    has at most 107 bytes (unix(7)), and a data directory may be deep. Raises RefuseToStart
    (`no_temporary_folder`).
    """

    def __enter__(self) -> Self:
        try:
            self._folder = tempfile.TemporaryDirectory(prefix="onrecord-")
        except OSError as error:
            raise RefuseToStart(
                "no_temporary_folder",
                f"No folder for temporary files can be written: {error.strerror}.",
                "Make room in /tmp. A container with a read-only root needs a tmpfs there.",
            ) from error
        self.address = str(Path(self._folder.name) / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self.socket.bind(self.address)
        self.socket.setblocking(False)
        return self

    def left(self) -> Iterator[bytes]:
        """Give what was said and not read yet."""
        with suppress(BlockingIOError):
            while True:
                yield self.socket.recv(LONGEST)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.socket.close()
        self._folder.cleanup()
