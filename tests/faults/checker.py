"""After a fault: what was promised, what is in the archive, what the clients saw must agree.

The names I1.. are those of the invariants (tests/faults/README.md).
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.settings.options import storage_options
from onrecord.storage.database import Database
from onrecord.storage.read_store import ReadStore
from onrecord_archive.checkpoint import Checkpoint, parse_policy
from onrecord_archive.epoch_key import parse_opening_key
from onrecord_archive.leaf import RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from onrecord_archive.reader.opener import Opener
from onrecord_archive.verify import verify_archive
from tests.faults.load import Writer, acknowledged
from tests.rig.installation import Installation

Frame = dict[str, Any]


@dataclass(frozen=True)
class Opened:
    """A record as the archive holds it."""

    index: int
    leaf: RecordLeaf
    shown: Frame
    kept: Frame


def check(
    made: Installation,
    writers: list[Writer],
    *,
    checkpoint: Checkpoint | None = None,
    data: Path | None = None,
) -> int:
    """Assert every invariant; return how many acknowledged messages were opened.

    *checkpoint* is one from before; *data* another copy of the data folder (a power cut's). The
    server must be off.
    """
    folder = data or made.data
    records = open_archive(made, folder, checkpoint)
    by_id = {record.leaf.event_id: record for record in records}
    assert len(by_id) == len(records), "I3: one leaf per event"
    promises = 0
    for writer, id, ack in acknowledged(writers):
        found = by_id.get(ack["event_id"])
        assert found is not None, f"I1: acknowledged and not in the archive: {ack['event_id']}"
        assert found.shown["payload"]["text"] == writer.texts[id][1], "I1: another text"
        numbers = (found.leaf.stream, found.leaf.conv_seq, found.leaf.msg_no)
        assert numbers == (ack["conv"], ack["conv_seq"], ack["msg_no"]), "I7: the same answer"
        promises += 1
    _exactly_once(writers, records)
    _gapless(records)
    if data is None:
        _database_agrees(made, records)
        _clients_agree(writers, records)
    return promises


def open_archive(
    made: Installation, folder: Path, checkpoint: Checkpoint | None = None
) -> list[Opened]:
    """Verify the archive and open every record with compliance's key."""
    policy = parse_policy((folder / "keys" / "policy").read_text())
    archive_folder = folder / "archive" if folder != made.data else made.settings.archive.directory
    verify_archive(archive_folder, policy, given=checkpoint)
    key = parse_opening_key(made.opening_key.read_bytes())
    opener = Opener([key], folder / "keys" / "store.db")
    archive, records = Archive(archive_folder), []
    for entry in archive.entries():
        leaf = decode_leaf(entry.leaf)
        if isinstance(leaf, RecordLeaf):
            plain = opener.open(entry.leaf, entry.body)
            records.append(
                Opened(entry.index, leaf, json.loads(plain.shown), json.loads(plain.kept))
            )
    opener.close()
    return records


def _exactly_once(writers: list[Writer], records: list[Opened]) -> None:
    """I7: one record a client id; and nothing that nobody sent."""
    sent = {id for writer in writers for id in writer.texts}
    recorded = Counter(
        record.kept["client_id"] for record in records if record.leaf.type == "message.sent"
    )
    assert all(count == 1 for count in recorded.values()), "I7: recorded twice"
    assert recorded.keys() <= sent, "I2: recorded and never sent"
    refused = {id for writer in writers for id in writer.nacked}
    assert not refused & recorded.keys(), "a refused message is on the record"


def _gapless(records: list[Opened]) -> None:
    """I5 and I16: numbers without holes; times that never go back within a stream."""
    streams: dict[str, list[Opened]] = {}
    for record in records:
        streams.setdefault(record.leaf.stream, []).append(record)
    for stream in streams.values():
        assert [record.leaf.conv_seq for record in stream] == list(range(1, len(stream) + 1))
        times = [record.leaf.at for record in stream]
        assert times == sorted(times)


def _database_agrees(made: Installation, records: list[Opened]) -> None:
    """I4: what the database shows is what the archive holds, under the same numbers."""
    database = Database(storage_options(made.settings))
    try:
        store = ReadStore(database)
        for person in made.people.values():
            replayed = store.replay(person.id, 0, 2**53, 10**6)
            shown = [json.loads(bytes(item.event)) for item in replayed]
            expected = [r for r in records if any(e["conv"] == r.leaf.stream for e in shown)]
            assert [item.archive_index for item in replayed] == [r.index for r in expected]
            assert [e["event_id"] for e in shown] == [r.leaf.event_id for r in expected]
    finally:
        database.close()


def _clients_agree(writers: list[Writer], records: list[Opened]) -> None:
    """I2, I6, I12, I13: every client saw every event of its conversations once, in order."""
    for writer in writers:
        for conv in writer.convs:
            came = [event["event_id"] for event in writer.events if event["conv"] == conv]
            held = [r.leaf.event_id for r in records if r.leaf.stream == conv]
            assert len(set(came)) == len(came), "I13: an event came twice"
            assert came == held[-len(came) :], "I6: another order, or a gap"
            missing = len(held) - len(came)
            assert missing <= 1, f"I12: {writer.name} misses {missing} events of {conv}"
