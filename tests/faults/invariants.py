"""What must hold after every fault; the names are those of tests/faults/README.md.

Each function asserts one invariant on the evidence and says which by its number.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from tests.faults.evidence import Evidence, Hook, Opened
from tests.faults.load import Frame, acknowledged
from tests.faults.past import Entry
from tests.faults.people_invariants import (
    i02_positions_were_said,
    i04_lists_agree,
    i04_shown_agrees,
    i06_positions_never_go_back,
    i12_own_stream_complete,
    i12_positions_are_kept,
    i12_resume_complete,
    i18_brought_in_is_marked,
    i18_membership_cut,
)

READY_SECONDS = 5.0
ALARM_SECONDS = 60.0
TOLERANCE = 3.0
"""A promised time is asserted at three times its value: the machine is shared. The gate, which may
run on any machine, asserts none (OF_TIME)."""
TOLD_BY = 16
"""So many of a text's first letters in a line of the log are that text; fewer may be chance."""
OWN = {
    "message.sent": "send",
    "message.edited": "edit",
    "message.removed": "remove",
    "reaction.changed": "react",
    "title.changed": "title",
    "member.added": "members",
    "member.removed": "members",
    "member.left": "members",
}
"""What the writers' commands become."""
MEMBERS = {"member.added": "add", "member.removed": "remove", "member.left": "leave"}


def i01_acknowledged_is_archived(evidence: Evidence) -> None:
    """I1: what was acknowledged is archived, says what was sent and is under a checkpoint."""
    by_id = evidence.by_id
    signed = max((checkpoint.size for checkpoint in evidence.checkpoints), default=0)
    for writer, id, ack in acknowledged(evidence.writers):
        found = by_id.get(ack["event_id"])
        assert found is not None, f"I1: acknowledged and not in the archive: {ack['event_id']}"
        assert _says(found, writer.sent[id]), f"I1: {ack['event_id']} is not what was sent"
        assert found.index < signed, f"I1: {ack['event_id']} is under no checkpoint"


def i01_acknowledged_is_in_the_database(evidence: Evidence) -> None:
    """I1: what was acknowledged is in the database, at its place in the archive."""
    places = {row.event_id: row.archive_index for row in evidence.rows or ()}
    by_id = evidence.by_id
    for _, _, ack in acknowledged(evidence.writers):
        event = ack["event_id"]
        assert places.get(event) == by_id[event].index, f"I1: {event} is not where it was archived"


def i02_nothing_that_nobody_sent(evidence: Evidence) -> None:
    """I2: nothing is on the record that nobody sent, or that was refused."""
    sent = {id: frame["t"] for writer in evidence.writers for id, frame in writer.sent.items()}
    refused = {id: nack for w in evidence.writers for id, nack in w.nacked.items()}
    for record in evidence.records:
        if record.leaf.type in OWN:
            id = record.kept.get("client_id", "")
            assert sent.get(id) == OWN[record.leaf.type], "I2: recorded and never sent"
            code = refused.get(id, {}).get("code", "")
            assert id not in refused, f"I2: refused ({code}) and on the record: {record.leaf.type}"


def i02_seen_is_archived(evidence: Evidence) -> None:
    """I2: whatever a client saw, or the database shows, is in the archive."""
    by_id = evidence.by_id
    for name, events in _all_events(evidence):
        for event in events:
            assert event["event_id"] in by_id, f"I2: {name} saw what is not archived"


def i03_one_leaf_an_event(evidence: Evidence) -> None:
    """I3: no event is in the archive twice."""
    counts = Counter(record.leaf.event_id for record in evidence.records)
    assert all(count == 1 for count in counts.values()), "I3: one leaf per event"


def i04_database_agrees(evidence: Evidence) -> None:
    """I4: the journal's rows are the archive's records, under the same numbers and hashes."""
    rows = {
        (row.event_id, row.stream, row.conv_seq, row.msg_no, row.pt, row.archive_index, row.ct)
        for row in evidence.rows or ()
    }
    held = {
        (leaf.event_id, leaf.stream, leaf.conv_seq, leaf.msg_no or None, leaf.pt, index, leaf.ct)
        for index, leaf in ((record.index, record.leaf) for record in evidence.records)
    }
    assert rows == held, f"I4: database and archive differ in {len(rows ^ held)} rows"


def i04_copies_agree(evidence: Evidence) -> None:
    """I4: every replica holds the same bytes."""
    for name, copy in evidence.copies.items():
        assert copy == evidence.entries, f"I4: the replica {name} holds something else"


def i05_gapless(evidence: Evidence) -> None:
    """I5: the archive is 0..n, each stream 1..m, its messages 1..k, without holes."""
    indexes = [entry.index for entry in evidence.entries]
    assert indexes == list(range(len(indexes))), "I5: a hole in the archive"
    kinds = [entry.index for entry in evidence.entries if _is_record(entry)]
    assert [record.index for record in evidence.records] == kinds, "I5: a record is missing"
    for stream in _streams(evidence).values():
        numbers = [record.leaf.conv_seq for record in stream]
        assert numbers == list(range(1, len(stream) + 1)), "I5: a hole in a stream"
        messages = [record.leaf.msg_no for record in stream if record.leaf.msg_no]
        assert messages == list(range(1, len(messages) + 1)), "I5: a hole in the messages"


def i06_order_agrees(evidence: Evidence) -> None:
    """I6: clients and database have a stream's events in the archive's order."""
    places = {record.leaf.event_id: record.leaf.conv_seq for record in evidence.records}
    for row in evidence.rows or ():
        assert places.get(row.event_id) == row.conv_seq, "I6: the database has another number"
    for name, events in _all_events(evidence):
        for conv in {event["conv"] for event in events}:
            came = [event for event in events if event["conv"] == conv]
            for event in came:
                assert event["conv_seq"] == places[event["event_id"]], f"I6: {name}: other number"
            numbers = [event["conv_seq"] for event in came]
            assert numbers == sorted(numbers), f"I6: {name} saw another order"


def i07_once(evidence: Evidence) -> None:
    """I7: a command is one record, and its answer is the same every time."""
    ids = Counter(
        record.kept["client_id"] for record in evidence.records if "client_id" in record.kept
    )
    assert all(count == 1 for count in ids.values()), "I7: recorded twice"
    by_id = evidence.by_id
    for writer, id, ack in acknowledged(evidence.writers):
        leaf = by_id[ack["event_id"]].leaf
        numbers = (leaf.stream, leaf.conv_seq, leaf.msg_no or None)
        assert numbers == (ack["conv"], ack["conv_seq"], ack.get("msg_no")), "I7: other numbers"
        for again, answer in writer.again:
            if again == id and answer["t"] != "pending" and "retry_after" not in answer:
                assert _plain(answer) == _plain(ack), "I7: not the same answer"


def i08_hook_once(evidence: Evidence) -> None:
    """I8: a hook got every record at least once, in each stream's order, under one id."""
    if evidence.hook is None:
        return
    received = evidence.hook.received
    first = list({one.event_id: one for one in received}.values())
    assert set(first) == set(received), "I8: one id stands for two records"
    blocked = _blocked(evidence, evidence.hook)
    expected = {r.leaf.event_id for r in evidence.records} - blocked
    assert {one.event_id for one in first} == expected, "I8: the hook lacks or invents records"
    for stream in {one.stream for one in first}:
        numbers = [one.conv_seq for one in first if one.stream == stream]
        assert numbers == sorted(numbers), "I8: the hook got another order"


def i09_nothing_is_rewritten(evidence: Evidence) -> None:
    """I9: bytes of the record stay as they are, and so does what people were shown."""
    earlier = list(evidence.earlier)
    assert earlier == evidence.entries[: len(earlier)], "I9: the archive was rewritten"
    for entry in evidence.entries:
        leaf = decode_leaf(entry.leaf)
        if isinstance(leaf, RecordLeaf):
            assert hashlib.sha256(entry.body).hexdigest() == leaf.ct, "I9: a body is another"
    by_id = evidence.by_id
    for name, events in _all_events(evidence):
        for event in events:
            if "text" in event and event["type"] in OWN:
                said = by_id[event["event_id"]].shown["payload"]["text"]
                assert event["text"] == said, f"I9: {name} saw another text than is recorded"


def i10_no_silent_channel(evidence: Evidence) -> None:
    """I10: every value of every event that somebody saw stands in its record.

    A message that comes again after it was edited or removed says when; that is in that record.
    """
    by_id = evidence.by_id
    changed: dict[str, set[str]] = {}
    for record in evidence.records:
        target = record.shown["payload"].get("target", "")
        changed.setdefault(target, set()).add(record.leaf.at)
    for writer in evidence.writers:
        for event in writer.events:
            record = by_id[event["event_id"]]
            recorded = {*_values(record.shown), *_values(record.kept)}
            silent = {*_values(event)} - recorded - changed.get(event["event_id"], set())
            assert not silent, f"I10: {event['type']} shows what its record does not hold"


def i11_fail_closed(evidence: Evidence) -> None:
    """I11: while nothing could be archived, nothing that was sent then was acknowledged or seen."""
    operations = sorted(
        (operation for writer in evidence.writers for operation in writer.operations),
        key=lambda operation: operation.at,
    )
    events = {ack["event_id"]: id for _, id, ack in acknowledged(evidence.writers)}
    sent = {one.id: one.at for one in operations if one.kind == "invoke"}
    for begin, end in evidence.unwritable:
        for one in operations:
            if begin < one.at < end and one.kind in ("ok", "seen"):
                id = events.get(one.id, one.id)
                assert sent.get(id, 0.0) < begin, f"I11: {one.kind} while nothing was archived"


def i13_no_doubles(evidence: Evidence) -> None:
    """I13: an event came once, and a message is on the screen once."""
    for name, events in _all_events(evidence):
        ids = Counter(event["event_id"] for event in events)
        assert all(count == 1 for count in ids.values()), f"I13: {name} saw an event twice"
        texts = Counter(
            event["text"] for event in events if event["type"] == "message.sent" if "text" in event
        )
        assert all(count == 1 for count in texts.values()), f"I13: {name} saw a ghost"


def i15_one_root_a_size(evidence: Evidence) -> None:
    """I15: every tree head that was ever signed is a prefix of the tree."""
    for checkpoint in evidence.checkpoints:
        assert checkpoint.size < len(evidence.roots), "I15: signed more than there is"
        assert checkpoint.root == evidence.roots[checkpoint.size], "I15: two roots for one size"


def i16_no_clock_in_the_order(evidence: Evidence) -> None:
    """I16: times never go back within a stream, whatever the clock did; each names the one before.

    Order and completeness themselves are I5, I6 and I12.
    """
    for stream in _streams(evidence).values():
        times = [record.leaf.at for record in stream]
        assert times == sorted(times), "I16: a stream's time went back"
        before = "00" * 32
        for record in stream:
            assert record.leaf.prev == before, "I16: a record does not follow the one before"
            before = record.leaf.pt


def i17_poison_is_isolated(evidence: Evidence) -> None:
    """I17: a refused record keeps back its own stream alone, and becomes an alarm."""
    hook = evidence.hook
    if hook is None or not hook.poison:
        return
    received = {one.event_id for one in hook.received}
    blocked = _blocked(evidence, hook)
    assert not received & blocked, "I17: something overtook the refused record"
    others = {r.leaf.event_id for r in evidence.records} - blocked
    assert others <= received, "I17: the refused record keeps back another conversation"
    assert hook.alarm_seconds is not None, "I17: no alarm"


def i17_alarmed_in_time(evidence: Evidence) -> None:
    """I17: the refused record became an alarm in time."""
    alarm = evidence.hook.alarm_seconds if evidence.hook is not None else None
    if alarm is None:
        return
    assert alarm <= TOLERANCE * ALARM_SECONDS, f"I17: the alarm came after {alarm:.0f} s"


def i22_ready_again(evidence: Evidence) -> None:
    """I22: every start after a fault was ready in time."""
    for seconds in evidence.ready:
        assert seconds < TOLERANCE * READY_SECONDS, f"I22: ready after {seconds:.1f} s"


def i23_quiet_log(evidence: Evidence) -> None:
    """I23: the log is one JSON object a line, without texts; people cause at most one a connection.

    Lines of the process itself (it starts, stops, recovers) name no session, device or person.
    """
    frames = [frame for writer in evidence.writers for frame in writer.sent.values()]
    said = {frame["text"][:TOLD_BY] for frame in frames if len(frame.get("text", "")) >= TOLD_BY}
    personal = 0
    for line in evidence.log:
        assert line.startswith("{"), f"I23: not a line of the log: {line[:60]}"
        fields = json.loads(line)
        words = [value for value in _values(fields) if isinstance(value, str)]
        assert not any(text in value for value in words for text in said), "I23: a text in the log"
        personal += bool({"session", "device", "person", "address"} & fields.keys())
    connections = sum(writer.connections for writer in evidence.writers)
    assert personal <= connections, f"I23: {personal} lines on {connections} connections"


def _says(record: Opened, command: Frame) -> bool:
    payload = record.shown["payload"]
    done = MEMBERS.get(record.leaf.type)
    return (
        OWN.get(record.leaf.type) == command["t"]
        and done == command.get("op")
        and all(
            payload.get(name) == command[name]
            for name in ("text", "target", "emoji", "on", "title", "person", "since")
            if name in command
        )
    )


def _streams(evidence: Evidence) -> dict[str, list[Opened]]:
    streams: dict[str, list[Opened]] = {}
    for record in evidence.records:
        streams.setdefault(record.leaf.stream, []).append(record)
    return streams


def _all_events(evidence: Evidence) -> list[tuple[str, list[Frame]]]:
    """Return what each client saw, and what the database shows each person."""
    clients = [(writer.name, writer.events) for writer in evidence.writers]
    shown = evidence.shown.items()
    return clients + [
        (f"a new device of {name}", [event for _, event in one.events]) for name, one in shown
    ]


def _blocked(evidence: Evidence, hook: Hook) -> set[str]:
    """Return the event ids that a refused record keeps back: itself and its stream's later ones."""
    leaves = [record.leaf for record in evidence.records]
    first = {leaf.stream: leaf.conv_seq for leaf in leaves if leaf.event_id in hook.poison}
    return {leaf.event_id for leaf in leaves if leaf.conv_seq >= first.get(leaf.stream, 2**53)}


def _is_record(entry: Entry) -> bool:
    return isinstance(decode_leaf(entry.leaf), RecordLeaf)


def _plain(answer: Frame) -> Frame:
    return {name: value for name, value in answer.items() if name != "came_at"}


def _values(value: Any) -> Iterable[Any]:
    """Yield every scalar in a JSON value."""
    if isinstance(value, dict):
        for one in value.values():
            yield from _values(one)
    elif isinstance(value, list):
        for one in value:
            yield from _values(one)
    else:
        yield value


Invariant = Callable[[Evidence], None]
OF_THE_ARCHIVE: tuple[Invariant, ...] = (
    i03_one_leaf_an_event,
    i01_acknowledged_is_archived,
    i02_nothing_that_nobody_sent,
    i05_gapless,
    i07_once,
    i15_one_root_a_size,
    i16_no_clock_in_the_order,
)
OF_THE_WHOLE: tuple[Invariant, ...] = (
    i02_seen_is_archived,
    i04_database_agrees,
    i01_acknowledged_is_in_the_database,
    i04_shown_agrees,
    i04_copies_agree,
    i13_no_doubles,
    i06_order_agrees,
    i08_hook_once,
    i09_nothing_is_rewritten,
    i10_no_silent_channel,
    i11_fail_closed,
    i12_resume_complete,
    i12_own_stream_complete,
    i02_positions_were_said,
    i06_positions_never_go_back,
    i12_positions_are_kept,
    i04_lists_agree,
    i18_membership_cut,
    i18_brought_in_is_marked,
    i17_poison_is_isolated,
    i23_quiet_log,
)
"""In the order in which they are asserted: what later ones rely on comes first."""
OF_TIME: tuple[Invariant, ...] = (i22_ready_again, i17_alarmed_in_time)
"""Promises in seconds: asserted where the machine does nothing else."""
