"""A RELP server over TLS 1.3 that misbehaves as it is told, written after RELP's own description.

`script` decides what happens to each message; the default stores it and answers 200.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.integration.hooks.syslog_reader import Message, read_message
from tests.rig.patience import let_work

LATE_SECONDS = 0.02
OFFERS = b"200 OK\nrelp_version=0\nrelp_software=test\ncommands=syslog"


@dataclass
class Act:
    """What the server does to one message."""

    answer: bytes = b"200 OK"
    takes: bool = True
    """Whether it stores the message (durably) before it answers."""
    delay: float = 0.0
    late: bool = False
    """Answers once nothing more comes, and the latest message first."""
    times: int = 1
    """How often it answers: more than once breaks RELP."""
    ends: str = ""
    """"cut": hangs up instead of answering; "half": in the middle of the answer; "close": answers,
    and ends the session as RELP has it; "garbled": says what is no RELP."""


Script = Callable[[int, Message], Act]
"""(number of the message, from 0; the message) -> what to do."""


@dataclass
class Behaviour:
    """What a server does, and what it has."""

    script: Script = lambda number, message: Act()
    offers: bytes = OFFERS
    stored: list[Message] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)
    """The event_id of every message that came, doubles included."""
    resets: bool = False
    """Whether it resets each connection after the handshake."""
    most_waiting: int = 0
    """The most messages that waited for a late answer at the same time."""


class RelpReceiver(ThreadingTCPServer):
    """Listens on a free port of the loopback until closed."""

    daemon_threads = False

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.tls = DemoTls(folder)
        ensure_certificates(self.tls, datetime.now(UTC))
        self.behaviour = Behaviour()
        self.turn = threading.Lock()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_3
        self.show(self.tls.certificate, self.tls.key)
        super().__init__(("127.0.0.1", 0), _Handler)

    def show(self, certificate: Path, key: Path) -> None:
        """Use this certificate from now on."""
        self._context.load_cert_chain(certificate, key)

    def options(self, **further: str) -> dict[str, str]:
        """Return a hook's options."""
        known = {
            "host": "localhost",
            "port": str(self.server_address[1]),
            "ca_file": str(self.tls.ca),
        }
        return {**known, **further}

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Speak TLS; clients may go away at any moment."""
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with (
            suppress(OSError, EOFError),
            self._context.wrap_socket(request, server_side=True) as stream,
        ):
            if self.behaviour.resets:
                now = struct.pack("ii", 1, 0)
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            else:
                super().finish_request(stream, client_address)


class _Handler(BaseRequestHandler):
    server: RelpReceiver
    request: ssl.SSLSocket

    def setup(self) -> None:
        self._buffer = b""
        self._late: list[bytes] = []

    def handle(self) -> None:
        while True:
            txnr, command, size = int(self._word()), self._word(), int(self._word())
            data = self._exactly(size + 1)[:-1] if size else b""
            if command == b"open":
                self.request.sendall(_rsp(txnr, self.server.behaviour.offers))
            elif command == b"close":
                self.request.sendall(b"%d rsp 0\n0 serverclose 0\n" % txnr)
                return
            elif not self._take(txnr, data):
                return

    def _take(self, txnr: int, data: bytes) -> bool:
        """Store and answer a message; return whether the session goes on."""
        message = read_message(data)
        behaviour = self.server.behaviour
        with self.server.turn:
            act = behaviour.script(len(behaviour.offered), message)
            behaviour.offered.append(message.parameters["event_id"])
            if act.takes:
                behaviour.stored.append(message)
        let_work(act.delay)
        if act.ends == "half":
            self.request.sendall(b"%d rsp 6 20" % txnr)
        elif act.ends == "garbled":
            self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n" + b"\r\n" * 40)
        elif act.late:
            self._late.append(_rsp(txnr, act.answer))
            behaviour.most_waiting = max(behaviour.most_waiting, len(self._late))
        elif act.ends != "cut":
            self.request.sendall(_rsp(txnr, act.answer) * act.times)
        if act.ends == "close":
            self.request.sendall(b"0 serverclose 0\n")
        return not act.ends

    def _word(self) -> bytes:
        """Return what comes up to a space or the end of a line."""
        word = b""
        while (byte := self._exactly(1)) not in (b" ", b"\n"):
            word += byte
        return word

    def _exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._buffer += self._received()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data

    def _received(self) -> bytes:
        """Return what comes next; where nothing more does, give the late answers first."""
        if self._late:
            self.request.settimeout(LATE_SECONDS)
            with suppress(TimeoutError):
                return self._some()
            self.request.settimeout(None)
            while self._late:
                self.request.sendall(self._late.pop())
        return self._some()

    def _some(self) -> bytes:
        if data := self.request.recv(65536):
            return data
        raise EOFError


def _rsp(txnr: int, data: bytes) -> bytes:
    return b"%d rsp %d %s\n" % (txnr, len(data), data)


@contextmanager
def running_receiver(folder: Path) -> Iterator[RelpReceiver]:
    receiver = RelpReceiver(folder)
    thread = threading.Thread(target=receiver.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()
