"""A receiver of webhooks as a bank would run it: TLS 1.3, signatures checked, doubles dropped.

`script` decides what happens to each POST; the default takes it. Signatures are checked by the
`standardwebhooks` package, which we did not write.
"""

import base64
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import Any

from standardwebhooks import Webhook as Oracle
from standardwebhooks import WebhookVerificationError

from onrecord.demo.certificates import DemoTls, ensure_certificates
from onrecord_archive.sinks.https_client import Https
from onrecord_archive.sinks.webhook import Webhook, WebhookOptions
from onrecord_archive.testing import Held
from onrecord_archive.testing.log import SampleLog
from tests.rig.patience import SECONDS as PATIENCE

SECRET = bytes(range(32))


@dataclass
class Act:
    """What the receiver does to one POST."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    takes: bool = True
    """Whether it stores the record (durably) before it answers."""
    delay: float = 0.0
    cut: str = ""
    """"before": resets instead of answering; "after": hangs up before the end of the body."""
    twice: bool = False
    """Whether it answers twice, at once."""


Script = Callable[[int, str], Act]
"""(number of the POST, from 0; webhook-id) -> what to do."""


class Receiver:
    """Listens on a free port of the loopback until closed."""

    def __init__(self, folder: Path) -> None:
        self.tls = DemoTls(folder)
        folder.mkdir(exist_ok=True)
        ensure_certificates(self.tls, datetime.now(UTC))
        self.script: Script = lambda number, message_id: Act()
        self.stored: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.attempts: list[str] = []
        self.refused_signatures = 0
        self.garbled_handshakes = 0
        self.handshakes = 0
        self.reads: dict[str, str] = {}
        """The stream of each webhook-id that came, whatever became of it."""
        self._seen: set[str] = set()
        self.options_status = 204
        """What OPTIONS is answered with while it is available."""
        self._available = True
        self._turn = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/records"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def ask_for_certificates(self) -> None:
        """Take nobody, from now on, who shows no certificate of the authority."""
        self._server.ask_for_certificates(self.tls.ca)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def hook(self, log: SampleLog) -> Webhook:
        return self.webhook()

    def webhook(self, **options: Any) -> Webhook:
        secrets, form = options.pop("secrets", (SECRET,)), options.pop("form", "standard")
        chosen = {"ca_file": self.tls.ca, "timeout": PATIENCE, **options}
        return Webhook(WebhookOptions(Https(self.url, **chosen), secrets, form))

    def held(self) -> Sequence[Held]:
        return [
            Held(data["archive_index"], data["leaf"].encode(), base64.b64decode(data["body"]))
            for data in self.stored
        ]

    def set_available(self, available: bool) -> None:
        self._available = available

    def take(self, headers: dict[str, str], body: bytes) -> Act:
        """Decide about one POST, and store it when that is what happens."""
        message_id = headers.get("webhook-id", "")
        with self._turn:
            number = len(self.attempts)
            self.attempts.append(message_id)
            if not self._available:
                return Act(503)
            self.reads[message_id] = _stream_of(body)
            act = self.script(number, message_id)
            try:
                Oracle(base64.b64encode(SECRET).decode()).verify(body, headers)
            except WebhookVerificationError:
                self.refused_signatures += 1
                return Act(401)
            if act.takes and 200 <= act.status < 300 and message_id not in self._seen:
                self._seen.add(message_id)
                self.stored.append(_data_of(body))
                self.bodies.append(body)
                self.headers.append(headers)
        return act

    def garble(self) -> bool:
        """Whether to answer this handshake with what is no TLS."""
        with self._turn:
            self.handshakes += 1
            garble = self.garbled_handshakes > 0
            self.garbled_handshakes -= garble
        return garble

    @property
    def available(self) -> bool:
        return self._available


def _stream_of(body: bytes) -> str:
    return str(json.loads(_data_of(body)["leaf"]).get("stream", ""))


def _data_of(body: bytes) -> dict[str, Any]:
    """Return what a body says of a record: CloudEvents' binary mode has nothing around it."""
    values: dict[str, Any] = json.loads(body)
    data: dict[str, Any] = values.get("data", values)
    return data


class _Server(ThreadingTCPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_3
        self._tls.load_cert_chain(receiver.tls.certificate, receiver.tls.key)
        super().__init__(("127.0.0.1", 0), _Handler)

    def ask_for_certificates(self, ca: Path) -> None:
        self._tls.load_verify_locations(ca)
        self._tls.verify_mode = ssl.CERT_REQUIRED

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.receiver.garble():
            request.sendall(b"HTTP/1.0 400 this is no TLS\r\n\r\n")
            return
        request.settimeout(10)  # a handshake that was broken off is waited for at the end
        with self._tls.wrap_socket(request, server_side=True) as stream:
            super().finish_request(stream, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may go away at any moment; anything else is this receiver's own defect."""
        import sys

        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_OPTIONS(self) -> None:
        receiver = self.server.receiver
        self._answer(Act(receiver.options_status if receiver.available else 503))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        act = self.server.receiver.take(headers, body)
        time.sleep(act.delay)
        if act.cut == "before":
            self._reset()
            return
        if act.twice:
            self.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n" * 2)
            return
        self._answer(act)
        if act.cut == "after":
            self.close_connection = True

    def _answer(self, act: Act) -> None:
        self.send_response(act.status)
        for name, value in act.headers.items():
            self.send_header(name, value)
        claimed = len(act.body) + (100 if act.cut == "after" else 0)
        if act.status != 204:
            self.send_header("content-length", str(claimed))
        self.end_headers()
        self.wfile.write(act.body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True
        self.wfile = open("/dev/null", "wb")  # noqa: SIM115  # flushed by the server after this

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running_receiver(folder: Path) -> Iterator[Receiver]:
    receiver = Receiver(folder)
    try:
        yield receiver
    finally:
        receiver.close()
