"""Defects of a server about people, planted in the evidence of a good run, as in planted.py."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faults.evidence import PERSONAL, Evidence, Listed, Opened
from tests.faults.load import KINDS, Frame, Writer
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
from tests.faults.standing import Standing, standings

Defect = Callable[[Evidence], None]


def guest(evidence: Evidence) -> tuple[Writer, Standing]:
    """Return who comes and goes, and where."""
    writer = next(writer for writer in evidence.writers if writer.visits)
    return writer, standings(evidence)[writer.visits[0]]


def changes(evidence: Evidence) -> list[Frame]:
    """Return every position that was recorded, in order."""
    payloads = [r.shown["payload"] for r in evidence.records if r.leaf.type == "positions"]
    return [change for payload in payloads for change in payload["changes"]]


def last_of(evidence: Evidence, type: str) -> Opened:
    return next(r for r in reversed(evidence.records) if r.leaf.type == type)


def last_mark(evidence: Evidence) -> Opened:
    """Return what was last noted for ewa, who is had in and out."""
    return last_of(evidence, "conversation.marked")


def wire(record: Opened) -> Frame:
    leaf = record.leaf
    return {"event_id": leaf.event_id, "conv": leaf.stream, "conv_seq": leaf.conv_seq, "type": "x"}


def read_more_than_they_said(evidence: Evidence) -> None:
    writer = evidence.writers[0]
    writer.claimed = {key: number - 1 for key, number in writer.claimed.items()}


def not_shown(evidence: Evidence) -> None:
    del evidence.shown["ewa"].events[-1]


def shown_what_is_not_theirs(evidence: Evidence) -> None:
    evidence.shown["jan"].events.append((1, wire(evidence.records[-1])))


def a_mark_is_not_shown(evidence: Evidence) -> None:
    shown, mark = evidence.shown["ewa"], last_mark(evidence).leaf.event_id
    shown.events = [one for one in shown.events if one[1]["event_id"] != mark]


def shown_what_is_another_s_own(evidence: Evidence) -> None:
    mark, events = last_mark(evidence), evidence.shown["piotr"].events
    events.append((mark.index, wire(mark)))
    events.sort(key=lambda one: one[0])


def own_stream_is_listed(evidence: Evidence) -> None:
    lists = evidence.shown["ewa"].lists
    lists[PERSONAL + evidence.people["ewa"]] = Listed(0, {})


def a_wrong_unread(evidence: Evidence) -> None:
    lists = evidence.shown["ewa"].lists
    conv = next(iter(lists))
    lists[conv] = replace(lists[conv], unread=lists[conv].unread + 1)


def another_position_in_a_list(evidence: Evidence) -> None:
    lists = evidence.shown["anna"].lists
    for conv, row in lists.items():
        who, (read, delivered) = next(iter(row.positions.items()))
        lists[conv] = replace(row, positions={**row.positions, who: (read, delivered + 1)})


def a_conversation_is_not_listed(evidence: Evidence) -> None:
    evidence.shown["ewa"].lists.popitem()


def a_position_goes_back(evidence: Evidence) -> None:
    """Wherever anybody read on: who did, and in which conversation, depends on the run."""
    reached: set[tuple[str, str, str]] = set()
    for record in evidence.records:
        for change in record.shown["payload"]["changes"] if record.leaf.type == "positions" else ():
            for kind in (kind for kind in KINDS if kind in change):
                moved = (record.leaf.stream, change["person"], kind)
                change[kind] = 0 if moved in reached else change[kind]
                reached.add(moved)


def read_before_it_was_said(evidence: Evidence) -> None:
    last = changes(evidence)[-1]
    last |= {kind: 10**6 for kind in KINDS if kind in last}


def read_by_a_stranger(evidence: Evidence) -> None:
    changes(evidence)[-1]["person"] = evidence.people["jan"]


def a_lost_position(evidence: Evidence) -> None:
    """As a server that forgets over a restart what was said last, and never hears it again."""
    person = evidence.people["anna"]
    for change in changes(evidence):
        if change["person"] == person:
            for kind in KINDS:
                change.pop(kind, None)


def missed(evidence: Evidence) -> None:
    del evidence.writers[1].events[len(evidence.writers[1].events) // 2]


def a_guest_misses_something(evidence: Evidence) -> None:
    writer, _ = guest(evidence)
    writer.events = [event for event in writer.events if event["conv"] != writer.visits[0]]


def saw_nothing(evidence: Evidence) -> None:
    evidence.writers[1].events = []


def an_edit_was_not_shown(evidence: Evidence) -> None:
    event = next(e for e in evidence.writers[1].events if e["type"] == "message.edited")
    del event["text"]


def a_mark_did_not_come(evidence: Evidence) -> None:
    writer, mark = guest(evidence)[0], last_mark(evidence).leaf.event_id
    writer.events = [event for event in writer.events if event["event_id"] != mark]


def a_text_from_out_of_sight(evidence: Evidence) -> None:
    writer, _ = guest(evidence)
    evidence.shown[writer.name].pages[writer.visits[0]]["0" * 32] = "said before they came"


def before_the_join(evidence: Evidence) -> None:
    writer, standing = guest(evidence)
    writer.events.append(wire(standing.records[0]))


def after_the_leaving(evidence: Evidence) -> None:
    writer, standing = guest(evidence)
    person = evidence.people[writer.name]
    unseen = next(r for r in reversed(standing.records) if not standing.sees(person, _seq(r)))
    assert _seq(unseen) > standing.stays[person][0].left
    writer.events.append(wire(unseen))


def a_new_device_sees_before_the_join(evidence: Evidence) -> None:
    writer, standing = guest(evidence)
    evidence.shown[writer.name].events.append((1, wire(standing.records[0])))


def saw_what_is_another_s_own(evidence: Evidence) -> None:
    evidence.writers[1].events.append(wire(last_mark(evidence)))


def noted_by_another(evidence: Evidence) -> None:
    last_mark(evidence).shown["actor"] = _actor(evidence.people["piotr"])


def came_in_without_a_mark(evidence: Evidence) -> None:
    evidence.records.remove(last_mark(evidence))


def marked_alone(evidence: Evidence) -> None:
    evidence.records.remove(last_of(evidence, "member.added"))


def marked_another_conversation(evidence: Evidence) -> None:
    last_mark(evidence).shown["payload"]["conversation"] = evidence.writers[0].convs[0]


def marked_before_they_came(evidence: Evidence) -> None:
    at = evidence.records.index(last_mark(evidence))
    evidence.records[at] = replace(evidence.records[at], index=0)


def joined_from_earlier_on(evidence: Evidence) -> None:
    last_of(evidence, "member.added").shown["payload"]["from_seq"] = 1


def shared_more_than_the_date(evidence: Evidence) -> None:
    records = [r for r in evidence.records if "since" in r.shown["payload"]]
    records[-1].shown["payload"]["from_seq"] -= 1


def written_after_the_leaving(evidence: Evidence) -> None:
    writer, standing = guest(evidence)
    person = evidence.people[writer.name]
    at = int(standing.stays[person][0].left) + 1
    next(r for r in standing.records if _seq(r) == at).shown["actor"] = _actor(person)


def _seq(record: Opened) -> int:
    return record.leaf.conv_seq


def _actor(person: str) -> Any:
    return {"id": person, "kind": "employee"}


OF_PEOPLE: dict[Callable[[Evidence], None], tuple[Defect, ...]] = {
    i02_positions_were_said: (read_more_than_they_said,),
    i04_shown_agrees: (
        not_shown,
        shown_what_is_not_theirs,
        a_mark_is_not_shown,
        shown_what_is_another_s_own,
    ),
    i04_lists_agree: (
        a_wrong_unread,
        another_position_in_a_list,
        a_conversation_is_not_listed,
        own_stream_is_listed,
    ),
    i06_positions_never_go_back: (
        a_position_goes_back,
        read_before_it_was_said,
        read_by_a_stranger,
    ),
    i12_positions_are_kept: (a_lost_position,),
    i12_own_stream_complete: (a_mark_did_not_come,),
    i12_resume_complete: (
        missed,
        a_guest_misses_something,
        saw_nothing,
        an_edit_was_not_shown,
        a_text_from_out_of_sight,
    ),
    i18_membership_cut: (
        before_the_join,
        after_the_leaving,
        a_new_device_sees_before_the_join,
        joined_from_earlier_on,
        shared_more_than_the_date,
        written_after_the_leaving,
        saw_what_is_another_s_own,
        noted_by_another,
    ),
    i18_brought_in_is_marked: (
        came_in_without_a_mark,
        marked_alone,
        marked_another_conversation,
        marked_before_they_came,
    ),
}
