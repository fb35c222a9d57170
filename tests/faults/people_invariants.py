"""What must hold of people after every fault: who sees what, and how far they have read.

The names are those of tests/faults/README.md, as in invariants.py.
"""

from collections.abc import Iterator
from itertools import zip_longest

from tests.faults.evidence import PERSONAL, Evidence, texts_of
from tests.faults.load import Frame
from tests.faults.standing import of_somebody, own_streams, shown_streams, standings


def i02_positions_were_said(evidence: Evidence) -> None:
    """I2: nobody is on the record with more than they said to have read or received."""
    claimed = {evidence.people[writer.name]: writer.claimed for writer in evidence.writers}
    for conv, standing in standings(evidence).items():
        for person, kind, number, _ in standing.moved:
            if person in claimed:
                said = claimed[person].get((kind, conv), 0)
                assert number <= said, f"I2: {kind} up to {number}, and {said} was said"


def i04_shown_agrees(evidence: Evidence) -> None:
    """I4, I6: what the database shows each person is what the archive holds, in its order.

    Of conversations their own time, of personal streams the whole of their own.
    """
    found = shown_streams(evidence)
    for name, shown in evidence.shown.items():
        person = evidence.people[name]
        held = [
            (r.index, r.leaf.event_id)
            for r in evidence.records
            if r.leaf.stream in found
            if found[r.leaf.stream].sees(person, r.leaf.conv_seq)
        ]
        came = [(index, event["event_id"]) for index, event in shown.events]
        assert came == held, f"I4: {name} is shown something else than the archive holds"


def i04_lists_agree(evidence: Evidence) -> None:
    """I4: unread counts, and everybody's positions in the lists, are those of the records."""
    if not evidence.shown:
        return
    expected = {(name, conv) for name, conv, _ in of_somebody(evidence)}
    listed = {(name, conv) for name, shown in evidence.shown.items() for conv in shown.lists}
    assert listed == expected, "I4: somebody's list has other conversations"
    for name, conv, standing in of_somebody(evidence):
        person, row = evidence.people[name], evidence.shown[name].lists[conv]
        unread = standing.unread(person)
        assert row.unread == unread, f"I4: {name} has {row.unread} unread, not {unread}"
        for other, positions in row.positions.items() if standing.is_there(person) else ():
            held = tuple(standing.position(other, kind) for kind in ("read", "delivered"))
            assert positions == held, f"I4: {name} sees another position of a member"


def i06_positions_never_go_back(evidence: Evidence) -> None:
    """I6: recorded positions only rise, never beyond what was said, and are members' own."""
    for standing in standings(evidence).values():
        reached: dict[tuple[str, str], int] = {}
        for person, kind, number, seq in standing.moved:
            before = reached.get((person, kind), 0)
            assert number >= before, f"I6: a {kind} position went back from {before} to {number}"
            assert number <= standing.msg_no(seq), f"I6: {kind} before it was said"
            assert standing.was_there(person, seq), f"I6: {kind} by who is no member"
            reached[person, kind] = number


def i12_resume_complete(evidence: Evidence) -> None:
    """I12: who was there before anybody wrote has everything of their time.

    Their screen equals a new device's, which shows what the records say. Visitors fetch anew what
    they are shown from before they came, so that theirs may be older.
    """
    first, found = _first_written(evidence), standings(evidence)
    for writer in evidence.writers:
        person = evidence.people[writer.name]
        for conv in (*writer.convs, *writer.visits):
            came = [event for event in writer.events if event["conv"] == conv]
            ids, standing = {event["event_id"] for event in came}, found[conv]
            held = [r for r in standing.records if standing.was_there(person, r.leaf.conv_seq)]
            missing = [r for r in held if r.leaf.event_id not in ids and r.index >= first]
            assert not missing, f"I12: {writer.name} misses {len(missing)} events of {conv}"
            page = evidence.shown[writer.name].pages.get(conv, {})
            assert page == standing.texts(person), f"I12: a new device of {writer.name} differs"
            screen = texts_of(came)
            fresh = {id: text for id, text in page.items() if id in screen}
            same = screen == fresh or conv in writer.visits
            assert same, f"I12: {writer.name} sees another {conv} than a new device"


def i12_own_stream_complete(evidence: Evidence) -> None:
    """I12: who was there before anybody wrote has everything that was noted for them since."""
    first, found = _first_written(evidence), own_streams(evidence)
    for writer in evidence.writers:
        own = found.get(PERSONAL + evidence.people[writer.name])
        came = {event["event_id"] for event in writer.events}
        held = [r.leaf.event_id for r in own.records if r.index >= first] if own else []
        missing = [event for event in held if event not in came]
        assert not missing, f"I12: {writer.name} misses {len(missing)} events of their own stream"


def i12_positions_are_kept(evidence: Evidence) -> None:
    """I12: what a member last said to have read and received, after coming back, is recorded.

    A position is no command: it has no answer, and a crash may take it within its second. That is
    why it is said again after each `resumed`, and why it is this that is promised.
    """
    found = standings(evidence)
    for writer in evidence.writers:
        person = evidence.people[writer.name]
        for (kind, conv), said in writer.stated.items():
            if found[conv].is_there(person):
                held = found[conv].position(person, kind)
                assert held >= said, f"I12: {writer.name} had {kind} {said}, recorded is {held}"


def i18_membership_cut(evidence: Evidence) -> None:
    """I18: people see from their own join on, or from the date it shares, up to their leaving.

    What is noted for one person nobody else sees. And nobody is on the record as saying something
    where they are no member, or in somebody else's personal stream.
    """
    found = shown_streams(evidence)
    for label, person, events in _seen(evidence):
        for event in events:
            seen = found[event["conv"]].sees(person, event["conv_seq"])
            assert seen, f"I18: {label} saw number {event['conv_seq']}, which was not their time"
    for standing in found.values():
        for record in standing.records:
            actor, seq = record.shown["actor"], record.leaf.conv_seq
            there = actor["kind"] == "system" or standing.was_there(actor["id"], seq)
            assert there, f"I18: {record.leaf.type} by who is no member"
            if record.leaf.type == "member.added":
                payload = record.shown["payload"]
                since = payload.get("since")
                dated = [r.leaf.conv_seq for r in standing.records if since and r.leaf.at >= since]
                first = min([seq, *dated])
                assert payload["from_seq"] == first, "I18: somebody reads from another number on"


def i18_brought_in_is_marked(evidence: Evidence) -> None:
    """I18: whoever somebody else adds is told by one mark in their own stream, after they came.

    It is journaled with their coming, so that no fault lets one be there without the other.
    """
    came = [
        (r.shown["payload"]["person"], r.leaf.stream, r.index)
        for r in evidence.records
        if r.leaf.type == "member.added"
        if r.shown["actor"]["id"] != r.shown["payload"]["person"]
    ]
    told = [
        (own.owner, r.shown["payload"]["conversation"], r.index)
        for own in own_streams(evidence).values()
        for r in own.records
        if r.leaf.type == "conversation.marked" and r.shown["actor"]["kind"] == "system"
        if (r.shown["payload"]["mark"], r.shown["payload"]["on"]) == ("unread", True)
    ]
    for one, other in zip_longest(sorted(came), sorted(told), fillvalue=("", "", 0)):
        assert one[:2] == other[:2], "I18: somebody came in without their mark, or was marked alone"
        assert one[2] < other[2], "I18: somebody was marked before they came in"


def _first_written(evidence: Evidence) -> int:
    """Return the index of the first record that one of the writers caused."""
    own = {id for writer in evidence.writers for id in writer.sent}
    return min((r.index for r in evidence.records if r.kept.get("client_id") in own), default=0)


def _seen(evidence: Evidence) -> Iterator[tuple[str, str, list[Frame]]]:
    for writer in evidence.writers:
        yield writer.name, evidence.people[writer.name], writer.events
    for name, shown in evidence.shown.items():
        events = [event for _, event in shown.events]
        yield f"a new device of {name}", evidence.people[name], events
