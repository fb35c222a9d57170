"""RELP, the reliable event logging protocol, as its client speaks it: bytes in, bytes out.

    frame   TXNR SP COMMAND SP DATALEN [SP DATA] LF     DATALEN in bytes, no DATA where it is 0
    open    the first command; its data, and its answer's, are offers, one `name=value` a line
    syslog  one message
    rsp     answers the command of the same TXNR: `200 …` is done, `500 …` is refused
    close   ends the session; `0 serverclose 0` says that the other side ends it

A TXNR counts from 1 in each session. Nothing here does input or output.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from onrecord_archive.format.errors import ArchiveError, BadFormat

OFFERS: Final = b"relp_version=0\nrelp_software=onrecord\ncommands=syslog\n"
MAX_ANSWER: Final = 64 * 1024
"""Bytes of the longest answer that is read; a real one has about a hundred."""
_HEADER: Final = re.compile(rb"([0-9]{1,9}) ([A-Za-z]{1,32}) ([0-9]{1,9})([ \n])")
_LONGEST_HEADER: Final = 9 + 1 + 32 + 1 + 9 + 1
_STATUS: Final = re.compile(rb"([0-9]{3})(?![0-9])")


class SessionClosed(ArchiveError):
    """The other side has ended the session."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it was read."""

    txnr: int
    command: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side says about the command `txnr`: a status of three digits, and data."""

    txnr: int
    status: int
    data: bytes


def encode_frame(txnr: int, command: str, data: bytes = b"") -> bytes:
    """Return the bytes of a frame."""
    head = f"{txnr} {command} {len(data)}".encode()
    return head + b" " + data + b"\n" if data else head + b"\n"


class FrameReader:
    """Cuts what arrives into frames, however it was split."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that are whole by now; raises BadFormat for what is no RELP."""
        self._buffer += data
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> Frame | None:
        header = _HEADER.match(self._buffer)
        if header is None:
            if len(self._buffer) >= _LONGEST_HEADER:
                raise BadFormat("no RELP")
            return None
        txnr, command, size = int(header[1]), header[2].decode(), int(header[3])
        if size > MAX_ANSWER:
            raise BadFormat(f"a RELP frame of {size} bytes")
        if header[4] == b"\n":
            if size:
                raise BadFormat("a RELP frame without its data")
            del self._buffer[: header.end()]
            return Frame(txnr, command, b"")
        start, end = header.end(), header.end() + size
        if len(self._buffer) <= end:
            return None
        if self._buffer[end : end + 1] != b"\n":
            raise BadFormat("a RELP frame that does not end where it says")
        data = bytes(self._buffer[start:end])
        del self._buffer[: end + 1]
        return Frame(txnr, command, data)


class RelpSession:
    """The client's side of one session: numbers its commands, and matches answers to them."""

    def __init__(self) -> None:
        """Begin before `open`."""
        self._reader = FrameReader()
        self._last = 0
        self._under_way: set[int] = set()

    def command(self, name: str, data: bytes = b"") -> tuple[int, bytes]:
        """Return the number of a new command, and the bytes to send."""
        self._last += 1
        self._under_way.add(self._last)
        return self._last, encode_frame(self._last, name, data)

    def receive(self, data: bytes) -> Iterator[Answer]:
        """Yield the answers that are whole by now, in the order in which they came.

        Raises SessionClosed, and BadFormat for what is no RELP, which an answer to nothing that is
        under way is too: after that no answer of this session can be trusted.
        """
        for frame in self._reader.feed(data):
            if frame.command == "serverclose":
                raise SessionClosed("it ends the session")
            status = _STATUS.match(frame.data)
            if frame.command != "rsp" or status is None:
                raise BadFormat(f"no answer: {frame.command}")
            if frame.txnr not in self._under_way:
                raise BadFormat("an answer to nothing that is under way")
            self._under_way.remove(frame.txnr)
            yield Answer(frame.txnr, int(status[1]), frame.data)


def takes_syslog(answer: Answer) -> bool:
    """Tell whether the answer to `open` accepts the session, and offers the command `syslog`."""
    offers = dict(line.partition(b"=")[::2] for line in answer.data.split(b"\n"))
    commands = offers.get(b"commands", b"").split(b",")
    return answer.status == 200 and offers.get(b"relp_version") == b"0" and b"syslog" in commands
