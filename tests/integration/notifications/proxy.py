"""A proxy that makes tunnels: a real one on loopback, in a thread of its own."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from tests.rig.patience import SECONDS as PATIENCE

MOST = 65_536


@dataclass
class Proxy:
    """What tunnels were asked for; `leads_to`: the port of loopback where each of them ends."""

    leads_to: int
    port: int = 0
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    """Who asked: each `Proxy-Authorization` that came."""
    refuses: bool = False

    @property
    def address(self) -> str:
        """As the settings name it."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def proxy_to(leads_to: int, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """Run one, behind TLS if so. It resolves no name: whatever was asked for is at `leads_to`."""
    proxy = Proxy(leads_to)

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            method, target, _ = self.rfile.readline().decode().split()
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode().partition(": ")
                if name.lower() == "proxy-authorization":
                    proxy.shown.append(value.strip())
            proxy.asked.append(f"{method} {target}")
            if proxy.refuses:
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection(("127.0.0.1", proxy.leads_to)) as service:
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_copy, args=(service, self.connection))
                back.start()
                _copy(self.connection, service)
                back.join(PATIENCE)

    class Server(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

        def get_request(self) -> tuple[socket.socket, Any]:
            request, address = super().get_request()
            return request if tls is None else tls.wrap_socket(request, server_side=True), address

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join(PATIENCE)


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Hand on what comes until it ends."""
    with suppress(OSError):
        while data := source.recv(MOST):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
