"""What stands before a server in a test: takes connections, and ends them at any point."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

S = TypeVar("S", bound=socket.socket)


class Relay:
    """Listens on a port of the loopback until closed; 0 is a free one.

    Closing ends every connection, at whatever point it is, and waits for the threads.
    """

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._turn = threading.Lock()
        self._ended = False
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.start(self._accept)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def take(self, near: socket.socket) -> None:
        """Serve a connection in threads that `start` begins; the next one waits for this call."""
        raise NotImplementedError

    def close(self) -> None:
        with self._turn:
            self._ended = True
            sockets = [self._listener, *self._open]
        end(*sockets)
        for thread in self._threads:
            thread.join()
        for each in sockets:
            each.close()

    def keep(self, opened: S) -> S:
        """Have a socket end with the relay. Raises OSError, and closes it, where that has ended."""
        with self._turn:
            if not self._ended:
                self._open.append(opened)
                return opened
        opened.close()
        raise ConnectionAbortedError

    def start(self, act: Callable[..., None], *given: Any) -> None:
        """Act in a thread of the relay's, which an OSError ends."""
        thread = threading.Thread(target=self._act, args=(act, *given))
        self._threads.append(thread)
        thread.start()

    def _act(self, act: Callable[..., None], *given: Any) -> None:
        with suppress(OSError):
            act(*given)

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            try:
                self.take(near)
            except OSError:  # the server behind is away, or the relay has ended
                near.close()


def end(*sockets: socket.socket) -> None:
    """Have whoever waits for these sockets wait no more, in the middle of a handshake too."""
    for each in sockets:
        with suppress(OSError):
            socket.socket.shutdown(
                each, socket.SHUT_RDWR
            )  # TLS has its own, which forgets its state
