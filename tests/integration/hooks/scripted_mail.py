"""A mail server over TLS 1.3 that answers each step as a script says, half an answer included.

What Postfix cannot be brought to: to fall silent, to hang up inside an answer, to be slow.
"""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Literal

from onrecord.demo.certificates import DemoTls
from tests.integration.hooks.mailbox import Received
from tests.rig.patience import let_work

Step = Literal["greeting", "ehlo", "mail", "rcpt", "data", "end"]
_USUAL: dict[str, str] = {
    "greeting": "220 mail.bank.example",
    "ehlo": "250 mail.bank.example",
    "data": "354 Go on",
    "end": "250 2.0.0 Ok: queued as 4dM2",
}


@dataclass(frozen=True)
class Act:
    """An answer, "" for the usual one, or a part of it before the connection is cut."""

    answer: str = ""
    cut: bool = False
    delay: float = 0.0


Script = Callable[[Step, int], Act]
"""(the step, how many mails have ended before, doubles and refused ones too) -> what to do."""


@dataclass
class ScriptedMail:
    """What arrived, in order, and how often it was connected to."""

    tls: DemoTls
    port: int = 0
    script: Script = lambda step, number: Act()
    ended: int = 0
    connections: int = 0
    mails: list[Received] = field(default_factory=list)
    refuses: bytes = b"\0"
    """It refuses a mail in which these bytes are."""
    longest: int | None = None
    """It finds a mail of more bytes too long, at its end."""

    def options(self, **more: str) -> dict[str, str]:
        """Return the options of a hook to it."""
        return {
            "host": "localhost",
            "port": str(self.port),
            "security": "tls",
            "sender": "onrecord@bank.example",
            "recipient": "journal@example.com",
            "ca_file": str(self.tls.ca),
            **more,
        }

    def take(self, data: bytes) -> None:
        """Store a mail."""
        mail = message_from_bytes(data, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(Received(f"{len(self.mails):08d}", mail))


class _Server(ThreadingTCPServer):
    daemon_threads = False

    def __init__(self, mail: ScriptedMail) -> None:
        self.mail = mail
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_3
        self._tls.load_cert_chain(mail.tls.certificate, mail.tls.key)
        super().__init__(("127.0.0.1", 0), _Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(10)  # a handshake that was broken off is waited for at the end
        with self._tls.wrap_socket(request, server_side=True) as stream:
            super().finish_request(stream, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients may go away at any moment; anything else is this server's own defect."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self.server.mail.connections += 1
        if not self._say("greeting"):
            return
        while line := self.rfile.readline():
            if not self._obey(line.decode().split()[0].split(":")[0].lower()):
                return

    def _obey(self, verb: str) -> bool:
        """Answer a command; tell whether the connection goes on."""
        match verb:
            case "quit":
                self.wfile.write(b"221 Bye\r\n")
                return False
            case "data":
                act = self._act("data")
                return self._answer("data", act) and (bool(act.answer) or self._take())
            case "ehlo" | "mail" | "rcpt":
                return self._say(verb)
            case _:
                self.wfile.write(b"250 Ok\r\n")
                return True

    def _take(self) -> bool:
        """Read a mail and store it, before it is answered, unless the answer refuses it."""
        lines, mail = [], self.server.mail
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if not line:
            return False
        act, data = self._act("end"), b"".join(lines)
        mail.ended += 1
        if mail.refuses in data:
            act = Act("550 5.7.1 Refused by a filter")
        elif mail.longest is not None and len(data) > mail.longest:
            act = Act("552 Too long")
        if (act.answer or _USUAL["end"]).startswith("2"):
            mail.take(data)
        return self._answer("end", act)

    def _act(self, step: Step) -> Act:
        return self.server.mail.script(step, self.server.mail.ended)

    def _say(self, step: Step) -> bool:
        return self._answer(step, self._act(step))

    def _answer(self, step: Step, act: Act) -> bool:
        let_work(act.delay)
        if act.cut:
            self.wfile.write(act.answer.encode())
            self.connection.shutdown(socket.SHUT_RDWR)
            return False
        whole = act.answer or _USUAL.get(step, "250 2.1.0 Ok")
        self.wfile.write(f"{whole}\r\n".encode())
        return True


@contextmanager
def running_script(tls: DemoTls) -> Iterator[ScriptedMail]:
    """Run one on a free port of the loopback."""
    mail = ScriptedMail(tls)
    with _Server(mail) as server:
        mail.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield mail
        finally:
            server.shutdown()
            thread.join()
