"""What is left after a fault, read from outside: archive, database, log, copies. No judgement.

Every field is a plain value, so that a test of the checker can doctor it.
"""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from onrecord.app.settings.load import load
from onrecord.app.settings.options import storage_options
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.chat.service import ReadStore
from onrecord_archive.format.checkpoint import Checkpoint, parse_policy
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.format.tree import Frontier, leaf_hash
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import Opener
from onrecord_archive.verify.archive import verify_archive
from tests.faults.load import Frame, Writer
from tests.faults.past import Entry, read_checkpoints, read_entries
from tests.rig.installation import Installation
from tests.rig.second_opinion import confirm

MANY = 10**6
PERSONAL = "personal:"
"""Begins the name of one person's own stream, which is no conversation: it has no page."""
JOURNAL = sql(
    "SELECT j.event_id, s.id, j.conv_seq, j.msg_no, j.pt, a.archive_index, a.ct"
    " FROM journal j JOIN stream s ON s.key = j.stream_key LEFT JOIN archived a ON a.key = j.key"
    " ORDER BY a.archive_index"
)


@dataclass(frozen=True)
class Opened:
    """A record as the archive holds it, opened with compliance's key."""

    index: int
    leaf: RecordLeaf
    shown: Frame
    kept: Frame


@dataclass(frozen=True)
class Row:
    """A row of the journal; `archive_index` and `ct` are None while it is not archived."""

    event_id: str
    stream: str
    conv_seq: int
    msg_no: int | None
    pt: str
    archive_index: int | None
    ct: str | None


@dataclass(frozen=True)
class Received:
    """What a hook's other side took, in the order in which it came."""

    event_id: str
    stream: str
    conv_seq: int


@dataclass
class Hook:
    """A hook's other side. `poison`: event ids that it goes on refusing."""

    received: list[Received] = field(default_factory=list)
    poison: frozenset[str] = frozenset()
    alarm_seconds: float | None = None
    """How long it took until the refusal was an alarm."""


@dataclass(frozen=True)
class Listed:
    """A conversation in somebody's list. `positions`: person -> how far they read and received."""

    unread: int
    positions: dict[str, tuple[int, int]]


@dataclass
class Shown:
    """What the database shows one person: events from the beginning, and pages as they stand."""

    events: list[tuple[int, Frame]] = field(default_factory=list)
    """Index in the archive and event, as a replay from the beginning gives them."""
    pages: dict[str, dict[str, str | None]] = field(default_factory=dict)
    """Conversation -> event id of a message -> its text, None when it was removed."""
    lists: dict[str, Listed] = field(default_factory=dict)
    """By conversation."""


@dataclass
class Evidence:
    """Everything that the invariants are about. What was not gathered is None or empty."""

    writers: list[Writer]
    people: dict[str, str] = field(default_factory=dict)
    """User name -> id."""
    entries: list[Entry] = field(default_factory=list)
    records: list[Opened] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)
    """The root of the tree over the first n entries, for n = 0, 1, 2 ..."""
    earlier: Sequence[Entry] = ()
    """The entries at an earlier time."""
    rows: list[Row] | None = None
    shown: dict[str, Shown] = field(default_factory=dict)
    """By user name."""
    copies: dict[str, list[Entry]] = field(default_factory=dict)
    """What each replica holds."""
    hook: Hook | None = None
    log: list[str] = field(default_factory=list)
    """The server's lines."""
    unwritable: list[tuple[float, float]] = field(default_factory=list)
    """Monotonic seconds from..to while nothing could be archived, and people knew."""
    ready: list[float] = field(default_factory=list)
    """Seconds of each start after a fault."""

    @property
    def by_id(self) -> dict[str, Opened]:
        """Return the records by event id."""
        return {record.leaf.event_id: record for record in self.records}


def gather(
    made: Installation, writers: list[Writer], folder: Path, checkpoint: Checkpoint | None = None
) -> Evidence:
    """Read all that lies in a data folder. The server must be off."""
    root = folder / "archive" if folder != made.data else made.settings.archive.directory
    evidence = Evidence(writers, {name: person.id for name, person in made.people.items()})
    evidence.records = open_archive(made, folder, checkpoint)
    evidence.entries = read_entries(root)
    evidence.checkpoints = read_checkpoints(root)
    evidence.roots = roots_of(evidence.entries)
    if folder == made.data:
        _read_database(made, evidence)
        log = made.data.parent / "server.log"
        evidence.log = log.read_text().splitlines() if log.exists() else []
        for name, hook in made.settings.hooks.items():
            if hook.kind == "replica":
                evidence.copies[name] = read_entries(Path(hook.options["path"]))
    return evidence


def open_archive(
    made: Installation, folder: Path, checkpoint: Checkpoint | None = None
) -> list[Opened]:
    """Have both verifiers judge the archive, and open every record with compliance's key."""
    policy = parse_policy((folder / "keys" / "policy").read_text())
    root = folder / "archive" if folder != made.data else made.settings.archive.directory
    key = parse_opening_key(made.opening_key.read_bytes())
    report = verify_archive(root, policy, given=checkpoint)
    confirm(report, root, policy, given=checkpoint, stores=[folder / "keys" / "store.db"])
    archive, records = Archive(root), []
    with closing(Opener([key], folder / "keys" / "store.db")) as opener:
        for entry in archive.entries():
            leaf = decode_leaf(entry.leaf)
            if isinstance(leaf, RecordLeaf):
                plain = opener.open(entry.leaf, entry.body)
                records.append(
                    Opened(entry.index, leaf, json.loads(plain.shown), json.loads(plain.kept))
                )
    return records


def roots_of(entries: Sequence[Entry]) -> list[bytes]:
    """Return the root over the first n entries for every n."""
    tree = Frontier()
    roots = [tree.root()]
    for entry in entries:
        tree.append(leaf_hash(entry.leaf))
        roots.append(tree.root())
    return roots


def events_of(person: Any, store: ReadStore) -> list[tuple[int, Frame]]:
    """Return what a device without anything is given."""
    replayed = store.replay(person, 0, 2**53, MANY)
    return [(item.archive_index, json.loads(bytes(item.event))) for item in replayed]


def _read_database(made: Installation, evidence: Evidence) -> None:
    database = Database(storage_options(load(made.data)))
    try:
        with database.reading() as transaction:
            evidence.rows = [_row(*row) for row in transaction.all(JOURNAL)]
        store = ReadStore(database)
        for name, person in made.people.items():
            shown = evidence.shown[name] = Shown(events_of(person.id, store))
            streams = {event["conv"] for _, event in shown.events}
            for conv in (one for one in streams if not one.startswith(PERSONAL)):
                page = store.timeline(
                    person.id, conv, before=None, after=None, around=None, limit=MANY
                )
                shown.pages[conv] = texts_of(msgspec.to_builtins(page.events))
            for one in store.bootstrap(person.id).conversations:
                positions = {who.person: (who.read, who.delivered) for who in one.members}
                shown.lists[one.id] = Listed(one.unread, positions)
    finally:
        database.close()


def texts_of(events: Sequence[Frame]) -> dict[str, str | None]:
    """Fold events, in order, into what a screen shows: message -> text, None once removed."""
    texts: dict[str, str | None] = {}
    gone: set[str] = set()
    for event in events:
        if event["type"] == "message.sent":
            texts[event["event_id"]] = event.get("text")
        elif event["type"] == "message.edited" and "text" in event:
            texts[event["target"]] = event["text"]
        elif event["type"] == "message.removed" and "target" in event:  # else never seen
            gone.add(event["target"])
    return {id: None if id in gone else text for id, text in texts.items()}


def _row(*columns: Any) -> Row:
    event, stream, conv_seq, msg_no, pt, index, ct = columns
    ct = None if ct is None else bytes(ct).hex()
    return Row(bytes(event).hex(), stream, conv_seq, msg_no, bytes(pt).hex(), index, ct)
