"""Compare everything that everybody reads with the fold of the records (fold.py)."""

from collections.abc import Iterator
from datetime import UTC
from math import inf

import msgspec

from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.values import Event
from onrecord.features.chat import bodies as rest
from onrecord.features.chat import history_store
from onrecord.features.groups import store as groups
from onrecord.features.search.asked import asked
from onrecord.protocol import frames, messages
from onrecord_archive.events.audience import about
from onrecord_archive.events.clients import OutOfOfficeReplied
from onrecord_archive.events.groups import GroupDescribed
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageEdited, MessageSent
from onrecord_archive.format.record import format_time
from tests.integration.core.fold import Conversation, Message, fold
from tests.integration.world import World

ALL = 100_000


def differences(world: World, words: tuple[str, ...]) -> list[str]:
    """Return what somebody reads otherwise than the records say; `words` are searched for."""
    model = fold(row.shown for row in world.published)
    return [
        f"{name} of {world.people[person].name}: {shown!r} instead of {expected!r}"
        for person in map(PersonId, world.people)
        for name, shown, expected in _views(world, model, person, words)
        if shown != expected
    ]


def _views(
    world: World, model: dict[StreamId, Conversation], person: PersonId, words: tuple[str, ...]
) -> Iterator[tuple[str, object, object]]:
    """Yield (what, as shown, as it should be)."""
    mine = {stream: seen for stream, seen in model.items() if person in seen.spans}
    listed = world.reads.bootstrap(person).conversations
    yield "list", {one.id for one in listed}, set(mine)
    for stream, seen in model.items():
        if stream not in mine:
            yield "a conversation of others", _timeline_or_nothing(world, person, stream), None
            continue
        shown = world.reads.conversation(person, stream)
        yield "conversation", shown, next((one for one in listed if one.id == stream), None)
        yield "members", *_members(shown, seen, person)
        yield "numbers", *_numbers(shown, seen, person)
        yield "preview", *_preview(shown, seen, person)
        yield "relationship", *_relationship(shown, seen, person)
        yield "complaints", *_complaints(shown, seen, person, firm=world.is_firm(person))
        yield "group", shown.group, groups.shown(seen.group(person))
        rows = _timeline_or_nothing(world, person, stream)
        expected = [_row(event, seen, person) for event in _listed(seen, person)]
        yield "timeline", rows, expected
        yield "pages", _by_pages(world, person, stream, 3), expected
        yield from _receipts(world, seen, person)
    yield "replay", *_replay(world, model, person)
    for word in words:
        yield f"search for {word}", *_search(world, model, person, word)


Compared = tuple[object, object]
"""As shown, and as it should be."""


def _members(shown: rest.Conversation, seen: Conversation, person: PersonId) -> Compared:
    end = seen.end(person)
    expected = {
        other: (
            seen.read(other, end),
            seen.delivered(other, end),
            max(span.joined for span in seen.spans[other] if span.joined <= end),
        )
        for other in seen.present(end)
    }
    return {m.person: (m.read, m.delivered, m.joined_seq) for m in shown.members}, expected


def _numbers(shown: rest.Conversation, seen: Conversation, person: PersonId) -> Compared:
    end = seen.end(person)
    left = end != inf
    expected = (
        seen.title(person),
        left,
        int(min(end, seen.events[-1].conv_seq)),
        seen.msg_no(end),
        seen.read(person),
        0 if left else seen.unread(person),
    )
    numbers = (shown.last_seq, shown.last_msg_no, shown.read, shown.unread)
    return (shown.title, shown.left, *numbers), expected


def _preview(shown: rest.Conversation, seen: Conversation, person: PersonId) -> Compared:
    rows = _listed(seen, person)
    telling = [row for row in rows if row.payload.type not in history_store.QUIET]
    newest = rows[-1] if seen.end(person) != inf or not telling else telling[-1]
    message = seen.messages.get(newest.event_id)
    text = None if message is None else seen.text(person, message)
    preview = shown.preview and (shown.preview.event_id, shown.preview.text)
    return preview, (newest.event_id, text)


def _relationship(shown: rest.Conversation, seen: Conversation, person: PersonId) -> Compared:
    relation, related = seen.relation(person), shown.relationship
    expected = relation and (
        relation.client,
        relation.owner,
        {
            (each.event, each.person, each.starts, each.ends, each.started)
            for each in relation.delegations
        },
    )
    return related and (
        related.client,
        related.owner,
        {(each.id, each.person, each.starts, each.ends, each.active) for each in related.delegates},
    ), expected


def _complaints(
    shown: rest.Conversation, seen: Conversation, person: PersonId, *, firm: bool
) -> Compared:
    expected = [
        (
            *(each.event.event_id, each.filed.reference, each.filed.category, each.filed.about),
            *(each.event.actor.id, each.filed.due),
            *seen.about(person, each.filed.target),
            each.outcome or "open",
            each.closed and (each.closed.actor.id, format_time(each.closed.at)),
        )
        for each in seen.complaints_of(person, firm=firm)
    ]
    return [
        (
            *(each.id, each.reference, each.category, each.about, each.person, each.due),
            *(each.target, each.unseen, each.state),
            each.closed_by and (each.closed_by, each.closed_at),
        )
        for each in shown.complaints or []
    ], expected


def _listed(seen: Conversation, person: PersonId) -> list[Event]:
    return [e for e in seen.events if e.payload.listed and seen.sees(person, e.conv_seq)]


def _row(event: Event, seen: Conversation, person: PersonId) -> tuple[object, ...]:
    message = seen.messages.get(event.event_id)
    if message is None:
        of_it = seen.about(person, about(event.payload))
        return (event.event_id, event.conv_seq, event.payload.type, *of_it)
    reactions: dict[str, list[str]] = {}
    for (target, emoji, who), seq in sorted(seen.reactions.items(), key=lambda item: item[1]):
        if target == event.event_id and seen.sees(person, seq):
            reactions.setdefault(emoji, []).append(who)
    return (
        event.event_id,
        event.conv_seq,
        event.payload.type,
        event.msg_no,
        seen.text(person, message),
        seen.quoted(person, message),
        message.edited,
        message.removed,
        reactions,
    )


def _shown_row(row: frames.AnyEvent) -> tuple[object, ...]:
    kind = row.__struct_config__.tag
    if not isinstance(row, messages.MessageSent):
        of_it = getattr(row, "target", None), getattr(row, "unseen", False)
        return (row.event_id, row.conv_seq, kind, *of_it)
    return (
        row.event_id,
        row.conv_seq,
        kind,
        row.msg_no,
        row.text,
        None if row.reply_to is None else row.reply_to.text,
        row.edited_at is not None,
        row.removed_at is not None,
        {reaction.emoji: reaction.people for reaction in row.reactions or []},
    )


def _timeline_or_nothing(world: World, person: PersonId, stream: StreamId) -> object:
    try:
        page = world.reads.timeline(person, stream, before=None, after=None, around=None, limit=ALL)
    except NotFound:
        return None
    return [_shown_row(row) for row in page.events]


def _by_pages(world: World, person: PersonId, stream: StreamId, limit: int) -> object:
    """Page back from the newest, then forward from the oldest met; the two must agree."""
    back: list[frames.AnyEvent] = []
    before, more = None, True
    while more:
        page = world.reads.timeline(
            person, stream, before=before, after=None, around=None, limit=limit
        )
        back[:0] = page.events
        before, more = page.events[0].conv_seq, page.more_before
    forth: list[frames.AnyEvent] = []
    after, more = 0, True
    while more:
        page = world.reads.timeline(
            person, stream, before=None, after=after, around=None, limit=limit
        )
        forth += page.events
        after, more = page.events[-1].conv_seq, page.more_after
    return [_shown_row(row) for row in back] if back == forth else (back, forth)


def _receipts(
    world: World, seen: Conversation, person: PersonId
) -> Iterator[tuple[str, object, object]]:
    for message in seen.messages.values():
        event = message.event
        if not seen.sees(person, event.conv_seq):
            continue
        shown = _info_or_nothing(world, person, event.event_id)
        joined = {
            other: min(
                span.joined
                for span in spans
                if span.first <= event.conv_seq <= span.last and span.joined <= seen.end(person)
            )
            for other, spans in seen.spans.items()
            if other != event.actor.id
            and any(
                span.first <= event.conv_seq <= span.last and span.joined <= seen.end(person)
                for span in spans
            )
        }
        times = {o: _first_times(seen, person, o, event.msg_no or 0) for o in joined}
        # Nobody waits for who came later.
        expected = {o: t for o, t in times.items() if joined[o] <= event.conv_seq or t[0]}
        yield "info", shown, expected


def _info_or_nothing(world: World, person: PersonId, event: EventId) -> object:
    try:
        receipts = world.reads.info(person, event).receipts
    except NotFound:
        return None
    return {r.person: (r.delivered_at, r.read_at, r.played_at) for r in receipts}


def _first_times(
    seen: Conversation, person: PersonId, other: PersonId, msg_no: int
) -> tuple[str | None, ...]:
    theirs = [p for p in seen.positions if p.person == other and seen.sees(person, p.conv_seq)]
    reached = {
        kind: [p.at for p in theirs if p.kind == kind and p.msg_no >= msg_no]
        for kind in ("read", "delivered")
    }
    played = [p.at for p in theirs if p.kind == "played" and p.msg_no == msg_no]
    read, received = reached["read"], reached["read"] + reached["delivered"]
    return tuple(format_time(min(times)) if times else None for times in (received, read, played))


def _replay(world: World, model: dict[StreamId, Conversation], person: PersonId) -> Compared:
    expected = []
    for row in world.published:
        event = row.event
        seen = model.get(event.stream.id)
        if seen is not None and seen.sees(person, event.conv_seq):
            of_it, _ = seen.about(person, about(event.payload))
            expected.append((event.event_id, *_replayed_texts(event, seen, person), of_it))
    shown = []
    for replayed in world.reads.replay(person, 0, world.size, ALL):
        wire = msgspec.json.decode(replayed.event)
        quote = wire.get("reply_to", {}).get("text")
        shown.append((EventId(wire["event_id"]), wire.get("text"), quote, wire.get("target")))
    return shown, expected


def _replayed_texts(
    event: Event, seen: Conversation, person: PersonId
) -> tuple[str | None, str | None]:
    """Return the text and the quoted text that a replay still has."""
    payload = event.payload
    if isinstance(payload, MessageSent):
        message = seen.messages[event.event_id]
        text = message.text if message.text_seq == event.conv_seq else None
        return text, seen.quoted(person, message)
    if isinstance(payload, MessageEdited):
        message = seen.messages[payload.target]
        return (seen.text(person, message) if message.text_seq == event.conv_seq else None), None
    return payload.text if isinstance(payload, OutOfOfficeReplied | GroupDescribed) else None, None


def _search(
    world: World, model: dict[StreamId, Conversation], person: PersonId, word: str
) -> Compared:
    expected = [
        (row.event.event_id, text)
        for row in reversed(world.published)
        for message in [_message_of(model, row.event)]
        if message is not None
        for text in [model[row.event.stream.id].text(person, message)]
        if text is not None and asked(word, UTC).fits(text)
    ]
    hits = world.reads.search(person, word, None, ALL).hits
    return [(hit.event_id, hit.text) for hit in hits], expected


def _message_of(model: dict[StreamId, Conversation], event: Event) -> Message | None:
    seen = model.get(event.stream.id)
    return None if seen is None else seen.messages.get(event.event_id)
