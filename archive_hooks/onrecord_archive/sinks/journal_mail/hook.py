"""The hook `journal_mail`: records as mails to a journal mailbox, by SMTP over TLS.

For archives that take mail only. What a mail has attached: parts.py; what it looks like:
message.py; what the mail server's answers mean: server.py; HOOKS.md has all.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

from onrecord_archive.contract import Delivery, Listed, Misconfigured, Receipt
from onrecord_archive.sinks.attempt import Call
from onrecord_archive.sinks.journal_mail.listing import MaildirListing
from onrecord_archive.sinks.journal_mail.message import (
    DOMAIN,
    LEAST_BYTES,
    MailFormat,
    MailStyle,
)
from onrecord_archive.sinks.journal_mail.sender import MOST_BYTES, MailOptions, MailSender
from onrecord_archive.sinks.journal_mail.server import MailServer, Security
from onrecord_archive.sinks.opened import Opened
from onrecord_archive.sinks.options import Options
from onrecord_archive.sinks.tls import tls_context

_BATCH: Final = 64
_PORTS: Final[Mapping[Security, int]] = {"starttls": 587, "tls": 465}
_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@([A-Za-z0-9.-]{1,255})")


def open_journal_mail(values: Mapping[str, str]) -> JournalMailHook:
    """Return the hook for its options; the entry point `journal_mail`. Raises Misconfigured.

    host, sender, recipient; optional security, port, user, password_file, ca_file, format,
    message_type, domain, per_mail, most_bytes, timeout (seconds), maildir.
    """
    options = Options(values)
    host = options.text("host")
    security: Security = options.choice("security", "starttls", "tls")
    sender, domain = _address(options.text("sender"), "sender")
    recipient, _ = _address(options.text("recipient"), "recipient")
    domain = options.text("domain", domain)
    if not DOMAIN.fullmatch(domain):
        raise Misconfigured("the option domain must be a name of at most 40 characters")
    port = options.whole("port", _PORTS[security], least=1, most=65_535)
    user, password_file = options.both("user", "password_file") or (None, None)
    server = MailServer(
        host,
        port,
        security,
        tls=tls_context(options.optional_path("ca_file")),
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
    look: MailFormat = options.choice("format", "plain", "exchange", "global_relay")
    style = MailStyle(look, sender, recipient, domain, message_type)
    per_mail = options.whole("per_mail", 1, least=1, most=500)
    most = options.whole("most_bytes", MOST_BYTES, least=LEAST_BYTES, most=250 * 1024**2)
    maildir = options.optional_path("maildir")
    options.finish()
    chosen = MailOptions(server, style, per_mail, most)
    return JournalMailHook(chosen) if maildir is None else ListedMailHook(chosen, maildir)


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
        call = Call(batch)
        try:
            return await self._thread.use(lambda sender: sender.send(batch, call))
        except asyncio.CancelledError:
            call.give_up()
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


def _address(text: str, name: str) -> tuple[str, str]:
    """Return an address and its domain."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        raise Misconfigured(f"the option {name} is no address that we can use")
    return text, found[1]
