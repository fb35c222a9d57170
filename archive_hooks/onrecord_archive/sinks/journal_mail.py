"""The hook `journal_mail`: records as mails to a journal mailbox, by SMTP over TLS.

For archives that take mail only. What a mail has attached: sinks/mail_parts.py; what it looks like:
sinks/mail_message.py; what the mail server's answers mean: sinks/mail_server.py; HOOKS.md has all.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, TypeVar

from onrecord_archive.contract import Delivery, Listed, Misconfigured, Receipt
from onrecord_archive.sinks.mail_listing import MaildirListing
from onrecord_archive.sinks.mail_message import LEAST_BYTES, MailFormat, MailStyle
from onrecord_archive.sinks.mail_sender import MOST_BYTES, MailOptions, MailSender
from onrecord_archive.sinks.mail_server import MailServer, Security
from onrecord_archive.sinks.opened import Opened
from onrecord_archive.sinks.options import Options
from onrecord_archive.sinks.tls import tls_context

_BATCH: Final = 64
_PORTS: Final[Mapping[Security, int]] = {"starttls": 587, "tls": 465}
_SECURITY: Final[Mapping[str, Security]] = {"starttls": "starttls", "tls": "tls"}
_FORMATS: Final[Mapping[str, MailFormat]] = {
    "plain": "plain",
    "exchange": "exchange",
    "global_relay": "global_relay",
}
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@([A-Za-z0-9.-]{1,255})")
_DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,38}[A-Za-z0-9])?")
"""At most 40 characters, so that no Message-ID is too long for a line of a header."""

T = TypeVar("T")


def open_journal_mail(values: Mapping[str, str]) -> JournalMailHook:
    """Return the hook for its options; the entry point `journal_mail`. Raises Misconfigured.

    host, sender, recipient; optional security, port, user, password_file, ca_file, format,
    message_type, domain, per_mail, most_bytes, timeout (seconds), maildir.
    """
    options = Options(values)
    host = options.text("host")
    security = _choice("security", options.text("security", "starttls"), _SECURITY)
    sender, domain = _address(options.text("sender"), "sender")
    recipient, _ = _address(options.text("recipient"), "recipient")
    domain = options.text("domain", domain)
    if not _DOMAIN.fullmatch(domain):
        raise Misconfigured("the option domain must be a name of at most 40 characters")
    port = int(options.number("port", _PORTS[security], least=1, most=65_535))
    user, password_file = options.optional("user"), options.optional("password_file")
    if (user is None) != (password_file is None):
        raise Misconfigured("the options user and password_file belong together")
    ca_file = options.optional("ca_file")
    server = MailServer(
        host,
        port,
        security,
        tls=tls_context(None if ca_file is None else Path(ca_file)),
        sender=sender,
        recipient=recipient,
        name=domain,
        timeout=options.number("timeout", 30.0, least=0.1, most=300.0),
        user=user,
        password_file=None if password_file is None else Path(password_file),
    )
    message_type = options.text("message_type", "OnRecord")
    if not message_type.isascii() or not message_type.isprintable():
        raise Misconfigured("the option message_type must be printable ASCII")
    look = _choice("format", options.text("format", "plain"), _FORMATS)
    style = MailStyle(look, sender, recipient, domain, message_type)
    per_mail = int(options.number("per_mail", 1, least=1, most=500))
    most = int(options.number("most_bytes", MOST_BYTES, least=LEAST_BYTES, most=250 * 1024**2))
    maildir = options.optional("maildir")
    options.finish()
    chosen = MailOptions(server, style, per_mail, most)
    return JournalMailHook(chosen) if maildir is None else ListedMailHook(chosen, Path(maildir))


class JournalMailHook:
    """Sends the mails. Nothing can list them again: it is not Comparable."""

    wants: Literal["records", "log"] = "records"

    def __init__(self, options: MailOptions) -> None:
        """Take the options; connects to nothing yet."""
        self.batch_size = max(_BATCH, options.per_mail)
        self._thread = Opened(lambda: MailSender(options))

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Send a batch over one connection; see contract.Hook.

        Cancelled, it ends after the mail under way, and the next call waits for that.
        """
        stopped = threading.Event()
        try:
            return await self._thread.use(lambda sender: sender.send(batch, stopped))
        except asyncio.CancelledError:
            stopped.set()
            raise

    async def ping(self) -> None:
        """Sign in and name sender and recipient; nothing is sent. Raises a HookError."""
        await self._thread.use(MailSender.probe)

    async def close(self) -> None:
        """Let go of everything; no connection outlives a call."""
        await self._thread.close()


class ListedMailHook(JournalMailHook):
    """Reads the mails back besides, from the Maildir that they are delivered to."""

    def __init__(self, options: MailOptions, maildir: Path) -> None:
        """Take the Maildir; touches nothing yet."""
        super().__init__(options)
        self._listing = MaildirListing(maildir)

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back what the mails there have; see contract.Comparable."""
        return await self._thread.beside(lambda: self._listing.listed(first, end))


def _choice(name: str, text: str, choices: Mapping[str, T]) -> T:
    """Return what an option stands for. Raises Misconfigured."""
    if text not in choices:
        raise Misconfigured(f"the option {name} must be one of {', '.join(choices)}")
    return choices[text]


def _address(text: str, name: str) -> tuple[str, str]:
    """Return an address and its domain."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise Misconfigured(f"the option {name} is no address that we can use")
    return text, found[1]
