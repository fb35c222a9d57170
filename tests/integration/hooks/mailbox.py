"""Reads journal mails as HOOKS.md says they are, with the standard library alone.

Nothing of the hook's code is used: a mail is read as an archive would read it.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import rfc8785

from onrecord_archive.testing import Held

RECIPIENT = "journal@example.com"
_FILE = re.compile(r"([0-9]{12})\.([a-z]+)\.(?:json|bin)(?:\.part([0-9]{4})of([0-9]{4}))?")


@dataclass
class Received:
    """A mail as it arrived: `order` is the server's own, by the moment at which it took it."""

    order: str
    mail: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.mail["message-id"])

    @property
    def inner(self) -> EmailMessage:
        """The mail itself, which an Exchange journal report has inside."""
        if self.mail["x-ms-journal-report"] is None:
            return self.mail
        report, inner = cast(list[EmailMessage], list(self.mail.iter_parts()))
        assert report.get_content_type() == "text/plain"
        assert inner.get_content_type() == "message/rfc822"
        return cast(EmailMessage, inner.get_content())

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The attachments by name."""
        found = {}
        for part in cast(list[EmailMessage], list(self.inner.iter_attachments())):
            name = part.get_filename()
            assert name is not None
            assert part.get_content_type() in ("application/json", "application/octet-stream")
            content: Any = part.get_content()
            found[name] = content
        return found


@dataclass
class Record:
    """A record put together from the mails that have it."""

    archive_index: int
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def held(self) -> Held:
        return Held(self.archive_index, self.files["leaf"], self.files["body"])


def received(maildir: Path) -> list[Received]:
    """Return all mails in the order in which the server took them, doubles included."""
    files = [path for folder in ("new", "cur") for path in (maildir / folder).glob("*")]
    found = [_parsed(path, path.stat().st_mtime_ns) for path in files]
    return sorted(found, key=lambda each: each.order)


@lru_cache(maxsize=4096)
def _parsed(path: Path, changed_ns: int) -> Received:
    """Read a mail, once for each time that it was changed."""
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    (line,) = mail.get_all("received", [])
    assert "TLSv1.3" in line
    order = re.search(r"\bid ([0-9A-Za-z]+)", str(line))
    assert order is not None
    return Received(order[1], mail)


def without_doubles(mails: Sequence[Received]) -> list[Received]:
    """Drop what came again under the same Message-ID, as an archive does."""
    first: dict[str, Received] = {}
    for each in mails:
        kept = first.setdefault(each.message_id, each)
        ours = {name: data for name, data in each.files.items() if name != "checkpoint"}
        assert ours.items() <= kept.files.items(), "the same Message-ID, other bytes"
    return list(first.values())


def records(mails: Sequence[Received]) -> list[Record]:
    """Return each record once, in the order in which they were whole; each is checked."""
    under_way: dict[tuple[int, int], dict[int, Received]] = defaultdict(dict)
    whole: dict[int, Record] = {}
    for each in mails:
        part, parts = (int(number) for number in str(each.mail["x-onrecord-part"]).split("/"))
        for index in (int(number) for number in str(each.mail["x-onrecord-index"]).split()):
            have = under_way[index, parts]
            have[part] = each
            if len(have) == parts and index not in whole:
                whole[index] = _joined(index, [have[number] for number in range(1, parts + 1)])
    return list(whole.values())


def _joined(index: int, mails: Sequence[Received]) -> Record:
    """Put a record together from the mails that have it, in the order of their parts."""
    record, pieces = Record(index), defaultdict[str, list[str]](list)
    for name, data in (file for each in mails for file in each.files.items()):
        match = _FILE.fullmatch(name)
        if match is not None and int(match[1]) == index:
            record.files[match[2]] = record.files.get(match[2], b"") + data
            pieces[match[2]].append(f"{match[3]} of {match[4]}")
    for numbers in pieces.values():
        count = len(numbers)
        cut = [f"{number:04d} of {count:04d}" for number in range(1, count + 1)]
        assert numbers == (["None of None"] if count == 1 else cut)
    _check(record)
    return record


def _check(record: Record) -> None:
    leaf = message_of(record.files["leaf"])
    assert sha256(record.files["body"]).hexdigest() == leaf["ct"]
    assert ("blob" in leaf) == ("blob" in record.files)
    if "blob" in leaf:
        assert sha256(record.files["blob"]).hexdigest() == leaf["blob"]["ct"]
    if "plaintext" in record.files:
        assert _commitment(message_of(record.files["plaintext"])) == leaf["pt"]


def message_of(data: bytes) -> dict[str, Any]:
    """Return a JSON object whose canonical spelling this is."""
    values: dict[str, Any] = json.loads(data)
    assert rfc8785.dumps(values) == data
    return values


def _commitment(plain: Mapping[str, str]) -> str:
    inner = b"".join(
        sha256(bytes.fromhex(plain[salt]) + plain[text].encode()).digest()
        for salt, text in (("salt_s", "shown"), ("salt_k", "kept"))
    )
    return sha256(b"onrecord/pt/v1\x00" + inner).hexdigest()
