"""What is between a hook and its server: passes bytes on, and breaks off where it is told."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.integration.hooks.relay import Relay, end


class Cut(Relay):
    """Listens on a free port. The n-th connection may end after so many bytes of the answers."""

    def __init__(self, port: int) -> None:
        self.after: dict[int, int] = {}
        """By the number of the connection, from 0: how many bytes come back before it breaks."""
        self.passed: list[int] = []
        """How many bytes came back over each connection."""
        self._far = port
        super().__init__()

    def take(self, near: socket.socket) -> None:
        """Number a connection and pass its bytes on, both ways."""
        self.keep(near)
        far = self.keep(socket.create_connection(("127.0.0.1", self._far)))
        number = len(self.passed)
        self.passed.append(0)
        self.start(self._forth, near, far)
        self.start(self._back, near, far, number)

    def _forth(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(1 << 16):
                far.sendall(data)
        end(far)

    def _back(self, near: socket.socket, far: socket.socket, number: int) -> None:
        with suppress(OSError):
            while data := far.recv(1 << 16):
                room = self.after.get(number, 1 << 60) - self.passed[number]
                near.sendall(data[:room])
                self.passed[number] += min(room, len(data))
                if room <= len(data):
                    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
        end(near)


@contextmanager
def running_cut(port: int) -> Iterator[Cut]:
    cut = Cut(port)
    try:
        yield cut
    finally:
        cut.close()
