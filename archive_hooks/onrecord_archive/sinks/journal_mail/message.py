"""Builds journal mails of records: as a plain mail, as Exchange journals one, or for Global Relay.

A mail is a function of its records, of the options and of `limit`, but for the checkpoint in it,
so a record that comes again comes under the same Message-ID. All of it is ASCII on the wire.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import format_datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from onrecord_archive.contract import Delivery
from onrecord_archive.format.record import parse_time
from onrecord_archive.sinks.journal_mail.html import html_of
from onrecord_archive.sinks.journal_mail.mime import (
    Header,
    file_part,
    headers,
    mail_part,
    multipart,
    text_part,
)
from onrecord_archive.sinks.journal_mail.parts import (
    MailFile,
    cut,
    cut_of,
    encoded_size,
    files_of,
)
from onrecord_archive.sinks.journal_mail.record import (
    MailRecord,
    local_part,
    mail_record,
    one_line,
)

MailFormat: TypeAlias = Literal["plain", "exchange", "global_relay"]
LEAST_BYTES: Final = 65_536
"""The smallest limit of a mail: headers, text and a piece of a file fit in it."""
DOMAIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,38}[A-Za-z0-9])?")
"""At most 40 characters, so that no Message-ID is too long for a line of a header."""
INDEX: Final = "X-OnRecord-Index"
PART: Final = "X-OnRecord-Part"
REDUCED: Final = "X-OnRecord-Reduced"
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
_HEADERS: Final = 12 * 1024
"""Bytes for the headers and the frame of a mail, in each format."""
_TEXT_SHARE: Final = 32
"""The text of a record that must be cut is at most such a part of the limit, as UTF-8."""
_OUTERMOST: Final = 0
"""The number of the boundary of what is sent. The texts of a mail have the number after its own."""
_WITHIN_REPORT: Final = 3
"""The number of the boundary of a mail that is in a journal report."""
_SAFE: Final = bytes(set(range(32, 127)) - {ord("=")})
_CUT: Final = "\n[…] The whole text is attached as JSON."


@dataclass(frozen=True, slots=True)
class MailStyle:
    """How mails look. `domain` is that of Message-IDs and of addresses made from ids."""

    format: MailFormat
    sender: str
    recipient: str
    domain: str
    message_type: str = "OnRecord"

    def address(self, id: str, name: str = "") -> Address:
        """Return the address that stands for a person or a conversation; nothing reads it."""
        return Address(one_line(name), local_part(id), self.domain)


@dataclass(frozen=True, slots=True)
class JournalMail:
    """A mail ready to be sent: `entries` are whole with the last of its `parts` (from 1)."""

    message_id: str
    entries: tuple[Delivery, ...]
    part: int
    parts: int
    data: bytes


def compose(style: MailStyle, entries: Sequence[Delivery], limit: int) -> Iterator[JournalMail]:
    """Yield the mails of records of one stream, each at most `limit` bytes (>= LEAST_BYTES) long.

    All of them in one mail; else in halves; one that is too long alone in parts. Built one after
    the other. Raises Differs, BadFormat, Misconfigured.
    """
    records, files = [mail_record(entry) for entry in entries], files_of(entries)
    frame = _HEADERS + sum(128 + 4 * len(one_line(each.actor.name).encode()) for each in records)
    content = _Content(style, records)
    whole = frame + content.size() + sum(encoded_size(len(file.data)) for file in files)
    if whole <= limit:
        yield JournalMail(content.message_id(), tuple(entries), 1, 1, content.mail(files))
    elif len(entries) > 1:
        half = len(entries) // 2
        yield from compose(style, entries[:half], limit)
        yield from compose(style, entries[half:], limit)
    else:
        most = limit // _TEXT_SHARE
        content = _Content(style, records, most)
        mails = cut(files, limit - frame - content.size())
        for part, pieces in enumerate(mails, 1):
            piece = _Content(style, records, most, part, len(mails), cut=cut_of(mails))
            data = piece.mail(pieces)
            yield JournalMail(piece.message_id(), tuple(entries), part, len(mails), data)


def one_mail(
    style: MailStyle,
    entries: Sequence[Delivery],
    files: Sequence[MailFile],
    headers: Mapping[str, str] = NO_HEADERS,
) -> bytes:
    """Return one mail of records of one stream, however long, with other attachments and headers.

    Raises BadFormat, Misconfigured.
    """
    return _Content(style, [mail_record(entry) for entry in entries]).mail(files, headers)


class _Content:
    """The words of one mail; `most` bytes of a text at most, where that is set."""

    def __init__(
        self,
        style: MailStyle,
        records: Sequence[MailRecord],
        most: int | None = None,
        part: int = 1,
        parts: int = 1,
        *,
        cut: str = "",
    ) -> None:
        self._cut = cut
        self._style = style
        self._records = records
        self._author = _author(style, records)
        self._part = (part, parts)
        texts = [_shortened(record.text, most) for record in records]
        note = _part_note(part, parts)
        self._text = note if part > 1 else _plain_text(records, texts) + note
        self._html = ""
        if style.format == "global_relay":
            self._html = html_of(style, records, texts if part == 1 else [note], self.subject())

    def size(self) -> int:
        """Return how many bytes the texts take at most, quoted-printable."""
        return _quoted(self._text) + _quoted(self._html)

    def message_id(self) -> str:
        """Return the Message-ID without its brackets."""
        part, parts = self._part
        ids, name = [record.event_id for record in self._records], self._records[0].event_id
        if len(ids) > 1:
            name += f".{len(ids)}-{sha256(''.join(ids).encode()).hexdigest()[:16]}"
        if parts > 1:
            name += f".part{part}of{parts}-{self._cut}"
        return f"{name}@{self._style.domain}"

    def subject(self) -> str:
        """Return the subject: the conversation, the kind of record, the part."""
        first, count = self._records[0], len(self._records)
        where = one_line(first.title) or f"stream {one_line(first.stream)}"
        what = first.type if count == 1 else f"{count} records"
        part, parts = self._part
        return f"{where}: {what}" + (f" (part {part} of {parts})" if parts > 1 else "")

    def mail(self, files: Sequence[MailFile], headers: Mapping[str, str] = NO_HEADERS) -> bytes:
        """Return the mail with these attachments, and headers besides."""
        if self._style.format == "exchange":
            return self._journaled(self._mail(files, headers, _WITHIN_REPORT))
        return self._mail(files, headers, _OUTERMOST)

    def _boundary(self, number: int) -> str:
        """Return what is between the parts of a multipart, the same on each attempt.

        No part's content has it: no line of quoted-printable or base64 begins with `--==`.
        """
        return f"=={sha256(self.message_id().encode()).hexdigest()[:32]}.{number}"

    def _mail(self, files: Sequence[MailFile], more: Mapping[str, str], number: int) -> bytes:
        """Return the mail itself, whose boundary has that number."""
        style, author = self._style, self._author
        targets = dict.fromkeys(record.target for record in self._records if record.target)
        about = self._begin(self.message_id())
        about += [("From", [author]), ("To", self._recipients())]
        if author.addr_spec != style.sender:
            about.append(("Sender", style.sender))
        if targets:
            about.append(("References", " ".join(f"<{id}@{style.domain}>" for id in targets)))
        text = text_part("plain", self._text)
        if style.format == "global_relay":
            about += self._for_global_relay()
            both = (text, text_part("html", self._html))
            text = multipart("alternative", self._boundary(number + 1), both)
        parts = [text, *map(file_part, files)]
        about += more.items()
        return headers(about) + multipart("mixed", self._boundary(number), parts)

    def _recipients(self) -> list[Address]:
        """The conversation; for Global Relay everyone who wrote, as it matches people by `To`."""
        style, first = self._style, self._records[0]
        if style.format == "global_relay":
            people = {r.actor.id: r.actor.name for r in self._records if r.actor.id}
            if people:
                return [style.address(id, name) for id, name in people.items()]
        return [style.address(first.stream, first.title)]

    def _begin(self, message_id: str) -> list[Header]:
        """Return the headers that each mail has."""
        part, parts = self._part
        about: list[Header] = [
            ("Message-ID", f"<{message_id}>"),
            ("Date", format_datetime(parse_time(self._records[-1].at))),
            ("Subject", self.subject()),
            ("MIME-Version", "1.0"),
            ("Auto-Submitted", "auto-generated"),  # RFC 3834: no automatic replies
            (INDEX, " ".join(str(record.archive_index) for record in self._records)),
            (PART, f"{part}/{parts}"),
            ("X-OnRecord-Stream", one_line(self._records[0].stream)),
        ]
        reduced = next((record.reduced for record in self._records if record.reduced), "")
        if reduced:
            about.append((REDUCED, one_line(f"not provable; {reduced}")))
        return about

    def _journaled(self, mail: bytes) -> bytes:
        """Return an Exchange journal report with the mail in it."""
        style, first = self._style, self._records[0]
        report = {
            "Sender": self._author.addr_spec,
            "Subject": self.subject(),
            "Message-ID": f"<{self.message_id()}>",
            "Recipient": style.address(first.stream).addr_spec,
        }
        about = self._begin(f"journal.{self.message_id()}")
        about += [("From", style.sender), ("To", style.recipient), ("X-MS-Journal-Report", "")]
        lines = "".join(f"{name}: {value}\n" for name, value in report.items())
        parts = (text_part("plain", lines), mail_part(mail))
        return headers(about) + multipart("mixed", self._boundary(_OUTERMOST), parts)

    def _for_global_relay(self) -> list[Header]:
        first, last = self._records[0], self._records[-1]
        about = {
            "Precedence": "bulk",
            "X-GlobalRelay-MsgType": self._style.message_type,
            "X-OnRecord-Conversation-Name": one_line(first.title),
            "X-OnRecord-Conversation-ID": one_line(first.stream),
            "X-OnRecord-Conversation-Type": one_line(first.stream_kind),
            "X-OnRecord-Seq-First": str(first.conv_seq),
            "X-OnRecord-Seq-Last": str(last.conv_seq),
        }
        return [(name, value) for name, value in about.items() if value]


def _author(style: MailStyle, records: Sequence[MailRecord]) -> Address:
    """Return who made the first record of which that is known; else the sender."""
    actor = next((r.actor for r in records if r.actor.id), None)
    if actor is None:
        return Address(addr_spec=style.sender)
    return style.address(actor.id, actor.name)


def _plain_text(records: Sequence[MailRecord], texts: Sequence[str]) -> str:
    return "\n".join(
        f"{record.at}  {record.type}  no. {record.conv_seq}\n{_who(record)}{text}\n"
        for record, text in zip(records, texts, strict=True)
    )


def _who(record: MailRecord) -> str:
    actor = record.actor
    name = one_line(actor.name or actor.id)
    org = one_line(actor.org)
    return f"{name}{f' ({org})' if org not in ('', name) else ''}:\n" if name else ""


def _part_note(part: int, parts: int) -> str:
    if parts == 1:
        return ""
    return (
        f"\nPart {part} of {parts} of one record. An attachment whose name ends with"
        " .part0001of0002, and so on, is the file when its pieces are put together in this order.\n"
    )


def _shortened(text: str, most: int | None) -> str:
    data = text.encode()
    if most is None or len(data) <= most:
        return text
    return data[:most].decode(errors="ignore") + _CUT


def _quoted(text: str) -> int:
    """Return how many bytes a text takes at most as quoted-printable, line ends included."""
    data = text.encode()
    size = len(data) + 2 * len(data.translate(None, _SAFE))
    return size + size // 20
