"""Reads journal mails back from a Maildir, for a comparison with the archive.

Which mail has which entries is remembered by the mail's name and read again where a folder has
changed; what an entry is listed as is always read from its mail, now.
"""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import Final

from onrecord_archive.contract import Listed
from onrecord_archive.format.errors import Unreadable
from onrecord_archive.sinks.journal_mail.message import INDEX, PART

_FOLDERS: Final = ("new", "cur")
_LONGEST: Final = 300 * 1024 * 1024
_LONGEST_HEAD: Final = 256 * 1024
_SETTLED_S: Final = 2.0
"""A folder that changed so recently may change again without another time of change."""
_PART: Final = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
_NAME: Final = re.compile(
    r"([0-9]{12,16})\.(leaf\.json|body\.bin|blob\.bin)(?:\.part[0-9]{4,6}of[0-9]{4,6})?"
)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail that a header says is ours: the entries in it, and which part of them it is."""

    path: Path
    indexes: tuple[int, ...]
    part: int
    parts: int


class MaildirListing:
    """Lists what the mails of a Maildir have. Belongs to one thread; every method blocks."""

    def __init__(self, root: Path) -> None:
        """Take the Maildir; reads nothing yet."""
        self._root = root
        self._mails: dict[str, _Mail | None] = {}
        self._by_index: dict[int, list[_Mail]] = {}
        self._seen: dict[str, int] = {}

    def close(self) -> None:
        """Nothing is open between two calls."""

    def listed(self, first: int, end: int) -> list[Listed]:
        """Return the entries from `first` to before `end`, as often as they are there.

        One of which a part is missing, or cannot be read, is left out. Raises Unreadable.
        """
        for _ in range(2):
            self._look()
            try:
                return self._entries(first, end)
            except FileNotFoundError:  # a reader has just marked it, or taken it away
                self._seen = {}
        raise Unreadable(f"{self._root}: its mails are being moved")

    def _entries(self, first: int, end: int) -> list[Listed]:
        found: list[Listed] = []
        for index in range(first, end):
            kept: dict[tuple[int, int], list[_Mail]] = defaultdict(list)
            for mail in self._by_index.get(index, ()):
                kept[mail.parts, mail.part].append(mail)
            for parts in sorted({parts for parts, _ in kept}):
                copies = zip(*(kept[parts, part] for part in range(1, parts + 1)), strict=False)
                found += (entry for copy in copies if (entry := _entry(index, copy)) is not None)
        return found

    def _look(self) -> None:
        """Know the mails that are there now, by name. Raises Unreadable."""
        now = time.time_ns()
        try:
            changed = {name: (self._root / name).stat().st_mtime_ns for name in _FOLDERS}
            if changed == self._seen:
                return
            paths = {_key(path): path for path in self._paths()}
        except OSError as error:
            raise Unreadable(f"{error.filename}: {error.strerror}") from error
        settled = all(now - at > _SETTLED_S * 1e9 for at in changed.values())
        self._seen = changed if settled else {}
        known = self._mails
        self._mails = {}
        for key, path in sorted(paths.items()):
            mail = known.get(key)
            if key not in known or (mail is not None and mail.path != path):
                mail = _head_of(path)
            self._mails[key] = mail
        self._by_index = _by_index(mail for mail in self._mails.values() if mail is not None)

    def _paths(self) -> Iterator[Path]:
        for name in _FOLDERS:
            with os.scandir(self._root / name) as names:
                yield from (Path(each.path) for each in names)


def _key(path: Path) -> str:
    """Return a mail's name without the flags that a reader sets on it."""
    return path.name.partition(":")[0]


def _by_index(mails: Iterable[_Mail]) -> dict[int, list[_Mail]]:
    found: dict[int, list[_Mail]] = defaultdict(list)
    for mail in mails:
        for index in mail.indexes:
            found[index].append(mail)
    return dict(found)


def _head_of(path: Path) -> _Mail | None:
    """Return what a mail's headers say, None for one that is not ours or cannot be read."""
    try:
        with open(_opened(path), "rb") as file:
            head = file.read(_LONGEST_HEAD).partition(b"\n\n")[0]
    except OSError:
        return None
    headers = BytesHeaderParser().parsebytes(head)
    indexes = str(headers.get(INDEX, "")).split()
    part = _PART.fullmatch(str(headers.get(PART, "")).strip())
    if part is None or not all(each.isascii() and each.isdigit() for each in indexes):
        return None
    numbers = tuple(dict.fromkeys(int(each[:16]) for each in indexes))
    return _Mail(path, numbers, int(part[1]), int(part[2]))


def _opened(path: Path) -> int:
    """Open a plain file. Raises OSError for another, and for one that is too long."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    about = os.fstat(descriptor)
    if not S_ISREG(about.st_mode) or about.st_size > _LONGEST:
        os.close(descriptor)
        raise OSError(f"{path} is no mail")
    return descriptor


def _entry(index: int, copy: Sequence[_Mail]) -> Listed | None:
    """Return an entry from the mails that have its parts, None if one of them cannot be read.

    Raises FileNotFoundError if one of them is not there any more.
    """
    hashes = {name: sha256() for name in ("leaf.json", "body.bin", "blob.bin")}
    found: set[str] = set()
    for mail in copy:
        try:
            with open(_opened(mail.path), "rb") as file:
                parsed = message_from_bytes(file.read())
            for name, data in _attached(parsed, index):
                found.add(name)
                hashes[name].update(data)
        except FileNotFoundError:
            raise
        except (OSError, ValueError, LookupError, RecursionError):
            return None
    if not found >= {"leaf.json", "body.bin"}:
        return None
    leaf, body, blob = (each.digest() for each in hashes.values())
    return Listed(index, leaf, body, blob if "blob.bin" in found else None)


def _attached(mail: Message, index: int) -> Iterator[tuple[str, bytes]]:
    """Yield what a mail has of an entry: which of its files, and the bytes or a piece of them."""
    for part in mail.walk():
        name = _NAME.fullmatch(part.get_filename() or "")
        if name is not None and int(name[1]) == index:
            data = part.get_payload(decode=True)
            yield name[2], data if isinstance(data, bytes) else b""
