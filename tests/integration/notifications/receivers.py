"""A mail server (aiosmtpd) and an SMS provider, over TLS, that keep what they are given."""

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from onrecord.demo.certificates import DemoTls
from tests.rig.patience import SECONDS as PATIENCE

USER, PASSWORD = b"onrecord", b"a secret of the mail server"


@dataclass
class MailServer:
    """What arrived, and what it answers to a letter."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answer: str = "250 Taken"
    over_tls: list[bool] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a letter (aiosmtpd's name)."""
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.recipients += envelope.rcpt_tos
            self.over_tls.append(session.ssl is not None)
        return self.answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, way: str, data: Any
    ) -> AuthResult:
        """Let the one user in."""
        assert isinstance(data, LoginPassword)
        return AuthResult(success=(data.login, data.password) == (USER, PASSWORD), handled=False)


def context_of(tls: DemoTls, newest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """The server's side of TLS; `newest` holds it back."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls.certificate, tls.key)
    if newest is not None:
        context.maximum_version = newest
    return context


@contextmanager
def mail_server(
    tls: DemoTls, *, starttls: bool, newest: ssl.TLSVersion | None = None, plain: bool = False
) -> Iterator[MailServer]:
    """Run one in a thread of its own. `plain`: it knows no TLS at all."""
    taken, started = MailServer(), threading.Event()
    context = context_of(tls, newest)
    stop: list[Callable[[], object]] = []

    def speaker() -> SMTP:
        return SMTP(
            taken,
            authenticator=taken.authenticate,
            tls_context=context if starttls else None,
            require_starttls=starttls,
            auth_require_tls=starttls,
        )

    async def serve() -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        listening = None if starttls or plain else context
        async with await loop.create_server(speaker, "127.0.0.1", 0, ssl=listening) as server:
            taken.port = server.sockets[0].getsockname()[1]
            stop.append(lambda: loop.call_soon_threadsafe(ended.set))
            started.set()
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait(PATIENCE)
    try:
        yield taken
    finally:
        stop[0]()
        thread.join(PATIENCE)


@dataclass
class Provider:
    """What was posted to it, and what it answers, once *answers* is set."""

    port: int = 0
    answers: threading.Event = field(default_factory=threading.Event)
    posts: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    status: int = 202


@contextmanager
def sms_provider(tls: DemoTls) -> Iterator[Provider]:
    """Run one in a thread of its own."""
    taken = Provider()
    taken.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            taken.posts.append(json.loads(self.rfile.read(length)))
            taken.tokens.append(self.headers["authorization"])
            taken.ids.append(self.headers["idempotency-key"])
            taken.answers.wait(PATIENCE)
            self.send_response(taken.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.socket = context_of(tls).wrap_socket(server.socket, server_side=True)
        taken.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield taken
        finally:
            server.shutdown()
            thread.join(PATIENCE)
