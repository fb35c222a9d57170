"""The service manager's readiness protocol (sd_notify(3)): a datagram to $NOTIFY_SOCKET.

systemd listens there, and so does our supervisor: one way to say "ready", and why a server ended.
"""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

from onrecord.core.domain.errors import RefuseToStart

VARIABLE = "NOTIFY_SOCKET"
READY = b"READY=1"
STOPPING = b"STOPPING=1"
STATUS = b"STATUS="
LONGEST = 4096
"""Bytes of a message; what is longer is cut."""


def tell_status(sentence: str) -> None:
    """Tell the service manager in one line how the server is."""
    notify((STATUS + " ".join(sentence.split()).encode())[:LONGEST])


def notify(state: bytes) -> None:
    """Tell the service manager; does nothing where there is none, or where it is gone."""
    address = os.environ.get(VARIABLE)
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    with suppress(OSError), socket.socket(socket.AF_UNIX, kind) as sender:
        sender.sendto(state, address)


class NotifySocket:
    """The listening end. A context manager; `address` is what goes into $NOTIFY_SOCKET.

    It lies in a folder of its own under the system's short temporary path: a UNIX socket's path
    has at most 107 bytes (unix(7)), and a data directory may be deep. Raises RefuseToStart
    (`no_temporary_folder`).
    """

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            try:
                folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="onrecord-"))
                self.address = f"{folder}/notify"
                self.socket = stack.enter_context(
                    socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
                )
                self.socket.bind(self.address)
            except OSError as error:
                raise RefuseToStart(
                    "no_temporary_folder",
                    f"No folder for temporary files can be written: {error.strerror}.",
                    "Make room in /tmp. A container with a read-only root needs a tmpfs there.",
                ) from error
            self.socket.setblocking(False)
            self._stack = stack.pop_all()
        return self

    def left(self) -> Iterator[bytes]:
        """Yield the messages that were not read yet."""
        with suppress(BlockingIOError):
            while True:
                yield self.socket.recv(LONGEST)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()
