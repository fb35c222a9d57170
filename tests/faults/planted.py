"""Defects of a server, planted in the evidence of a good run: what the checker must find.

Each stands for something that a broken server could have done; `CONTROLS` says which invariant it
breaks.
"""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from onrecord_archive.format.checkpoint import Checkpoint
from tests.faults.evidence import Evidence, Received, Row
from tests.faults.invariants import (
    ALARM_SECONDS,
    READY_SECONDS,
    Invariant,
    i01_acknowledged_is_archived,
    i01_acknowledged_is_in_the_database,
    i02_nothing_that_nobody_sent,
    i02_seen_is_archived,
    i03_one_leaf_an_event,
    i04_copies_agree,
    i04_database_agrees,
    i05_gapless,
    i06_order_agrees,
    i07_once,
    i08_hook_once,
    i09_nothing_is_rewritten,
    i10_no_silent_channel,
    i11_fail_closed,
    i13_no_doubles,
    i15_one_root_a_size,
    i16_no_clock_in_the_order,
    i17_alarmed_in_time,
    i17_poison_is_isolated,
    i22_ready_again,
    i23_quiet_log,
)
from tests.faults.load import Frame, acknowledged
from tests.faults.past import Entry
from tests.faults.planted_people import OF_PEOPLE

Defect = Callable[[Evidence], None]


def first_ack(evidence: Evidence) -> Frame:
    return next(ack for _, id, ack in acknowledged(evidence.writers) if ack["t"] == "ack")


def place(evidence: Evidence, event_id: str) -> int:
    return next(i for i, r in enumerate(evidence.records) if r.leaf.event_id == event_id)


def change_record(evidence: Evidence, which: int, **leaf: object) -> None:
    record = evidence.records[which]
    evidence.records[which] = replace(record, leaf=msgspec.structs.replace(record.leaf, **leaf))


def change_row(evidence: Evidence, change: Callable[[Row], Row]) -> None:
    assert evidence.rows
    evidence.rows[-1] = change(evidence.rows[-1])


def last_message(evidence: Evidence) -> int:
    return max(i for i, r in enumerate(evidence.records) if r.leaf.type == "message.sent")


def ack_of_nothing(evidence: Evidence) -> None:
    first_ack(evidence)["event_id"] = "0" * 32


def lost_record(evidence: Evidence) -> None:
    del evidence.records[place(evidence, first_ack(evidence)["event_id"])]


def another_text(evidence: Evidence) -> None:
    evidence.records[last_message(evidence)].shown["payload"]["text"] = "something else"


def unsigned(evidence: Evidence) -> None:
    evidence.checkpoints = evidence.checkpoints[:1]


def not_in_the_database(evidence: Evidence) -> None:
    event = first_ack(evidence)["event_id"]
    evidence.rows = [row for row in evidence.rows or () if row.event_id != event]


def at_another_place(evidence: Evidence) -> None:
    event = first_ack(evidence)["event_id"]
    evidence.rows = [
        replace(row, archive_index=0) if row.event_id == event else row
        for row in evidence.rows or ()
    ]


def invented(evidence: Evidence) -> None:
    evidence.records[last_message(evidence)].kept["client_id"] = "f" * 32


def refused_and_recorded(evidence: Evidence) -> None:
    writer = evidence.writers[0]
    writer.nacked.update([writer.acked.popitem()])


def seen_and_not_archived(evidence: Evidence) -> None:
    evidence.writers[1].events[-1]["event_id"] = "0" * 32


def shown_and_not_archived(evidence: Evidence) -> None:
    evidence.shown["piotr"].events[-1][1]["event_id"] = "0" * 32


def two_leaves(evidence: Evidence) -> None:
    evidence.records.append(evidence.records[-1])


def never_archived(evidence: Evidence) -> None:
    change_row(evidence, lambda row: replace(row, archive_index=None, ct=None))


def another_hash(evidence: Evidence) -> None:
    change_row(evidence, lambda row: replace(row, pt="0" * 64))


def a_replica_lags(evidence: Evidence) -> None:
    del evidence.copies["copy"][-1]


def a_hole_in_the_archive(evidence: Evidence) -> None:
    del evidence.entries[5]


def an_entry_that_nobody_opened(evidence: Evidence) -> None:
    del evidence.records[-1]


def a_hole_in_a_stream(evidence: Evidence) -> None:
    at = len(evidence.records) - 1
    change_record(evidence, at, conv_seq=evidence.records[at].leaf.conv_seq + 1)


def a_hole_in_the_messages(evidence: Evidence) -> None:
    at = last_message(evidence)
    change_record(evidence, at, msg_no=int(evidence.records[at].leaf.msg_no or 0) + 1)


def another_order_on_a_screen(evidence: Evidence) -> None:
    evidence.writers[2].events.reverse()


def another_number_on_a_screen(evidence: Evidence) -> None:
    evidence.writers[2].events[-1]["conv_seq"] += 1


def another_number_in_the_database(evidence: Evidence) -> None:
    change_row(evidence, lambda row: replace(row, conv_seq=row.conv_seq + 1))


def recorded_twice(evidence: Evidence) -> None:
    own = [r for r in evidence.records if "client_id" in r.kept]
    own[-1].kept["client_id"] = own[-2].kept["client_id"]


def another_answer_the_second_time(evidence: Evidence) -> None:
    writer = evidence.writers[0]
    id, ack = next(iter(writer.acked.items()))
    writer.again.append((id, {**ack, "conv_seq": ack["conv_seq"] + 1}))


def refused_the_second_time(evidence: Evidence) -> None:
    writer = evidence.writers[0]
    id = next(iter(writer.acked))
    writer.again.append((id, {"t": "nack", "id": id, "code": "not_a_member"}))


def another_number_in_the_ack(evidence: Evidence) -> None:
    first_ack(evidence)["conv_seq"] += 1


def the_hook_lacks_one(evidence: Evidence) -> None:
    assert evidence.hook
    del evidence.hook.received[-1]


def the_hook_got_another_order(evidence: Evidence) -> None:
    assert evidence.hook
    evidence.hook.received.reverse()


def one_id_for_two(evidence: Evidence) -> None:
    assert evidence.hook
    one, other = evidence.hook.received[-2:]
    evidence.hook.received.append(replace(one, event_id=other.event_id, conv_seq=10**6))


def rewritten_leaf(evidence: Evidence) -> None:
    entry = evidence.entries[3]
    evidence.entries[3] = Entry(entry.index, evidence.entries[4].leaf, entry.body)


def rewritten_body(evidence: Evidence) -> None:
    evidence.earlier = ()
    entry = next(each for each in reversed(evidence.entries) if each.body)
    body = entry.body[:-1] + bytes([entry.body[-1] ^ 1])
    evidence.entries[entry.index] = Entry(entry.index, entry.leaf, body)


def rewritten_after_it_was_seen(evidence: Evidence) -> None:
    event = next(e for e in evidence.writers[0].events if e["type"] == "message.sent")
    event["text"] = "what was on the screen"


def shown_but_not_recorded(evidence: Evidence) -> None:
    evidence.writers[0].events[-1]["forwarded_from"] = "somewhere"


def whole_time(evidence: Evidence) -> tuple[float, float]:
    times = [one.at for writer in evidence.writers for one in writer.operations]
    return min(times) - 1, max(times) + 1


def acknowledged_while_unwritable(evidence: Evidence) -> None:
    evidence.unwritable = [whole_time(evidence)]
    for writer in evidence.writers:
        writer.operations = [one for one in writer.operations if one.kind != "seen"]


def seen_while_unwritable(evidence: Evidence) -> None:
    evidence.unwritable = [whole_time(evidence)]
    for writer in evidence.writers:
        writer.operations = [one for one in writer.operations if one.kind != "ok"]


def an_event_twice(evidence: Evidence) -> None:
    evidence.writers[0].events.append(evidence.writers[0].events[-1])


def a_ghost(evidence: Evidence) -> None:
    event = next(e for e in evidence.writers[0].events if e["type"] == "message.sent")
    evidence.writers[0].events.append({**event, "event_id": "0" * 32})


def a_second_root(evidence: Evidence) -> None:
    head = evidence.checkpoints[0]
    evidence.checkpoints[0] = Checkpoint(head.origin, head.size, bytes(32))


def a_head_of_more_than_there_is(evidence: Evidence) -> None:
    del evidence.roots[-2:]


def time_went_back(evidence: Evidence) -> None:
    change_record(evidence, last_message(evidence), at="2001-01-01T00:00:00.000000Z")


def not_chained(evidence: Evidence) -> None:
    change_record(evidence, last_message(evidence), prev="0" * 64)


def poisoned(evidence: Evidence) -> set[str]:
    """Let the hook refuse a conversation's third record, correctly; return what it keeps back."""
    assert evidence.hook
    stream = evidence.records[last_message(evidence)].leaf.stream
    leaves = [r.leaf for r in evidence.records if r.leaf.stream == stream]
    kept_back = {leaf.event_id for leaf in leaves[2:]}
    evidence.hook.poison = frozenset([leaves[2].event_id])
    evidence.hook.alarm_seconds = 1.0
    received = [one for one in evidence.hook.received if one.event_id not in kept_back]
    evidence.hook.received = received
    return kept_back


def something_overtakes_the_poison(evidence: Evidence) -> None:
    last = evidence.hook.received[-1] if evidence.hook else None
    assert last
    stream = evidence.records[last_message(evidence)].leaf.stream
    late = next(one for one in reversed(_all(evidence)) if one.stream == stream)
    poisoned(evidence)
    assert evidence.hook
    evidence.hook.received.append(late)


def _all(evidence: Evidence) -> list[Received]:
    assert evidence.hook
    return list(evidence.hook.received)


def poison_blocks_another_conversation(evidence: Evidence) -> None:
    poisoned(evidence)
    assert evidence.hook
    del evidence.hook.received[-1]


def poison_without_alarm(evidence: Evidence) -> None:
    poisoned(evidence)
    assert evidence.hook
    evidence.hook.alarm_seconds = None


def a_late_alarm(evidence: Evidence) -> None:
    poisoned(evidence)
    assert evidence.hook
    evidence.hook.alarm_seconds = 3 * ALARM_SECONDS + 1


def a_slow_start(evidence: Evidence) -> None:
    evidence.ready.append(3 * READY_SECONDS + 1)


def a_traceback(evidence: Evidence) -> None:
    evidence.log.append("Traceback (most recent call last):")


def a_text_in_the_log(evidence: Evidence) -> None:
    evidence.log.append(f'{{"event": "sent", "errors": ["bad value: {_text(evidence)} (text)"]}}')


def a_text_s_beginning(evidence: Evidence) -> None:
    evidence.log.append(f'{{"event": "sent", "reason": "{_text(evidence)[:20]}…"}}')


def _text(evidence: Evidence) -> str:
    return next(iter(evidence.writers[0].texts.values()))[1]


def many_lines_a_connection(evidence: Evidence) -> None:
    line = '{"event": "socket.bad_frame", "session": "1", "level": "info"}'
    evidence.log += [line] * (sum(writer.connections for writer in evidence.writers) + 1)


CONTROLS: dict[Invariant, tuple[Defect, ...]] = {
    i01_acknowledged_is_archived: (ack_of_nothing, lost_record, another_text, unsigned),
    i01_acknowledged_is_in_the_database: (not_in_the_database, at_another_place),
    i02_nothing_that_nobody_sent: (invented, refused_and_recorded),
    i02_seen_is_archived: (seen_and_not_archived, shown_and_not_archived),
    i03_one_leaf_an_event: (two_leaves,),
    i04_database_agrees: (not_in_the_database, never_archived, another_hash),
    i04_copies_agree: (a_replica_lags,),
    i05_gapless: (
        a_hole_in_the_archive,
        an_entry_that_nobody_opened,
        a_hole_in_a_stream,
        a_hole_in_the_messages,
    ),
    i06_order_agrees: (
        another_order_on_a_screen,
        another_number_on_a_screen,
        another_number_in_the_database,
    ),
    i07_once: (
        recorded_twice,
        another_answer_the_second_time,
        refused_the_second_time,
        another_number_in_the_ack,
    ),
    i08_hook_once: (the_hook_lacks_one, the_hook_got_another_order, one_id_for_two),
    i09_nothing_is_rewritten: (rewritten_leaf, rewritten_body, rewritten_after_it_was_seen),
    i10_no_silent_channel: (shown_but_not_recorded,),
    i11_fail_closed: (acknowledged_while_unwritable, seen_while_unwritable),
    i13_no_doubles: (an_event_twice, a_ghost),
    i15_one_root_a_size: (a_second_root, a_head_of_more_than_there_is),
    i16_no_clock_in_the_order: (time_went_back, not_chained),
    i17_poison_is_isolated: (
        something_overtakes_the_poison,
        poison_blocks_another_conversation,
        poison_without_alarm,
    ),
    i17_alarmed_in_time: (a_late_alarm,),
    i22_ready_again: (a_slow_start,),
    i23_quiet_log: (
        a_traceback,
        a_text_in_the_log,
        a_text_s_beginning,
        many_lines_a_connection,
    ),
    **OF_PEOPLE,
}
