"""Reads an archive for an auditor: offline, whole, and held to its signed head.

What does not open is counted. Nothing in the archive's folder or beside the key store is written.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, Generic, TypeVar, overload

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.epoch_key import OpeningKey
from onrecord_archive.format.errors import BadFormat, CannotOpen, NotVerified, Refused
from onrecord_archive.format.key_store_copy import copy_key_store, private_folder
from onrecord_archive.format.layout import CHECKPOINT
from onrecord_archive.format.leaf import Leaf, RecordLeaf, decode_leaf
from onrecord_archive.format.seal import Plain
from onrecord_archive.format.tree import Frontier, leaf_hash
from onrecord_archive.reader.archive import Archive, StoredEntry
from onrecord_archive.reader.opener import Opener

_NAMED: Final = 10
"""Records that did not open and are named; the others are counted."""
_EACH: Final = 256
"""Entries from one word of progress to the next."""
_Made = TypeVar("_Made")


@dataclass(slots=True)
class Unopened:
    """How many records did not open; `first` are archive_index and reason of the first ten."""

    count: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)

    def add(self, index: int, why: str) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append((index, why))


class Pass(ABC):
    """One pass over records up to a signed head. Used from one thread."""

    not_shown = ""
    """What a pass that ended well leaves open; empty: that these are the entries that were signed.
    """

    def __init__(self, head: Checkpoint, opener: Opener | None) -> None:
        """Begin with the head, and with what opens records, if there is something."""
        self.head = head
        self.unopened = Unopened()
        self._opener = opener

    @abstractmethod
    def records(
        self, advance: Callable[[int, int], None] = lambda done, total: None
    ) -> Iterator[tuple[StoredEntry, RecordLeaf]]:
        """Yield every record under the head, by archive_index; `advance` hears how far it is.

        Raises NotVerified, at the end too: until then nothing is shown to be genuine or complete.
        Raises Corrupt, Unreadable.
        """

    @abstractmethod
    def _entry(self, index: int) -> StoredEntry:
        """Return an entry. Raises NotVerified, Corrupt, Unreadable."""

    def open(self, entry: StoredEntry) -> Plain | None:
        """Return what a record says; one that does not open is counted. Raises Unreadable."""
        try:
            return self._opened(entry)
        except CannotOpen as error:
            self.unopened.add(entry.index, str(error))
            return None

    def open_again(self, index: int) -> tuple[StoredEntry, Plain | None]:
        """Return an entry and what it says; nothing is counted. Raises as `records`."""
        entry = self._entry(index)
        with suppress(CannotOpen):
            return entry, self._opened(entry)
        return entry, None

    def _opened(self, entry: StoredEntry) -> Plain:
        if self._opener is None:
            raise CannotOpen("no opening key was given")
        return self._opener.open(entry.leaf, entry.body)


class Audit(Pass):
    """One pass over an archive up to its newest checkpoint.

    Memory: eight bytes an entry, for where it lies, and some thousand data keys.
    """

    def __init__(self, directory: Path, policy: Policy, opener: Opener | None = None) -> None:
        """Open the signed head. Raises NotVerified, Unreadable if there is none."""
        self.archive = Archive(directory)
        self.note = self.archive.checkpoint()
        """The signed head as it was read."""
        super().__init__(policy.open(self.note, file=CHECKPOINT), opener)

    def records(
        self, advance: Callable[[int, int], None] = lambda done, total: None
    ) -> Iterator[tuple[StoredEntry, RecordLeaf]]:
        """Yield every record under the head, by archive_index; `advance` hears how far it is.

        Raises NotVerified if an entry is missing or a sealed body is another, and at the end if
        these are not the entries that were signed: until then nothing is shown to be genuine or
        complete. Raises Corrupt, Unreadable.
        """
        frontier, size = Frontier(), self.head.size
        for index in range(size):
            entry = self._entry(index)
            frontier.append(leaf_hash(entry.leaf))
            leaf = _leaf_of(entry)
            if isinstance(leaf, RecordLeaf):
                require_body(entry, leaf)
                yield entry, leaf
            if index % _EACH == 0:
                advance(index, size)
        if frontier.root() != self.head.root:
            raise NotVerified("root", "these are not the entries that were signed", file=CHECKPOINT)

    def _entry(self, index: int) -> StoredEntry:
        try:
            return self.archive.entry(index)
        except Refused as error:
            why = "an entry that was signed is not in the tails"
            raise NotVerified("missing", why, index=index) from error


def require_body(entry: StoredEntry, leaf: RecordLeaf) -> None:
    """Raise NotVerified unless a sealed body is the one that its leaf names."""
    if sha256(entry.body).hexdigest() != leaf.ct:
        raise NotVerified("body", "another than its leaf names", index=entry.index)


def _leaf_of(entry: StoredEntry) -> Leaf:
    try:
        return decode_leaf(entry.leaf)
    except BadFormat as error:
        raise NotVerified("leaf", str(error), index=entry.index) from error


class Selection(Sequence[_Made], Generic[_Made]):
    """Records by archive_index, each read and opened again whenever it is asked for.

    So no plaintext is kept, in memory or on a disk.
    """

    def __init__(self, audit: Pass, make: Callable[[StoredEntry, Plain | None], _Made]) -> None:
        """Begin with none; `make` turns an entry and what it says into what is wanted."""
        self._audit = audit
        self._make = make
        self._indexes = array("Q")

    def add(self, index: int) -> None:
        """Take one more record."""
        self._indexes.append(index)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._indexes)

    @overload
    def __getitem__(self, place: int) -> _Made: ...
    @overload
    def __getitem__(self, place: slice) -> list[_Made]: ...
    def __getitem__(self, place: int | slice) -> _Made | list[_Made]:
        """Return one, or some. Raises Corrupt, Unreadable."""
        if isinstance(place, slice):
            return [self[each] for each in range(len(self))[place]]
        return self._make(*self._audit.open_again(self._indexes[place]))


@contextmanager
def opener_of(keys: Sequence[OpeningKey], key_store: Path) -> Iterator[Opener]:
    """Open records with a private copy of the key store, for SQLite writes beside what it reads.

    The copy has sealed keys alone, and ends with the block. Raises Unreadable.
    """
    with private_folder() as folder:
        opener = Opener(keys, copy_key_store(key_store, Path(folder)))
        try:
            yield opener
        finally:
            opener.close()
