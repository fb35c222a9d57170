"""The hook `nats`: each record as a message in a stream of JetStream.

`queue_message` says what a message has; a record's subject is made of its stream, so that whoever
reads one conversation reads it in order. The receipt is the answer: the stream and the sequence.
Each delivery has a connection of its own, and looks at the stream's settings before it publishes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from onrecord_archive.contract import Delivery, Listed, Misconfigured, Receipt
from onrecord_archive.sinks.nats.credentials import Credentials
from onrecord_archive.sinks.nats.deliver import Delivering
from onrecord_archive.sinks.nats.link import Link
from onrecord_archive.sinks.nats.listing import NatsListing
from onrecord_archive.sinks.nats.stream import Stream
from onrecord_archive.sinks.options import Options
from onrecord_archive.sinks.tls_link import TlsFiles

_BATCH: Final = 500
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}")
_SERVER: Final = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def open_nats(values: Mapping[str, str]) -> Nats:
    """Return the hook for its options; the entry point `nats`. Raises Misconfigured.

    servers (host:port, a space between two), stream; optional subject, replicas, wants (records or
    log), user with password_file, credentials_file, ca_file, cert_file with key_file, timeout
    (seconds), window.
    """
    options = Options(values)
    servers = tuple(options.text("servers").split())
    stream = options.text("stream")
    subject = options.text("subject", "onrecord")
    replicas = options.whole("replicas", 3, least=1, most=5)
    wants: Literal["records", "log"] = options.choice("wants", "records", "log")
    credentials = Credentials(
        options.optional("user"),
        options.optional_path("password_file"),
        options.optional_path("credentials_file"),
    )
    files = TlsFiles(options.optional_path("ca_file"), options.both("cert_file", "key_file"))
    timeout_s = options.number("timeout", 20.0, least=0.1, most=300.0)
    window = options.whole("window", 64, least=1, most=1000)
    options.finish()
    for name, value, form in (("stream", stream, _NAME), ("subject", subject, _SUBJECT)):
        if form.fullmatch(value) is None:
            raise Misconfigured(f"the option {name} may have letters, digits, - and _ alone")
    if not all(_SERVER.fullmatch(server) for server in servers):
        raise Misconfigured("the option servers is host:port, with a space between two")
    credentials.require_whole()
    files.context()
    link = Link(servers, files, credentials, timeout_s)
    hook = Nats(link, Stream(stream, subject, replicas), window)
    hook.wants = wants
    return hook


class Nats:
    """Publishes the records of a batch, several conversations at a time, each in order."""

    wants: Literal["records", "log"] = "records"
    batch_size = _BATCH

    def __init__(self, link: Link, stream: Stream, window: int = 64) -> None:
        """Take where to, and how many messages wait for an answer at most. Connects to nothing."""
        self._link = link
        self._stream = stream
        self._window = window
        self._listing = NatsListing(stream)

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Publish a batch; see contract.Hook. A cancelled call may have arrived."""
        delivering = Delivering(self._stream, self._window, batch)
        with delivering.call.noting():
            if batch:
                async with self._link.connected() as session:
                    await delivering.publish(session)
        return delivering.call.result()

    async def inventory(self, first: int, end: int) -> list[Listed]:
        """Read back what the stream has; see contract.Comparable."""
        async with self._link.connected() as session:
            return await self._listing.listed(session, first, end)

    async def ping(self) -> None:
        """Return if the stream is there, and is set so that it keeps what it has."""
        async with self._link.connected() as session:
            await self._stream.require_safe(session)

    async def close(self) -> None:
        """Nothing is open between calls."""
