"""What stands before a Kafka broker that knows no TLS: TLS, and signing in where asked for."""

import socket
import ssl
import struct
import threading
from contextlib import suppress

_API_VERSIONS, _HANDSHAKE, _AUTHENTICATE = 18, 17, 36
_WRONG = 58
"""The protocol's SASL_AUTHENTICATION_FAILED."""


class TlsFront:
    """Speaks TLS to clients and the broker's own protocol behind it.

    `login`: a user and a password that SASL PLAIN must have said before anything is passed on.
    """

    def __init__(
        self,
        port: int,
        behind: int,
        context: ssl.SSLContext,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.left: int | None = None
        """After so many bytes of answers the connection breaks, once."""
        self.passes = threading.Event()
        self.passes.set()
        self._context = context
        self._login = login
        self._behind = behind
        self._listener = socket.create_server(("127.0.0.1", port))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def is_to_break(self) -> bool:
        return self.left is not None

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        """Listen no more, and break every connection."""
        self.passes.set()
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
                near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.append(near)
                thread = threading.Thread(target=self._serve, args=(near,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(OSError):
            shaken = self._context.wrap_socket(near, server_side=True)
            self._open.append(shaken)
            far = socket.create_connection(("127.0.0.1", self._behind))
            far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open.append(far)
            if self._login is not None and not self._signs_in(shaken, far):
                shaken.shutdown(socket.SHUT_RDWR)
                return
            back = threading.Thread(target=self._copy_back, args=(far, shaken))
            self._threads.append(back)
            back.start()
            self._copy(shaken, far)

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self.passes.wait()
                target.sendall(data)
        self._end(source, target)

    def _copy_back(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self.passes.wait()
                left = self.left
                if left is not None and len(data) >= left:
                    self.left = None
                    target.sendall(data[:left])
                    break
                self.left = None if left is None else left - len(data)
                target.sendall(data)
        self._end(source, target)

    @staticmethod
    def _end(*ends: socket.socket) -> None:
        for each in ends:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _signs_in(self, near: socket.socket, far: socket.socket) -> bool:
        """Answer for the broker until the client has signed in; what it can do it says itself."""
        while True:
            request = _frame(near)
            key, _, correlation = struct.unpack(">hhi", request[:8])
            if key == _API_VERSIONS:
                far.sendall(_framed(request))
                near.sendall(_framed(_frame(far)))
            elif key == _HANDSHAKE:
                said = struct.pack(">ihih", correlation, 0, 1, 5) + b"PLAIN"
                near.sendall(_framed(said))
            elif key == _AUTHENTICATE:
                user, password = self._login or ("", "")
                is_right = request.endswith(f"\0{user}\0{password}".encode())
                code = 0 if is_right else _WRONG
                near.sendall(_framed(struct.pack(">ihhiq", correlation, code, -1, 0, 0)))
                return is_right
            else:
                return False


def _frame(source: socket.socket) -> bytes:
    """Read one message of the protocol; raises OSError where there is none."""
    return _exactly(source, struct.unpack(">i", _exactly(source, 4))[0])


def _framed(data: bytes) -> bytes:
    return struct.pack(">i", len(data)) + data


def _exactly(source: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = source.recv(size - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data
