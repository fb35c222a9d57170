"""The hook contract: what OnRecord and a hook owe each other.

A hook carries archived records somewhere else: a second archive, a web service, a bank's store.
Everything that a hook's author needs stands in this file; `testing.HookConformance` tests it.
Version 2 has added `Filter`, `Reduced`, `Comparable`, `Attacking` and `Unacknowledged`; a hook of
version 1 runs as it is.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal, Protocol, TypeAlias, runtime_checkable

from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.seal import Plain

ENTRY_POINT_GROUP: Final = "onrecord.archive_hooks"
"""Entry points of this group name a `HookFactory`. Installed is not enabled: settings decide."""

Kind: TypeAlias = Literal["record", "key", "tail"]


@dataclass(frozen=True, slots=True)
class Reduced:
    """What a hook may see of a record, where that is not all of it: never provable.

    `shown` and `kept` are the record's two objects, canonical JSON, without what was left out. So
    they lead to no hash of the leaf, and no salts come with them: nothing shows that they are true.
    `headers`: who, when and where alone (`events/reduced.py`). `without`: names that were left out.
    """

    shown: bytes
    kept: bytes
    sees: Literal["headers", "plaintext"]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One entry of the log.

    `leaf` is its canonical JSON and `body` the sealed body (empty for `key` and `tail`);
    SHA-256(body) is the leaf's `ct`. `event_id` and `stream` are the leaf's, in hex and as named,
    empty for `key` and `tail`. `checkpoint` is a signed note of C2SP tlog-checkpoint whose size is
    above `archive_index`. `blob` are the sealed bytes that a `file.stored` leaf commits to.
    `plaintext` comes only where the firm has set, on the record, that this hook gets it, and only
    while the live store has the body: None means sealed, never "empty". `reduced` comes in its
    place where the firm lets this hook see a part of the record; what it left out is not there.
    """

    archive_index: int
    kind: Kind
    event_id: str
    stream: str
    leaf: bytes
    body: bytes
    checkpoint: bytes
    blob: bytes | None = None
    plaintext: Plain | None = None
    reduced: Reduced | None = None


def delivery_of(
    archive_index: int,
    leaf: bytes,
    body: bytes,
    checkpoint: bytes,
    *,
    blob: bytes | None = None,
    plaintext: Plain | None = None,
) -> Delivery:
    """Return the delivery of a log entry as the archive's reader gives it; raises BadFormat."""
    decoded = decode_leaf(leaf)
    event_id = stream = ""
    if isinstance(decoded, RecordLeaf):
        event_id, stream = decoded.event_id, decoded.stream
    return Delivery(
        archive_index,
        decoded.kind,
        event_id,
        stream,
        leaf=leaf,
        body=body,
        checkpoint=checkpoint,
        blob=blob,
        plaintext=plaintext,
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side has this entry durably. `detail` (its own id for it, say) is no secret.

    OnRecord keeps it, the first 500 characters of `detail` too: so an id there leads to the entry.
    """

    archive_index: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """Some records: those whose leaf has one of the words in each member that is not empty.

    `classes` are retention classes. A word that ends with `*` stands for all that begin so.
    """

    classes: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def takes(self, leaf: RecordLeaf) -> bool:
        """Tell whether a record is one of them."""
        members = (
            (self.classes, leaf.class_),
            (self.streams, leaf.stream),
            (self.types, leaf.type),
        )
        return all(not words or _is_one_of(value, words) for words, value in members)


def _is_one_of(value: str, words: Sequence[str]) -> bool:
    return any(
        value.startswith(word[:-1]) if word.endswith("*") else value == word for word in words
    )


Wants: TypeAlias = Literal["records", "log"] | Filter
"""`records`: only records. `log`: key and tail leaves too, as a copy of the tree needs."""


def is_wanted(wants: Wants, leaf: bytes) -> bool:
    """Tell whether a hook that wants this gets the entry of a leaf; raises BadFormat."""
    if wants == "log":
        return True
    decoded = _decoded(leaf)
    if not isinstance(decoded, RecordLeaf):
        return False
    return wants == "records" or wants.takes(decoded)


_decoded: Final = lru_cache(2048)(decode_leaf)
"""OnRecord asks some six times for each entry on its way, and decoding costs more than asking."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as the other side has it, read back there: SHA-256 of its leaf, body and blob."""

    archive_index: int
    leaf: bytes
    body: bytes
    blob: bytes | None = None


def listing(archive_index: int, leaf: bytes, body: bytes, blob: bytes | None = None) -> Listed:
    """Return an entry as it is listed; `blob` is already SHA-256 of the stored file."""
    return Listed(archive_index, sha256(leaf).digest(), sha256(body).digest(), blob)


class Hook(Protocol):
    """Carries entries of the log to one destination. One instance, one caller, one call at a time.

    OnRecord
    MUST      give every entry from the hook's cursor on at least once (`wants` permitting)
    MUST      keep the order of archive_index within a stream, and over the whole log as long as
              this hook rejects nothing
    MUST      give only entries that are durable in the archive and under the checkpoint given
    MUST      give the same bytes for the same archive_index, for ever
    MUST      keep the cursor durably, and advance it only over entries with a receipt or left out
    MUST      call again after `Retry`, with growing pauses, until there is a receipt
    MUST      count what is left out, because the hook does not want it or may not see it
    MUST NOT  skip another entry, also one that it cannot give in plaintext: it comes sealed
    MUST NOT  run two calls of `deliver`, `inventory` or `attack` of one hook at the same time
    MUST NOT  let a hook delay another hook, or the message path (unless the firm has set how long
              a record may wait for it at most: then nothing is said until it is taken)

    The hook
    MUST      return a receipt only when the other side would still have the entry after a loss of
              power here and there (one that cannot know says so: `Unacknowledged`)
    MUST      take an entry that it already has as done (by event_id, or archive_index where there
              is none), and return a receipt for it
    MUST      keep the order within a stream
    MUST      raise `Rejected` for an entry that the other side will never take as it is
    MUST      carry types of records that it does not know
    MUST      say of what it hands on of `reduced` that it is no whole record
    MUST NOT  change, leave out or invent bytes of an entry
    MUST NOT  retry on its own for longer than the destination needs to answer: raise `Retry`
    MUST NOT  block the event loop (`asyncio.to_thread`), or leave tasks behind
    MUST NOT  write a body or plaintext into a log, an error or a receipt
    """

    @property
    def wants(self) -> Wants:
        """Return which entries it gets; the firm's settings may leave out more of them."""

    @property
    def batch_size(self) -> int:
        """Return the largest number of entries for one call of `deliver`: 1 to 65,536."""

    async def deliver(self, batch: Sequence[Delivery]) -> Sequence[Receipt]:
        """Hand over a batch, ascending by archive_index; return one receipt for each entry of it.

        Raises a HookError otherwise; its `receipts` name the entries that are durable in spite of
        it. Safe to cancel: what has no receipt is given again.
        """

    async def ping(self) -> None:
        """Return if the destination would take an entry now; raises a HookError if not."""

    async def close(self) -> None:
        """Let go of connections and files. Called once; nothing is called afterwards."""


@runtime_checkable
class Comparable(Protocol):
    """What a hook has besides if its other side can be read back: OnRecord compares it each day."""

    async def inventory(self, first: int, end: int) -> Sequence[Listed]:
        """Return what the other side has of the entries from `first` to before `end`.

        Read back there, now, and nothing from memory. An entry that is there twice is listed twice;
        one that can't be read is left out, one whose plaintext was changed has other hashes. `end`
        is at most `batch_size` above `first`. Raises a HookError; `Retry` if it can't be told now.
        Safe to cancel.
        """


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to break a promise of the other side: what was tried, and what became of it.

    `what` is a few words; `answer` is what the other side said, short and no secret.
    """

    what: str
    refused: bool
    answer: str = ""


@runtime_checkable
class Attacking(Protocol):
    """What a hook has besides if its other side promises to keep what it has, also against us.

    OnRecord has it attacked before the first delivery after each start, puts the attempts on the
    record, and delivers nothing while one of them succeeds.
    """

    async def attack(self) -> Sequence[Attempt]:
        """Try, with the hook's own credentials, what must be impossible there.

        On something written for this purpose; nothing that was delivered is touched. Raises Retry
        or Misconfigured where it can't be told. Safe to cancel.
        """


@runtime_checkable
class Unacknowledged(Protocol):
    """What a hook has besides if its other side never answers: it is never counted as an archive.

    A receipt of it says that the entry was sent, and nothing of whether it arrived: what was given
    may be lost, and no one learns of it. In this alone it may break `contract.Hook`; OnRecord says
    so wherever it shows the hook.
    """

    @property
    def without_receipts(self) -> Literal[True]:
        """Return that it is so."""


HookFactory: TypeAlias = Callable[[Mapping[str, str]], Hook]
"""What an entry point names: options from the settings (secrets as paths of files) to a hook.

Raises Misconfigured. Connects to nothing yet: `ping` does.
"""


class HookError(Exception):
    """A hook could not hand over everything. Families say what OnRecord does about it.

    HookError
    +-- Retry           calls again after a pause: the destination is away, slow or busy
    +-- Rejected        parks this stream for this hook, alarms, goes on with the other streams
    +-- ReplayFrom      moves the cursor back: the destination has lost entries or wants them again
    +-- Misconfigured   alarms and calls again after a long pause: an operator must act
    """

    def __init__(self, detail: str | None = None, *, receipts: Sequence[Receipt] = ()) -> None:
        """Keep a sentence for the operator and the receipts of what is durable in spite of it."""
        super().__init__(detail or (inspect.getdoc(type(self)) or "").partition("\n")[0])
        self.receipts = tuple(receipts)


class Retry(HookError):
    """The destination does not take entries now.

    `retry_after`: seconds that it asked for; the pause is not shorter.
    """

    def __init__(
        self,
        detail: str | None = None,
        *,
        retry_after: float | None = None,
        receipts: Sequence[Receipt] = (),
    ) -> None:
        """Keep the destination's own wish for a pause."""
        super().__init__(detail, receipts=receipts)
        self.retry_after = retry_after


class Rejected(HookError):
    """The destination refuses this entry as it is.

    Its stream waits for this hook, other streams go on; it is tried again and never dropped.
    """

    def __init__(
        self, detail: str | None = None, *, archive_index: int, receipts: Sequence[Receipt] = ()
    ) -> None:
        """Name the entry, which is one of the batch."""
        super().__init__(detail, receipts=receipts)
        self.archive_index = archive_index


class ReplayFrom(HookError):
    """The destination asks for everything from this archive_index on, again."""

    def __init__(self, archive_index: int, detail: str | None = None) -> None:
        """Name the first entry wanted; it is not above the ones of the batch."""
        super().__init__(detail)
        self.archive_index = archive_index


class Misconfigured(HookError):
    """An operator must change something before the destination can take entries."""
