"""The hook `siem`: events of access, identity, settings and policies to a SIEM, as syslog.

By RELP over TLS 1.3 each message is answered, and `200` is its receipt; `500` refuses the record,
and everything else is tried again. In a stream one message at a time waits for its answer, so that
nothing overtakes a record that is refused; different streams wait beside each other.

With `receipts = "none"` it is plain syslog over TLS (RFC 5425), which is never answered: what was
sent may be lost, and no such hook counts as an archive (contract.Unacknowledged).

Each delivery has a connection of its own, so that none is idle until a firewall drops it.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, Literal

from onrecord_archive.contract import Delivery, Filter, Misconfigured, Receipt, Rejected, Retry
from onrecord_archive.sinks.attempt import Call, by_stream
from onrecord_archive.sinks.options import Options
from onrecord_archive.sinks.relp import OFFERS, Answer, RelpSession, takes_syslog
from onrecord_archive.sinks.syslog_message import DOCUMENTATION, Header, syslog_message
from onrecord_archive.sinks.tls_link import Connection, TlsFiles, TlsLink

WANTS: Final = Filter(streams=("access:*", "config", "identity", "policy"))
"""Who looked at what and why, accounts and sessions, settings and hooks, what the firm's rules say.

No conversation is among them, and neither are broadcasts, reports and what people note for
themselves.
"""
_BATCH: Final = 500
_PORT: Final = 6514
"""That of syslog over TLS (RFC 5425, section 4.1); RELP has none."""
_LARGEST: Final = 8096
"""What rsyslog takes by default; a longer message it cuts, and acknowledges (HOOKS.md)."""


def open_siem(values: Mapping[str, str]) -> Siem | UnacknowledgedSiem:
    """Return the hook for its options; the entry point `siem`. Raises Misconfigured.

    host; optional port, receipts (relp or none), ca_file, cert_file with key_file, timeout
    (seconds), window (with relp), message_bytes, facility, severity, hostname, enterprise.
    """
    options = Options(values)
    host, receipts = options.text("host"), options.choice("receipts", "relp", "none")
    port = options.whole("port", _PORT, least=1, most=65535)
    timeout_s = options.number("timeout", 20.0, least=0.1, most=300.0)
    files = TlsFiles(options.optional_path("ca_file"), options.both("cert_file", "key_file"))
    form = MessageForm(
        Header(
            facility=options.whole("facility", 13, least=0, most=23),
            severity=options.whole("severity", 5, least=0, most=7),
            hostname=options.text("hostname", socket.gethostname()),
            enterprise=options.whole("enterprise", DOCUMENTATION, least=1, most=2**32 - 1),
        ),
        options.whole("message_bytes", _LARGEST, least=2048, most=1024 * 1024),
    )
    if receipts == "none":
        options.finish()
        return UnacknowledgedSiem(TlsLink(host, port, files, timeout_s), form)
    window = options.whole("window", 128, least=1, most=1000)
    options.finish()
    return Siem(TlsLink(host, port, files, timeout_s), form, window)


class MessageForm:
    """How records become messages."""

    def __init__(self, header: Header, largest: int = _LARGEST) -> None:
        """Take what is the same in each, and the most bytes that the other side takes in one."""
        self._header = header
        self._largest = largest

    def message(self, entry: Delivery) -> bytes:
        """Return a record's message; raises Rejected for one that the other side would cut."""
        message = syslog_message(entry, self._header)
        if len(message) > self._largest:
            said = f"a message of {len(message)} bytes, message_bytes is {self._largest}"
            raise Rejected(said, archive_index=entry.archive_index)
        return message


class Siem:
    """Sends messages by RELP; the answers are the receipts."""

    wants = WANTS
    batch_size = _BATCH

    def __init__(self, link: TlsLink, form: MessageForm, window: int = 128) -> None:
        """Take where to, how, and how many messages wait for an answer at most."""
        self._link = link
        self._form = form
        self._window = window

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Send a batch; see contract.Hook. A cancelled call may have arrived."""
        call = Call(batch)
        with call.noting():
            if batch:
                async with self._link.connected() as connection:
                    await self._exchange(connection, _Course(batch, self._form, call))
        return call.result()

    async def ping(self) -> None:
        """Begin a session, and end it; raises a HookError if it would take no message."""
        async with self._link.connected() as connection:
            await _end(connection, await _begin(connection))

    async def close(self) -> None:
        """Nothing is open between calls."""

    async def _exchange(self, connection: Connection, course: _Course) -> None:
        session = await _begin(connection)
        under_way: dict[int, Delivery] = {}
        while True:
            for entry, message in course.next(self._window - len(under_way)):
                txnr, frame = session.command("syslog", message)
                under_way[txnr] = entry
                await connection.send(frame)
            if not under_way:
                break
            for answer in session.receive(await connection.read()):
                course.answered(under_way.pop(answer.txnr), answer)
        await _end(connection, session)


async def _begin(connection: Connection) -> RelpSession:
    session = RelpSession()
    _, frame = session.command("open", OFFERS)
    await connection.send(frame)
    if not takes_syslog(await _answer(connection, session)):
        raise Misconfigured("it answers, and takes no syslog by RELP")
    return session


async def _end(connection: Connection, session: RelpSession) -> None:
    """End the session, and wait for a word about it; what was answered before stands."""
    _, frame = session.command("close")
    with suppress(OSError, EOFError):
        await connection.send(frame)
        await connection.read()


async def _answer(connection: Connection, session: RelpSession) -> Answer:
    while True:
        for answer in session.receive(await connection.read()):
            return answer


class _Course:
    """What one call of `deliver` sends next: in each stream, one entry at a time."""

    def __init__(self, batch: Sequence[Delivery], form: MessageForm, call: Call) -> None:
        self._form = form
        self._call = call
        self._waiting = {stream: deque(entries) for stream, entries in by_stream(batch).items()}
        self._free = deque(self._waiting)
        """Streams with an entry to send, and none under way."""

    def next(self, room: int) -> Iterator[tuple[Delivery, bytes]]:
        """Yield up to `room` entries with their messages: the next one of each free stream."""
        while room and self._free and self._call.goes_on():
            entry = self._waiting[self._free.popleft()].popleft()
            try:
                message = self._form.message(entry)
            except Rejected as error:  # its stream is sent no further
                self._call.failed(error)
                continue
            room -= 1
            yield entry, message

    def answered(self, entry: Delivery, answer: Answer) -> None:
        """Note an answer. Raises Retry for a status that RELP doesn't have."""
        if answer.status == 500:
            self._call.failed(Rejected("it answers 500", archive_index=entry.archive_index))
            return
        if answer.status != 200:
            raise Retry(f"it answers {answer.status}")
        self.taken(entry, "RELP 200")

    def taken(self, entry: Delivery, how: str) -> None:
        """Note a receipt, and go on with the entry's stream."""
        self._call.took(entry, how)
        if self._waiting[entry.stream]:
            self._free.append(entry.stream)


class UnacknowledgedSiem:
    """Sends messages as plain syslog over TLS: a receipt says that it was sent, and no more."""

    wants = WANTS
    batch_size = _BATCH
    without_receipts: Literal[True] = True

    def __init__(self, link: TlsLink, form: MessageForm) -> None:
        """Take where to, and how."""
        self._link = link
        self._form = form

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Send a batch; see contract.Unacknowledged. A cancelled call may have arrived."""
        call = Call(batch)
        course = _Course(batch, self._form, call)
        if batch:
            async with self._link.connected() as connection:
                for entry, message in course.next(len(batch)):
                    await connection.send(b"%d %s" % (len(message), message))
                    course.taken(entry, "sent")
                await connection.finish()
        return call.result()

    async def ping(self) -> None:
        """Connect, and hang up; raises a HookError if no one is there."""
        async with self._link.connected() as connection:
            await connection.finish()

    async def close(self) -> None:
        """Nothing is open between calls."""
