"""The mail server that a hook hands its mails to: SMTP over TLS 1.3, never in the clear.

What an answer means:

    250 after DATA               the server has the mail durably (RFC 5321, section 6.1)
    421, any other 4xx           again later
    5xx to the mail itself       it refuses this mail; too long is told apart
    5xx to anything before       an operator must act: sign-in, sender, recipient, no STARTTLS
    552 5.2.2, 5.2.1             its mailbox is full or switched off: an operator must act
    no answer, half of one, TLS  again later; a certificate that is not valid is an operator's
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Literal, TypeAlias

from onrecord_archive.contract import HookError, Misconfigured, Retry
from onrecord_archive.sinks.options import read_file
from onrecord_archive.sinks.tls import unanswered

Security: TypeAlias = Literal["starttls", "tls"]
_LONGEST_LINE: Final = 8192
_MOST_LINES: Final = 100
"""Lines of one answer, and bytes of each; RFC 5321 allows 512 bytes."""
_LONGEST_DETAIL: Final = 128
_MAILS_PER_CONNECTION: Final = 400
"""Global Relay takes no more on one connection."""
_ENHANCED: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}(?=\s|$)")
_TOO_LONG: Final = frozenset({"5.3.4", "5.2.3"})
_MAILBOX: Final = frozenset({"5.2.1", "5.2.2"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails go. `timeout` seconds bound each step; `name` is what we call ourselves.

    `password_file` is read at each sign-in, so that it can be replaced.
    """

    host: str
    port: int
    security: Security
    tls: ssl.SSLContext
    sender: str
    recipient: str
    name: str
    timeout: float
    user: str | None = None
    password_file: Path | None = None


class MailRefused(Exception):
    """The server will not take this mail; the text says its answer's codes."""


class MailTooLong(MailRefused):
    """It will not take one so long: `size` bytes."""

    def __init__(self, says: str, size: int) -> None:
        super().__init__(says)
        self.size = size


class _Whole(smtplib.SMTP):
    """Takes no half-written answer for a whole one, and none that does not end."""

    def getreply(self) -> tuple[int, bytes]:
        """Return code and text of an answer. Raises SMTPServerDisconnected, OSError."""
        if self.file is None:
            assert self.sock is not None  # noqa: S101  # smtplib's own order of things
            self.file = self.sock.makefile("rb")
        lines: list[bytes] = []
        while len(lines) < _MOST_LINES:
            line = self._line(self.file)
            if not line.endswith(b"\n") or not line[:3].isdigit():
                break
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
        self.close()
        raise smtplib.SMTPServerDisconnected("no whole answer")

    def _line(self, file: BinaryIO) -> bytes:
        try:
            return file.readline(_LONGEST_LINE)
        except OSError:
            self.close()
            raise


class _WholeOverTls(_Whole, smtplib.SMTP_SSL):
    """The same where TLS begins before SMTP does."""


class MailConnection:
    """A signed-in connection, made anew after many mails. Belongs to one thread; every call blocks.

    `limit`: the longest mail in bytes that the server announces, None if it does not.
    """

    def __init__(self, server: MailServer) -> None:
        """Connect and sign in. Raises Retry, Misconfigured."""
        self._server = server
        self._smtp = _connected(server)
        self._sent = 0

    @property
    def limit(self) -> int | None:
        """The SIZE of RFC 1870."""
        announced = self._smtp.esmtp_features.get("size", "")
        size = int(announced) if announced.isascii() and announced.isdigit() else 0
        return size or None

    def send(self, mail: bytes) -> str:
        """Hand over a mail and return what the server said to it, its queue id as a rule.

        Raises MailRefused (the connection is still good), Retry, Misconfigured.
        """
        if self._sent >= _MAILS_PER_CONNECTION:
            self.close()
            self._smtp, self._sent = _connected(self._server), 0
        try:
            with _told("the mail"):
                self._envelope(len(mail))
                code, text = self._smtp.data(mail)
        except HookError:
            self._smtp.close()
            raise
        self._sent += 1
        if code != 250:
            error = _judged(code, text, len(mail))
            if isinstance(error, HookError):
                self._smtp.close()
            raise error
        return _printable(text)

    def probe(self) -> None:
        """Return if it would take a mail now. Raises Retry, Misconfigured."""
        with _told("the mail"):
            self._envelope(None)
            self._smtp.rset()

    def close(self) -> None:
        """Say goodbye, as far as the server listens."""
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()

    def _envelope(self, size: int | None) -> None:
        """Name sender, size and recipient. Raises MailTooLong, Retry, Misconfigured."""
        server, smtp = self._server, self._smtp
        options = [f"size={size}"] if size is not None and smtp.has_extn("size") else []
        code, text = smtp.mail(server.sender, options)
        if size is not None and _is_too_long(code, text):
            smtp.rset()
            raise MailTooLong(_codes(code, text), size)
        _require(code, text, "the sender")
        _require(*smtp.rcpt(server.recipient), "the recipient")


@contextmanager
def connection_to(server: MailServer) -> Iterator[MailConnection]:
    """Yield a connection and close it. Raises Retry, Misconfigured."""
    connection = MailConnection(server)
    try:
        yield connection
    finally:
        connection.close()


def _connected(server: MailServer) -> smtplib.SMTP:
    with _told("the connection"):
        if server.security == "tls":
            smtp: smtplib.SMTP = _WholeOverTls(
                server.host,
                server.port,
                local_hostname=server.name,
                timeout=server.timeout,
                context=server.tls,
            )
        else:
            smtp = _Whole(
                server.host, server.port, local_hostname=server.name, timeout=server.timeout
            )
    try:
        with _told("STARTTLS"):
            _require(*smtp.ehlo(), "EHLO")
            if server.security == "starttls":
                smtp.starttls(context=server.tls)
                _require(*smtp.ehlo(), "EHLO")
        if server.user is not None and server.password_file is not None:
            _sign_in(smtp, server.user, _password(server.password_file))
    except BaseException:
        smtp.close()
        raise
    return smtp


def _sign_in(smtp: smtplib.SMTP, user: str, password: str) -> None:
    """Sign in, by PLAIN where it is offered: each further way counts as one more failed attempt."""
    if "PLAIN" in smtp.esmtp_features.get("auth", "").split():
        smtp.esmtp_features["auth"] = "PLAIN"
    with _told("the sign-in"):
        smtp.login(user, password)


def _password(path: Path) -> str:
    data = read_file(path, "the password").strip()
    if not data.isascii():
        raise Misconfigured(f"the password in {path} must be ASCII")
    return data.decode()


@contextmanager
def _told(step: str) -> Iterator[None]:
    """Raise what smtplib and the network raise as a HookError, without the server's words."""
    try:
        yield
    except (HookError, MailRefused):
        raise
    except smtplib.SMTPResponseException as error:
        raise _failure(error.smtp_code, error.smtp_error, step) from None
    except smtplib.SMTPServerDisconnected as error:
        raise Retry(f"no whole answer to {step}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise Misconfigured(f"the server does not offer what {step} needs") from error
    except smtplib.SMTPException as error:
        raise Misconfigured(f"the server offers no way for {step} that we know") from error
    except OSError as error:
        raise unanswered(error, step) from error


def _require(code: int, text: bytes, step: str) -> None:
    if code not in (250, 251):
        raise _failure(code, text, step)


def _failure(code: int, text: bytes | str, step: str) -> HookError:
    """Return the error for an answer to what comes before the mail itself."""
    says = f"the server answers {_codes(code, text)} to {step}"
    return Misconfigured(says) if 500 <= code < 600 else Retry(says)


def _judged(code: int, text: bytes, size: int) -> HookError | MailRefused:
    """Return what an answer other than 250 to the mail itself means."""
    says = _codes(code, text)
    if _is_too_long(code, text):
        return MailTooLong(says, size)
    if 500 <= code < 600 and _enhanced(text) not in _MAILBOX:
        return MailRefused(says)
    return _failure(code, text, "the mail")


def _is_too_long(code: int, text: bytes) -> bool:
    """Tell whether the answer is RFC 1870's, or one of RFC 3463's codes for the same."""
    enhanced = _enhanced(text)
    return 500 <= code < 600 and (enhanced in _TOO_LONG or (code == 552 and not enhanced))


def _enhanced(text: bytes | str) -> str:
    """Return an answer's code of RFC 3463, or ""."""
    words = text.decode("ascii", "replace") if isinstance(text, bytes) else text
    found = _ENHANCED.match(words)
    return found[0] if found else ""


def _codes(code: int, text: bytes | str) -> str:
    return f"{code} {_enhanced(text)}".strip()


def _printable(text: bytes) -> str:
    words = text.decode("ascii", "replace")[:_LONGEST_DETAIL]
    return "".join(c if c.isascii() and c.isprintable() else " " for c in words)
