"""What stands before a Kafka broker that knows no TLS: TLS, and signing in where asked for."""

import socket
import ssl
import struct
import threading
from contextlib import suppress

from tests.integration.hooks.relay import Relay, end

_API_VERSIONS, _HANDSHAKE, _AUTHENTICATE = 18, 17, 36
_WRONG = 58
"""The protocol's SASL_AUTHENTICATION_FAILED."""


class TlsFront(Relay):
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
        super().__init__(port)

    @property
    def is_to_break(self) -> bool:
        return self.left is not None

    def close(self) -> None:
        """Listen no more, and break every connection."""
        self.passes.set()
        super().close()

    def take(self, near: socket.socket) -> None:
        """Shake hands, have the client sign in where that is asked for, and pass on."""
        near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The socket before is no more: this one is kept before anyone waits for the client.
        shaken = self._context.wrap_socket(near, server_side=True, do_handshake_on_connect=False)
        self.start(self._serve, self.keep(shaken))

    def _serve(self, shaken: ssl.SSLSocket) -> None:
        shaken.do_handshake()
        far = self.keep(socket.create_connection(("127.0.0.1", self._behind)))
        far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._login is not None and not self._signs_in(shaken, far):
            end(shaken)
            return
        self.start(self._copy_back, far, shaken)
        self._copy(shaken, far)

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 16):
                self.passes.wait()
                target.sendall(data)
        end(source, target)

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
        end(source, target)

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
