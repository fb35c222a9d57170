"""A process that runs the log writer and nothing else, for enumerating faults with strace.

    python log_writer_process.py DIRECTORY COUNT [held] [DEFECT]

Opens (or recovers) DIRECTORY/archive with keys derived from fixed seeds, writes COUNT batches and
integrates after every third. It prints `open SIZE` once, then `ack FIRST LAST EVENT_ID...` after
each durable batch and `signed SIZE ROOT` after each checkpoint: a line that was printed is a
promise. One thread. WriteFailed opens a new tail and tries the batch again, a few times; SyncFailed
ends it with status 75, as the server; Corrupt with status 3. `held` stops it before it begins until
somebody lets it go on: so strace sees each of its calls, and none of what came before. With DEFECT
(DEFECTS) a failure is taken for done; NAMELESS is another.
"""

import os
import signal
import sys
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from onrecord_archive.format.epoch_key import OpeningKey
from onrecord_archive.format.errors import Corrupt, SyncFailed, WriteFailed
from onrecord_archive.format.note import Algorithm
from onrecord_archive.format.record import ZERO_PT, canonical, format_time, pt
from onrecord_archive.format.signer import Signer
from onrecord_archive.writer.entries import RecordInput
from onrecord_archive.writer.files import Files
from onrecord_archive.writer.key_fill import make_key_store
from onrecord_archive.writer.key_store import KeyStore
from onrecord_archive.writer.log import LogWriter, open_log
from onrecord_archive.writer.sealer import Sealer

HELD = "held"
NAMELESS = "nameless"
"""A defect: no folder is synced."""
ORIGIN = "faults.example/log"
STATUS_AGAIN = 75
STATUS_CORRUPT = 3
STATUS_FULL = 4
TAIL_SIZE = 24 * 1024
BATCH = 4
ATTEMPTS = 3
DEFECTS: dict[str, tuple[str, type[Exception]]] = {
    "deaf": ("sync", SyncFailed),
    "blind": ("write", WriteFailed),
}
"""By name: what of `Files` is taken for done although it failed."""
_START = datetime(2026, 11, 24, 9, tzinfo=UTC)


def signers() -> list[Signer]:
    """The log's keys: the same in every run, so that every run goes on with the same log."""
    return [Signer(ORIGIN, algorithm, bytes([algorithm]) * 32) for algorithm in Algorithm]


def opening_key() -> OpeningKey:
    """Compliance's key of this log."""
    return OpeningKey(epoch=1, ml_kem_768_seed="07" * 64, x25519="09" * 32)


@dataclass
class Stream:
    """The head of the one stream that is written, as a journal would keep it."""

    name: str
    conv_seq: int = 0
    prev: bytes = ZERO_PT
    pending: list[RecordInput] = field(default_factory=list)

    def record(self, text: str) -> RecordInput:
        """Number a message and return its record."""
        self.conv_seq += 1
        event_id = os.urandom(16).hex()
        at = format_time(_START + timedelta(seconds=self.conv_seq))
        shown = canonical(
            {
                "v": 1,
                "event_id": event_id,
                "type": "message.sent",
                "stream": {"id": self.name, "kind": "direct"},
                "conv_seq": self.conv_seq,
                "msg_no": self.conv_seq,
                "prev": self.prev.hex(),
                "actor": {"id": "anna", "name": "Anna", "kind": "employee"},
                "at": at,
                "payload": {"text": text},
            }
        )
        kept = canonical({"auth": "password"})
        salt_s, salt_k = os.urandom(32), os.urandom(32)
        record = RecordInput(
            event_id=event_id,
            stream=self.name,
            conv_seq=self.conv_seq,
            msg_no=self.conv_seq,
            type="message.sent",
            at=at,
            retention_class="chat",
            prev=self.prev,
            pt=pt(shown, salt_s, kept, salt_k),
            shown=shown,
            salt_s=salt_s,
            kept=kept,
            salt_k=salt_k,
        )
        self.prev = record.pt
        return record


def say(line: str) -> None:
    """Print a line in one call, so that a killed process has said it or not.

    Not by `write`: only the archive and the keys do that, so faults in it are theirs.
    """
    os.writev(1, [line.encode() + b"\n"])


def write_batch(log: LogWriter, sealer: Sealer, records: list[RecordInput]) -> None:
    """Append one batch, in a new tail where the old one has failed, and acknowledge it."""
    for attempt in range(ATTEMPTS):
        try:
            if attempt:
                log.open_new_tail()
            first = log.append(sealer.seal(records, log.size, epoch=log.epoch))
        except WriteFailed:
            continue
        events = " ".join(record.event_id for record in records)
        say(f"ack {first} {log.size - 1} {events}")
        return
    raise WriteFailed


def run(directory: Path, count: int) -> None:
    """Open or recover what is in a directory, and write to a stream of this run."""
    log = open_log(
        directory / "archive",
        origin=ORIGIN,
        signers=signers(),
        clock=lambda: datetime.now(UTC),
        tail_size=TAIL_SIZE,
    )
    if not (directory / "keys.db").exists():
        make_key_store(directory / "keys.db")
    with closing(KeyStore(directory / "keys.db")) as store:
        write(log, Sealer([store], opening_key().sealing()), count)


def write(log: LogWriter, sealer: Sealer, count: int) -> None:
    """Write `count` batches and close the log."""
    say(f"open {log.size}")
    stream = Stream(os.urandom(16).hex())
    for number in range(count):
        write_batch(log, sealer, [stream.record("x" * 600) for _ in range(BATCH)])
        if number % 3 == 2:
            try:
                checkpoint = log.integrate(log.size)
            except WriteFailed:
                continue  # the next one publishes it
            if checkpoint:
                say(f"signed {checkpoint.size} {checkpoint.root.hex()}")
    log.close()


def plant(defect: str) -> None:
    """Go on after this failure."""
    method, failure = DEFECTS[defect]
    real = getattr(Files, method)

    def broken(*arguments: Any) -> None:
        with suppress(failure):
            real(*arguments)

    setattr(Files, method, broken)


def main() -> NoReturn:
    """Write, and end without taking an interpreter down that may have been forked."""
    for defect in DEFECTS.keys() & sys.argv[3:]:
        plant(defect)
    if NAMELESS in sys.argv[3:]:
        Files._sync_path = lambda self, path: None  # type: ignore[method-assign]
    if HELD in sys.argv[3:]:
        os.kill(os.getpid(), signal.SIGSTOP)
    status = written()
    sys.stderr.flush()
    os._exit(status)


def written() -> int:
    """Return the exit status."""
    try:
        run(Path(sys.argv[1]), int(sys.argv[2]))
    except SyncFailed:
        return STATUS_AGAIN
    except Corrupt as error:
        print("corrupt", error, file=sys.stderr)
        return STATUS_CORRUPT
    except WriteFailed as error:
        print("failed", error, file=sys.stderr)
        return STATUS_FULL
    return 0


if __name__ == "__main__":
    main()
