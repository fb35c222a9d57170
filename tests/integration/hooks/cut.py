"""What is between a hook and its server: passes bytes on, and breaks off where it is told."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Cut:
    """Listens on a free port. The n-th connection may end after so many bytes of the answers."""

    def __init__(self, port: int) -> None:
        self.after: dict[int, int] = {}
        """By the number of the connection, from 0: how many bytes come back before it breaks."""
        self.passed: list[int] = []
        """How many bytes came back over each connection."""
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._open: list[socket.socket] = []
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._open):
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                number = len(self.passed)
                self.passed.append(0)
                self._open += [near, far]
                for target in (self._forth, self._back):
                    thread = threading.Thread(target=target, args=(near, far, number))
                    self._threads.append(thread)
                    thread.start()

    def _forth(self, near: socket.socket, far: socket.socket, number: int) -> None:
        with suppress(OSError):
            while data := near.recv(1 << 16):
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_RDWR)

    def _back(self, near: socket.socket, far: socket.socket, number: int) -> None:
        with suppress(OSError):
            while data := far.recv(1 << 16):
                room = self.after.get(number, 1 << 60) - self.passed[number]
                near.sendall(data[:room])
                self.passed[number] += min(room, len(data))
                if room <= len(data):
                    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    break
        with suppress(OSError):
            near.shutdown(socket.SHUT_RDWR)


@contextmanager
def running_cut(port: int) -> Iterator[Cut]:
    cut = Cut(port)
    try:
        yield cut
    finally:
        cut.close()
