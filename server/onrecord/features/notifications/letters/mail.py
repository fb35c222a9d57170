"""Letters by mail: SMTP over TLS (RFC 8314 section 3.3, RFC 3207), never in the clear."""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from typing import Literal

from onrecord.core.ports import Bridge
from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.letters.carriers import NotTaken, tls_context
from onrecord.features.notifications.letters.text import Text

TIMEOUT_S = 20.0
"""The longest that each exchange with the mail server may take."""


@dataclass(frozen=True, slots=True)
class MailOptions:
    """The mail server. `password_file` is read at each sign-in, so that it can be replaced."""

    host: str
    port: int
    security: Literal["tls", "starttls"]
    sender: str
    user: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    tls_1_2: bool = False


class MailCarrier:
    """Hands letters to a mail server, each over a connection of its own, in a thread."""

    def __init__(self, options: MailOptions, threads: Bridge, hosted_at: str) -> None:
        self._options = options
        self._threads = threads
        self._hosted_at = hosted_at
        self._tls = tls_context(options.ca_file, tls_1_2=options.tls_1_2)

    async def carry(self, to: Address, text: Text, id: str) -> None:
        """Return once the mail server has accepted it. Raises NotTaken.

        Cancelling stops the wait; the letter may still leave.
        """
        await self._threads(self._send, to, text, id)

    def _message(self, to: Address, text: Text, id: str) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._options.sender
        message["To"] = to.value
        message["Subject"] = " ".join(text.subject.split())
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{id}@{self._hosted_at}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic replies
        message.set_content(text.long)
        return message

    def _send(self, to: Address, text: Text, id: str) -> None:
        options = self._options
        try:
            message = self._message(to, text, id)
            with self._connect() as server:
                if options.user is not None and options.password_file is not None:
                    server.login(options.user, options.password_file.read_text().strip())
                server.send_message(message)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotTaken(type(error).__name__) from error

    def _connect(self) -> smtplib.SMTP:
        options = self._options
        if options.security == "tls":
            return smtplib.SMTP_SSL(
                options.host, options.port, timeout=TIMEOUT_S, context=self._tls
            )
        server = smtplib.SMTP(options.host, options.port, timeout=TIMEOUT_S)
        try:
            server.starttls(context=self._tls)
        except BaseException:
            server.close()
            raise
        return server
