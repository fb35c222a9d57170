"""Builds archives for tests: a journal's worth of records, real keys, the real writer."""

import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import UNSET

from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.epoch_key import OpeningKey, generate_opening_key
from onrecord_archive.format.leaf import FILE_STORED
from onrecord_archive.format.note import Algorithm
from onrecord_archive.format.record import ZERO_PT, canonical, format_time, pt
from onrecord_archive.format.signer import Signer, signers_policy
from onrecord_archive.reader.archive import Archive
from onrecord_archive.verify.opening import OpeningChecker
from onrecord_archive.writer.blob_store import BlobStore, SealedBlob
from onrecord_archive.writer.entries import RecordInput
from onrecord_archive.writer.key_fill import make_key_store
from onrecord_archive.writer.key_store import KeyStore
from onrecord_archive.writer.log import DEFAULT_TAIL_SIZE, LogWriter, open_log
from onrecord_archive.writer.recovery import Judge, refuse_what_follows
from onrecord_archive.writer.sealer import Sealer

ORIGIN = "log.example/onrecord"
START = datetime(2026, 11, 24, 22, tzinfo=UTC)


@dataclass
class Head:
    """Where a stream stands."""

    conv_seq: int = 0
    msg_no: int = 0
    prev: bytes = ZERO_PT


@dataclass
class Journal:
    """Numbers records as the server does; its clock goes one second a record."""

    now: datetime = START
    heads: dict[str, Head] = field(default_factory=dict)

    def record(
        self,
        stream: str = "11" * 16,
        *,
        text: str = "Good morning",
        payload: Mapping[str, object] | None = None,
        type: str = "message.sent",
        retention_class: str = "chat",
        counts: bool = True,
        stored: SealedBlob | None = None,
        attached: SealedBlob | None = None,
        at: datetime | None = None,
    ) -> RecordInput:
        """Return the stream's next record."""
        head = self.heads.setdefault(stream, Head())
        head.conv_seq += 1
        if counts:
            head.msg_no += 1
        self.now += timedelta(seconds=1)
        shown: dict[str, object] = {
            "v": 1,
            "event_id": os.urandom(16).hex(),
            "type": FILE_STORED if stored else type,
            "stream": {"id": stream, "kind": "direct"},
            "conv_seq": head.conv_seq,
            "prev": head.prev.hex(),
            "actor": {"id": "ab" * 16, "name": "Anna", "kind": "employee"},
            "at": format_time(at or self.now),
            "payload": {"text": text} if payload is None else dict(payload),
        }
        kept: dict[str, object] = {"auth": "password"}
        if counts:
            shown["msg_no"] = head.msg_no
        if attached:
            shown["files"] = [file_of(attached)]
            kept["blob_keys"] = {attached.blob.id: attached.key.hex()}
        record = to_record(shown, kept, head, retention_class, stored)
        head.prev = record.pt
        return record


def file_of(stored: SealedBlob) -> dict[str, object]:
    """Return what a message shows of a file."""
    return {
        "blob_id": stored.blob.id,
        "sha256": stored.sha256.hex(),
        "size": stored.size,
        "name": "offer.pdf",
        "type": "application/pdf",
    }


def to_record(
    shown: dict[str, object],
    kept: dict[str, object],
    head: Head,
    retention_class: str = "chat",
    stored: SealedBlob | None = None,
) -> RecordInput:
    """Return the record of these two objects under fresh salts."""
    salt_s, salt_k = os.urandom(32), os.urandom(32)
    shown_bytes, kept_bytes = canonical(shown), canonical(kept)
    return RecordInput(
        event_id=str(shown["event_id"]),
        stream=shown["stream"]["id"],  # type: ignore[index]
        conv_seq=head.conv_seq,
        msg_no=head.msg_no if "msg_no" in shown else None,
        type=str(shown["type"]),
        at=str(shown["at"]),
        retention_class=retention_class,
        prev=head.prev,
        pt=pt(shown_bytes, salt_s, kept_bytes, salt_k),
        shown=shown_bytes,
        salt_s=salt_s,
        kept=kept_bytes,
        salt_k=salt_k,
        blob=stored.blob if stored else UNSET,
    )


def new_store(path: Path) -> KeyStore:
    """Make a key store, with its folder, and open it."""
    path.parent.mkdir(exist_ok=True)
    make_key_store(path)
    return KeyStore(path)


class Workshop:
    """One archive with its keys: opens, writes, restarts."""

    def __init__(self, root: Path, *, tail_size: int = DEFAULT_TAIL_SIZE) -> None:
        self.root = root
        self.directory = root / "archive"
        self.tail_size = tail_size
        self.signers = [Signer(ORIGIN, algorithm, os.urandom(32)) for algorithm in Algorithm]
        self.policy: Policy = signers_policy(self.signers)
        self.opening_keys: list[OpeningKey] = [generate_opening_key(1)]
        self.stores = [new_store(root / "keys.db"), new_store(root / "copy" / "keys.db")]
        self.sealer = Sealer(self.stores, self.opening_keys[0].sealing())
        self.journal = Journal()
        self.log = self.open()

    def open(
        self,
        *,
        published_position: int = 0,
        epoch: int | None = None,
        judge: Judge = refuse_what_follows,
    ) -> LogWriter:
        """Open the log, recovering what is there."""
        return open_log(
            self.directory,
            origin=ORIGIN,
            signers=self.signers,
            clock=lambda: self.journal.now,
            published_position=published_position,
            epoch=epoch,
            tail_size=self.tail_size,
            judge=judge,
        )

    def append(self, records: list[RecordInput]) -> int:
        """Seal and append one batch."""
        return self.log.append(self.sealer.seal(records, self.log.size, epoch=self.log.epoch))

    def write(self, count: int, *, streams: int = 3, batch: int = 16) -> None:
        """Append `count` records to several streams, in batches."""
        records = [self.journal.record(f"{i % streams:032x}") for i in range(count)]
        for start in range(0, count, batch):
            self.append(records[start : start + batch])

    def store_file(self, data: bytes, stream: str = "22" * 16) -> SealedBlob:
        """Store a file, and say so on the record."""
        stored = BlobStore(self.directory).seal([data])
        self.append([self.journal.record(stream, stored=stored, counts=False)])
        return stored

    def restart(self, *, published_position: int = 0) -> None:
        """Open again, as a new process does."""
        self.log.close()
        self.sealer.end_keys()
        self.log = self.open(published_position=published_position)

    def next_key_epoch(self) -> None:
        """Go on with a new key of compliance's."""
        self.opening_keys.append(generate_opening_key(len(self.opening_keys) + 1))
        self.sealer.use(self.opening_keys[-1].sealing())

    def opening(self) -> OpeningChecker:
        """Return a checker that opens every record; close it."""
        return OpeningChecker(self.opening_keys, self.root / "keys.db")

    def reader(self) -> Archive:
        """Return a reader of the archive."""
        return Archive(self.directory)

    def tails(self) -> list[Path]:
        """Return the tail files, oldest first."""
        return sorted((self.directory / "tails").iterdir())

    def close(self) -> None:
        """Close the log and the key stores."""
        self.log.close()
        for store in self.stores:
            store.close()


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """Let no file of this process grow beyond `limit` bytes: a write is cut there, then fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def descriptor_of(path: Path) -> int:
    """Return the descriptor under which this process has the file open."""
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            if os.path.samestat(os.fstat(int(name)), path.stat()):
                return int(name)
    raise AssertionError(f"{path} is not open")
