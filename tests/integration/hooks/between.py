"""What is between the hook `s3` and its store: passes requests on, or harms some of them."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

import urllib3

from onrecord.demo.certificates import DemoTls
from tests.rig.patience import let_work
from tests.rig.radosgw import Radosgw


@dataclass
class Harm:
    """What happens to one request. By itself: the store answers something else, if it is asked."""

    status: int = 0
    """The answer in the store's place; 0: the store's own."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    arrives: bool = False
    """Whether the store gets the request first, where the answer is another."""
    cut: bool = False
    """Half of the answer, then a reset."""
    forgets_lock: bool = False
    """The answer says nothing of the object's lock."""
    damaged: bool = False
    """The store gets another first byte."""
    delay: float = 0.0


Script = Callable[[str, str], Harm | None]
"""(method, path and query) -> what happens to it; None: nothing."""


def passes(method: str, path: str) -> Harm | None:
    """Do no harm."""
    return None


class Between:
    """Listens on a free port of the loopback until closed."""

    def __init__(self, store: Radosgw, tls: DemoTls | None = None, *, old: bool = False) -> None:
        self.script: Script = passes
        self.requests: list[tuple[str, str]] = []
        self.turn = threading.Lock()
        self.store = store
        self.pool = urllib3.PoolManager(ca_certs=str(store.tls.ca), retries=False, maxsize=32)
        self._server = _Server(self, tls or store.tls, old=old)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"https://localhost:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.break_off()
        self._server.server_close()
        self.pool.clear()

    def count(self, method: str, part: str) -> int:
        """How many requests of this method had this in their path."""
        return sum(method == each and part in path for each, path in self.requests)


class _Server(ThreadingTCPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, between: Between, tls: DemoTls, *, old: bool) -> None:
        self.between = between
        self._open: set[ssl.SSLSocket] = set()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if old:
            self._tls.maximum_version = ssl.TLSVersion.TLSv1_2
        self._tls.load_cert_chain(tls.certificate, tls.key)
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(120)
        with self._tls.wrap_socket(request, server_side=True) as stream:
            self._open.add(stream)
            try:
                super().finish_request(stream, client_address)
            finally:
                self._open.discard(stream)

    def break_off(self) -> None:
        """End the connections that clients have not."""
        for stream in list(self._open):
            with suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was broken off is what is tested here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def pass_on(self) -> None:
        between, body = self.server.between, self._body()
        with between.turn:
            between.requests.append((self.command, self.path))
            harm = between.script(self.command, self.path) or Harm()
        let_work(harm.delay)
        if harm.status and not harm.arrives:
            self._answer(harm.status, harm.headers, harm.body)
            return
        answer = between.pool.request(
            self.command,
            between.store.endpoint + self.path,
            body=b"?" + body[1:] if harm.damaged else body,
            headers=dict(self.headers.items()),
            decode_content=False,
        )
        if harm.status:
            self._answer(harm.status, harm.headers, harm.body)
        else:
            said = {
                name: value
                for name, value in answer.headers.items()
                if not (harm.forgets_lock and name.lower().startswith("x-amz-object-lock"))
            }
            self._answer(answer.status, said, answer.data, cut=harm.cut)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on  # noqa: N815  # http.server's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _answer(
        self, status: int, headers: dict[str, str], body: bytes, *, cut: bool = False
    ) -> None:
        head = [f"HTTP/1.1 {status} As scripted"]
        own = {"content-length", "transfer-encoding", "connection"}
        head += [f"{name}: {value}" for name, value in headers.items() if name.lower() not in own]
        if self.command == "HEAD" or status == 204:
            body = b""
        if status != 204:
            head.append(f"content-length: {len(body)}")
        whole = "\r\n".join([*head, "", ""]).encode() + body
        self.wfile.write(whole[: len(whole) // 2] if cut else whole)
        if cut:
            self._reset()

    def _reset(self) -> None:
        """End the connection as a network does that fails."""
        self.wfile.flush()
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True


@contextmanager
def running_between(
    store: Radosgw, tls: DemoTls | None = None, *, old: bool = False
) -> Iterator[Between]:
    """Start one; an `old` one speaks TLS 1.2 at most."""
    between = Between(store, tls, old=old)
    try:
        yield between
    finally:
        between.close()
