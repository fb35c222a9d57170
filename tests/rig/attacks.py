"""Who tries to stop a server: `python -m tests.rig.attacks KIND PORT CA SECONDS [COOKIE …]`.

Strangers, and with cookies (`name=value`) people who have signed in.

It says `began` after its first blow, and at the end how often it came back. Each kind is one that
stopped recording once. Nothing but loopback, for so many seconds and no longer.
"""

import _ssl
import ctypes
import http.client
import json
import os
import secrets
import selectors
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import cycle, islice
from typing import Any, NoReturn

from tests.rig.attack_requests import AROUND, MASK, bad_links, guesses, text_frame, uploads
from tests.rig.patience import SECONDS as PATIENCE

HOST = "127.0.0.1"
SOURCE = "127.66.6.6"
"""Where they come from: another network than everybody else's."""
CONNECTS = 1_500
CHUNKS = 60_000
FRAMES = 100_000
HANDSHAKES = 8
BODY = 3_000
"""Bytes of a body in tiny pieces."""
CROWD = 64
"""Connections that ask without pause."""
FEW = 24
"""Connections that send in tiny pieces."""
SOCKETS = 5
"""So many one person may have open at once."""
NICE = 5
RECORD = b"\x16\x03\x01\x00\x01"
"""Head of a record of the handshake that holds one byte, RFC 8446 section 5.1."""
UPDATES = 2_000
"""Changes of keys that are sealed at once: 54 KB."""
OPENSSL = ctypes.CDLL(_ssl.__file__)
POINTER = ctypes.sizeof(ctypes.c_void_p)
NOT_REQUESTED = 0
"""SSL_KEY_UPDATE_NOT_REQUESTED of OpenSSL's ssl.h: the other side keeps its key."""

TEXT_BEGUN, MORE, PING, PONG = b"\x01\x80", b"\x00\x80", b"\x89\x80", b"\x8a\x80"


class Stranger:
    """One attack against one listener; by who have cookies, no stranger's."""

    def __init__(self, port: int, ca: str, seconds: float, cookies: Sequence[str] = ()) -> None:
        self.port = port
        self.cookies = [f"Cookie: {cookie}\r\n".encode() for cookie in cookies]
        self.cookie = self.cookies[0] if cookies else b""
        self.context = ssl.create_default_context(cafile=ca)
        self.seconds = seconds
        """From the first blow on."""
        self.until = time.monotonic() + PATIENCE
        self.blows = 0

    def goes_on(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.until

    def struck(self) -> None:
        """Note a blow, and say when it was the first."""
        self.blows += 1
        if self.blows == 1:
            self.until = time.monotonic() + self.seconds
            print("began", flush=True)

    def connect(self, source: str = SOURCE) -> socket.socket:
        """Connect from the attack's network, or another address."""
        return socket.create_connection((HOST, self.port), 5, source_address=(source, 0))

    def secured(self) -> ssl.SSLSocket:
        """Connect and begin TLS."""
        return self.context.wrap_socket(self.connect(), server_hostname="chat.localhost")

    def frames(self, first: bytes, frame: bytes) -> None:
        """Send frames on one socket without a hello, as fast as it goes; come back when closed."""
        blob = (frame + MASK) * FRAMES
        while self.goes_on():
            with suppress(OSError), self.secured() as over:
                over.sendall(self._upgrade())
                over.recv(65536)
                over.sendall(first)
                self.struck()
                while self.goes_on():
                    over.sendall(blob)

    def _upgrade(self, lines: str = "") -> bytes:
        return (
            f"GET /api/v1/ws HTTP/1.1\r\nHost: chat.localhost:{self.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Sec-WebSocket-Protocol: onrecord.v1\r\n{lines}\r\n"
        ).encode()

    def connects(self) -> None:
        """Hold CONNECTS bare connections open; open those anew that are closed."""
        with selectors.DefaultSelector() as held:
            while self.goes_on():
                while len(held.get_map()) < CONNECTS and self.goes_on():
                    with suppress(OSError):
                        held.register(self.connect(), selectors.EVENT_READ)
                self.struck()
                for key, _ in held.select(0.05):
                    held.unregister(key.fileobj)
                    _socket(key).close()
            for key in list(held.get_map().values()):
                held.unregister(key.fileobj)
                _socket(key).close()

    def chunks(self) -> None:
        """Post bodies of one-byte chunks on four connections at once."""
        head = (
            f"POST /api/v1/sign-in HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Origin: {self._origin}\r\nSec-Fetch-Site: same-origin\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        blob = head.encode() + b"1\r\n \r\n" * CHUNKS
        self._beside(4, lambda: self._post(blob))

    def _post(self, blob: bytes) -> None:
        while self.goes_on():
            with suppress(OSError), self.secured() as over:
                self.struck()
                over.sendall(blob)
                over.settimeout(2)
                over.recv(65536)

    def asks(self, path: str, lines: bytes = b"", host: str = "") -> None:
        """Ask for something on CROWD connections, and never wait for answers."""
        first = f"GET {path} HTTP/1.1\r\nHost: {host or self._host}\r\n"
        lines += self.cookie
        self._pour([(first.encode() + lines + b"\r\n") * max(1, 4096 // (len(lines) + 64))])

    def tiny(self, path: str = "/api/v1/sign-in", length: int = BODY) -> None:
        """Post bodies of which each byte is a TLS record of its own, whatever is answered."""
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\n"
            f"Origin: {self._origin}\r\nSec-Fetch-Site: same-origin\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n"
        )
        self._pour([head.encode() + self.cookie + b"\r\n"], BODY, FEW)

    def guesses(self) -> None:
        """Guess passwords from many neighbourhoods, and never wait for answers."""
        self._pour([guesses(self._origin)], count=len(AROUND), sources=AROUND)

    def links(self) -> None:
        """Try links that are none, all from one address."""
        self._pour([bad_links(self._origin)])

    def uploads(self) -> None:
        """Begin as many uploads as each may have, send nothing, give them up, and again."""
        convs = [(cookie, self._conv(cookie)) for cookie in self.cookies]
        each = islice(cycle(convs), CROWD)
        self._pour([uploads(self._origin, cookie, conv) for cookie, conv in each])

    def hellos(self) -> None:
        """Begin TLS in records of one byte each, that never end the hello."""
        said = b"\x01\x00\xff\xff" + b"\x03\x03" + bytes(60_000)  # RFC 8446 section 4.1.2
        crumbs = b"".join(RECORD + said[at : at + 1] for at in range(len(said)))

        def begin() -> None:
            while self.goes_on():
                with suppress(OSError), self.connect() as over:
                    self.struck()
                    over.sendall(crumbs)

        self._beside(HANDSHAKES, begin)

    def updates(self) -> None:
        """Change keys without end, of which no application hears (RFC 8446 section 4.6.3)."""
        self._pour([b""], count=FEW, updates=UPDATES)

    @property
    def _host(self) -> str:
        return f"chat.localhost:{self.port}"

    @property
    def _origin(self) -> str:
        return f"https://{self._host}"

    def _pour(
        self,
        blobs: Sequence[bytes],
        crumbs: int = 0,
        count: int = CROWD,
        *,
        updates: int = 0,
        sources: Sequence[str] = (SOURCE,),
    ) -> None:
        """Send one of these, so many single bytes and changes of keys, again and again, unanswered.

        Connections have the blobs, and the addresses, by turns.
        """
        each = zip(cycle(blobs), cycle(sources), strict=False)
        with selectors.DefaultSelector() as crowd:
            while self.goes_on():
                while len(crowd.get_map()) < count and self.goes_on():
                    blob, source = next(each)
                    with suppress(OSError):
                        pouring = _Pouring(self, source, blob, crumbs, updates)
                        crowd.register(pouring.sock, selectors.EVENT_WRITE, pouring)
                self.struck()
                for key, _ in crowd.select(0.02):
                    try:
                        key.data.pour()
                    except OSError:
                        crowd.unregister(key.fileobj)
                        _socket(key).close()
            for key in list(crowd.get_map().values()):
                crowd.unregister(key.fileobj)
                _socket(key).close()

    def handshakes(self) -> None:
        """Shake hands and go, without end."""
        self._beside(HANDSHAKES, self._shake)

    def _shake(self) -> None:
        while self.goes_on():
            with suppress(OSError), self.secured():
                self.struck()

    def states(self, frame: str) -> None:
        """State something in conversations that are not there, on as many sockets as one may have.

        *frame*: with ``%s`` for 24 hex digits. The ids begin alike, and so have the same turn.
        """
        self._beside(SOCKETS, lambda: self._state(frame))

    def _state(self, frame: str) -> None:
        while self.goes_on():
            with suppress(OSError), self.secured() as over:
                ticket = self._ticket()
                over.sendall(self._upgrade(f"Origin: {self._origin}\r\n"))
                over.recv(65536)
                over.sendall(text_frame(f'{{"t":"hello","ticket":"{ticket}"}}'))
                while self.goes_on():
                    over.settimeout(max(1.0, 1.0 + self.until - time.monotonic()))
                    said = (frame.replace("%s", secrets.token_hex(12)) for _ in range(50))
                    over.sendall(b"".join(map(text_frame, said)))
                    self.struck()

    def _ticket(self) -> str:
        ticket: str = self._asked("POST", "/api/v1/ws-ticket", self.cookie)["ticket"]
        return ticket

    def _conv(self, cookie: bytes) -> str:
        """A conversation of theirs."""
        found: str = self._asked("GET", "/api/v1/bootstrap", cookie)["conversations"][0]["id"]
        return found

    def _asked(self, method: str, path: str, cookie: bytes) -> dict[str, Any]:
        asking = http.client.HTTPSConnection("chat.localhost", self.port, context=self.context)
        asking.sock = self.secured()
        _, _, kept = cookie.decode().strip().partition(": ")
        headers = {"Cookie": kept, "Origin": self._origin, "Sec-Fetch-Site": "same-origin"}
        asking.request(method, path, headers=headers)
        answer: dict[str, Any] = json.loads(asking.getresponse().read())
        asking.close()
        return answer

    def _beside(self, count: int, work: Callable[[], None]) -> None:
        threads = [threading.Thread(target=work) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def nothing(self) -> None:
        """Take the processor, and touch nobody: what an attack is compared with."""
        self.struck()
        while self.goes_on():
            pass


class _Pouring:
    """One connection that sends the same again and again, sealed beforehand, without waiting."""

    def __init__(
        self, stranger: Stranger, source: str, blob: bytes, crumbs: int, updates: int
    ) -> None:
        self.sock = stranger.connect(source)
        self._blob, self._crumbs, self._updates = blob, crumbs, updates
        self._comes, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        context, name = stranger.context, "chat.localhost"
        self._tls = context.wrap_bio(self._comes, self._goes, server_hostname=name)
        try:
            self._shake_hands()
        except BaseException:
            self.sock.close()
            raise
        self._sealed = memoryview(b"")

    def _shake_hands(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self.sock.sendall(self._goes.read())
                self._comes.write(self.sock.recv(65536) or _closed())
                continue
            self.sock.sendall(self._goes.read())
            self.sock.setblocking(False)
            return

    def pour(self) -> None:
        """Send some of it. Raises OSError where it was closed."""
        with suppress(BlockingIOError):
            if not self.sock.recv(262_144):
                _closed()
        with suppress(BlockingIOError):
            if not self._sealed:
                if self._blob:
                    self._tls.write(self._blob)
                for _ in range(self._crumbs):
                    self._tls.write(b" ")
                for _ in range(self._updates):
                    change_key(self._tls)
                self._sealed = memoryview(self._goes.read())
            self._sealed = self._sealed[self.sock.send(self._sealed[:262_144]) :]


def change_key(tls: ssl.SSLObject) -> None:
    """Have TLS 1.3 say that it changes its key. Python has no name for it, OpenSSL has.

    A PySSLSocket is an object's head, a reference and then the SSL * (CPython, Modules/_ssl.c).
    """
    inner = tls._sslobj  # type: ignore[attr-defined]
    ssl_at = ctypes.c_void_p.from_address(id(inner) + object.__basicsize__ + POINTER).value
    assert OPENSSL.SSL_key_update(ctypes.c_void_p(ssl_at), NOT_REQUESTED) == 1
    OPENSSL.SSL_do_handshake(ctypes.c_void_p(ssl_at))


def _closed() -> NoReturn:
    raise ConnectionResetError


def _socket(key: selectors.SelectorKey) -> socket.socket:
    assert isinstance(key.fileobj, socket.socket)
    return key.fileobj


NOTHING = "nothing"
KINDS: dict[str, Callable[[Stranger], None]] = {
    "fragments": lambda one: one.frames(TEXT_BEGUN + MASK, MORE),
    "pings": lambda one: one.frames(b"", PING),
    "pongs": lambda one: one.frames(b"", PONG),
    "connects": Stranger.connects,
    "chunks": Stranger.chunks,
    "handshakes": Stranger.handshakes,
    "tiny": Stranger.tiny,
    "refused": lambda one: one.tiny("/api/v1/ws-ticket", 100_000_000),
    "hellos": Stranger.hellos,
    "updates": Stranger.updates,
    "heads": lambda one: one.asks("/", b"a:\r\n" * 3_900),
    "cookies": lambda one: one.asks("/api/v1/me", b"Cookie: " + b"a=b;" * 3_800 + b"\r\n"),
    "pages": lambda one: one.asks("/"),
    "asks": lambda one: one.asks("/api/v1/me"),
    "wrong": lambda one: one.asks("/", host="x"),
    "links": Stranger.links,
    "guesses": Stranger.guesses,
}
SIGNED_IN: dict[str, Callable[[Stranger], None]] = {
    "searches": lambda one: one.asks("/api/v1/search?q=" + "%20".join(["morning"] * 10)),
    "starts": lambda one: one.asks("/api/v1/bootstrap"),
    "selves": lambda one: one.asks("/api/v1/me"),
    "crumbs": lambda one: one.tiny("/api/v1/ws-ticket", 100_000_000),
    "reads": lambda one: one.states('{"t":"read","conv":"00000000%s","msg_no":5}'),
    "notes": lambda one: one.states('{"t":"played","conv":"00000000%s","target":"00000000%s"}'),
    "uploads": Stranger.uploads,
}
"""By who has signed in, in CROWD connections, or on SOCKETS sockets: one person, or by all."""


def main(kind: str, port: str, ca: str, seconds: str, *cookies: str) -> None:
    """Attack, as nicely as leaves the one who measures on the same core a turn."""
    os.nice(NICE)
    stranger = Stranger(int(port), ca, float(seconds), cookies)
    (KINDS | SIGNED_IN | {NOTHING: Stranger.nothing})[kind](stranger)
    print(stranger.blows, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
