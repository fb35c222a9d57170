"""A push service over TLS on loopback, and a browser's keys: both read with other libraries."""

import json
import socket
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from os import urandom
from select import select
from socketserver import ThreadingTCPServer
from typing import Any

import http_ece
import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onrecord.demo.certificates import DemoTls
from tests.integration.notifications.receivers import context_of
from tests.rig.patience import SECONDS as PATIENCE


def base64url(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def bytes_of(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Browser:
    """What a browser makes for a subscription."""

    key: EllipticCurvePrivateKey = field(default_factory=lambda: generate_private_key(SECP256R1()))
    auth: bytes = field(default_factory=lambda: urandom(16))

    @property
    def point(self) -> bytes:
        public = self.key.public_key()
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def reads(self, body: bytes) -> Any:
        plain = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return json.loads(plain)


@dataclass(frozen=True)
class Posted:
    path: str
    headers: dict[str, str]
    body: bytes

    def sender(self, origin: str) -> tuple[str, dict[str, Any]]:
        """Who sends it, as PyJWT judges, and what the token says."""
        scheme, _, rest = self.headers["authorization"].partition(" ")
        token, point = (part.strip().partition("=")[2] for part in rest.split(","))
        assert scheme == "vapid"
        key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bytes_of(point))
        return point, jwt.decode(token, key, algorithms=["ES256"], audience=origin)


@dataclass
class PushService:
    """What was posted to it; what it answers: `answers` in turn, then 201."""

    port: int = 0
    posts: list[Posted] = field(default_factory=list)
    answers: deque[tuple[int, dict[str, str]]] = field(default_factory=deque)
    goes_on: threading.Event = field(default_factory=threading.Event)
    held: list[socket.socket] = field(default_factory=list)
    """Connections of posts that are not answered yet."""

    @property
    def origin(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def waited_for(self) -> int:
        """How many posts have no answer yet, and a sender who has not given them up."""
        given_up, _, _ = select(self.held, [], [], 0)
        return len(self.held) - len(given_up)

    @property
    def host(self) -> str:
        """As the settings allow it."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def push_service(tls: DemoTls) -> Iterator[PushService]:
    """Run one in a thread of its own."""
    service = PushService()
    service.goes_on.set()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.posts.append(Posted(self.path, headers, body))
            service.held.append(self.connection)
            service.goes_on.wait(PATIENCE)
            service.held.remove(self.connection)
            status, more = service.answers.popleft() if service.answers else (201, {})
            self.send_response(status)
            for name, value in {"Content-Length": "0", **more}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    class Server(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        server.socket = context_of(tls).wrap_socket(server.socket, server_side=True)
        service.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join(PATIENCE)
