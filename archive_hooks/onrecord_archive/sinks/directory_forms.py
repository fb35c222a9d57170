"""What the files of the hook `directory` look like: lines of JSON, mails, or Relativity's RSMF.

Each has the records' lines (sinks/directory_lines.py), byte for byte what is proved: a file of
lines is nothing else, a mail has them attached, and RSMF has them in its zip. What people read in a
mail and in RSMF is made from them.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile

from onrecord_archive.contract import Delivery
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.sinks.attempt import by_stream
from onrecord_archive.sinks.directory_lines import FILE, Line, read_lines, write_lines
from onrecord_archive.sinks.entries import record_leaf
from onrecord_archive.sinks.journal_mail.message import MailStyle, one_mail
from onrecord_archive.sinks.journal_mail.parts import MailFile
from onrecord_archive.sinks.rsmf import PACKED, rsmf_headers, rsmf_zip

LONGEST: Final = 256 * 1024 * 1024
"""Bytes of a file; a window's bodies are some 8 MB, and one record may be longer alone."""
_BAD_ZIP: Final = (
    *(BadZipFile, zlib.error, EOFError, OSError),
    *(KeyError, RuntimeError, ValueError),
)
"""What `zipfile` raises for bytes that are no zip, or one that was changed."""


class Form(ABC):
    """One format. `ending`: of its files' names, after the archive_indexes."""

    ending: str
    is_hashed = True
    """Whether a file's SHA-256 is part of its name: what people read has no hash in the leaf."""

    def __init__(self, window: int) -> None:
        """Take how many records a file has at most."""
        self._window = window

    def windows(self, entries: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
        """Yield the entries of each file: of one conversation and one day (UTC)."""
        for stream in by_stream(entries).values():
            days = [record_leaf(entry).at[:10] for entry in stream]
            start = 0
            for place in range(1, len(stream) + 1):
                is_full = place == len(stream) or place - start == self._window
                if is_full or days[place] != days[start]:
                    yield stream[start:place]
                    start = place

    @abstractmethod
    def write(self, entries: Sequence[Delivery]) -> bytes:
        """Return the file of a window. Raises BadFormat, Misconfigured."""

    @classmethod
    @abstractmethod
    def read(cls, data: bytes) -> list[Line]:
        """Return the lines of a file. Raises BadFormat if it is none that the hook writes."""


class Lines(Form):
    """One line a record, of whichever conversations, in order."""

    ending = "jsonl"
    is_hashed = False

    def windows(self, entries: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
        """Yield all of them: a batch is as long as a window at most."""
        yield entries

    def write(self, entries: Sequence[Delivery]) -> bytes:
        """Return the lines."""
        return write_lines(entries)

    @classmethod
    def read(cls, data: bytes) -> list[Line]:
        """Return the lines."""
        return read_lines(data)


class Mails(Form):
    """One mail (RFC 5322) a window, as `journal_mail` writes it in its format `plain`."""

    ending = "eml"

    def __init__(self, window: int, style: MailStyle) -> None:
        """Take how mails look."""
        super().__init__(window)
        self._style = style

    def write(self, entries: Sequence[Delivery]) -> bytes:
        """Return the mail."""
        files = [
            MailFile(FILE, "x-ndjson", memoryview(write_lines(entries))),
            MailFile("checkpoint", "octet-stream", memoryview(entries[-1].checkpoint)),
        ]
        return one_mail(self._style, entries, files)

    @classmethod
    def read(cls, data: bytes) -> list[Line]:
        """Return the lines that are attached."""
        return read_lines(_attached(data, FILE))


class Rsmf(Mails):
    """One RSMF 2.0 file a window: a mail whose one attachment is `rsmf.zip`."""

    ending = "rsmf"

    def write(self, entries: Sequence[Delivery]) -> bytes:
        """Return the file."""
        packed = rsmf_zip(entries, self._style, {FILE: write_lines(entries)})
        files = [MailFile(PACKED, "zip", memoryview(packed))]
        return one_mail(self._style, entries, files, rsmf_headers(entries, self._style))

    @classmethod
    def read(cls, data: bytes) -> list[Line]:
        """Return the lines in the zip."""
        try:
            with ZipFile(BytesIO(_attached(data, PACKED))) as packed:
                if packed.getinfo(FILE).file_size > LONGEST:
                    raise BadFormat("longer than the hook writes")
                lines = packed.read(FILE)
        except _BAD_ZIP as error:
            raise BadFormat("no zip that the hook writes") from error
        return read_lines(lines)


FORMS: Final[dict[str, type[Form]]] = {each.ending: each for each in (Lines, Mails, Rsmf)}


def _attached(data: bytes, name: str) -> bytes:
    """Return an attachment of a mail. Raises BadFormat."""
    try:
        for part in message_from_bytes(data).walk():
            if part.get_filename() == name:
                content = part.get_payload(decode=True)
                if isinstance(content, bytes):
                    return content
    except (ValueError, LookupError, RecursionError) as error:
        raise BadFormat("no mail that the hook writes") from error
    raise BadFormat(f"a mail without {name}")
