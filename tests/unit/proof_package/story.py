"""A small conversation as the objects that members saw, for the tests beside it."""

from collections.abc import Mapping
from typing import Any

from onrecord_archive.transcript.transcript import Record

ANNA = {"id": "a" * 32, "name": "Anna Łęcka", "kind": "employee", "org": "Bank", "role": "advisor"}
OMAR = {"id": "b" * 32, "name": "عمر", "kind": "client", "org": "Omar Ltd", "role": "client"}
SYSTEM = {"id": "system", "name": "OnRecord", "kind": "system", "org": "OnRecord", "role": "system"}
GROUP = {"id": "c" * 32, "kind": "group", "title": "Mortgage"}

FORWARDED = {
    "forwarded": {
        "event_id": "12" * 16,
        "stream": {"id": "9" * 32, "kind": "group", "title": "Credit <committee>"},
        "conv_seq": 77,
        "actor": {**ANNA, "name": "Piotr Zych"},
        "at": "2026-11-03T10:00:00.000000Z",
        "first": {"actor": {**ANNA, "name": "Ewa Lis"}, "at": "2026-11-02T10:00:00.000000Z"},
    }
}


class Story:
    """Writes records of one stream, numbered from 1, a minute apart."""

    def __init__(self, stream: Mapping[str, Any] = GROUP) -> None:
        self.stream = stream
        self.records: list[Record] = []
        self._messages = 0

    def add(self, kind: str, payload: Any, *, actor: Mapping[str, str] = ANNA, **more: Any) -> str:
        seq = len(self.records) + 1
        event_id = f"{seq:032x}"
        shown: dict[str, Any] = {
            "v": 1,
            "event_id": event_id,
            "type": kind,
            "stream": self.stream,
            "conv_seq": seq,
            "prev": "00" * 32,
            "actor": actor,
            "at": f"2026-11-{24 + seq // 60:02d}T10:{seq % 60:02d}:00.000000Z",
            "payload": payload,
        }
        if kind == "message.sent":
            self._messages += 1
            shown["msg_no"] = self._messages
        kept = {"auth": "password", "device": "laptop", **more.pop("kept", {})}
        self.records.append(Record(100 + seq, {**shown, **more}, kept))
        return event_id

    def say(
        self,
        text: str,
        *,
        actor: Mapping[str, str] = ANNA,
        kept: Mapping[str, Any] | None = None,
        **payload: Any,
    ) -> str:
        said = {"text": text, **payload}
        return self.add("message.sent", said, actor=actor, kept=kept or {})


def whole_story() -> Story:
    """One record of each type that a conversation has."""
    story = Story()
    members = [ANNA["id"], OMAR["id"]]
    created = {"members": members, "title": "Mortgage"}
    story.add("conversation.created", created, participants=[ANNA, OMAR])
    first = story.say("The rate is 4.2 %")
    story.add("message.edited", {"target": first, "text": "The rate is 4.3 %"})
    story.add("message.removed", {"target": first})
    quote = {"event_id": first, "conv_seq": 2, "actor": ANNA["id"], "text": "The rate is 4.2 %"}
    answer = story.say("شكرا", actor=OMAR, reply_to=quote)
    story.add("reaction.changed", {"target": answer, "emoji": "👍", "on": True})
    person = "d" * 32
    story.add("member.added", {"person": person, "from_seq": 7})
    shared = {"person": person, "from_seq": 2, "since": "2026-11-24T10:00:00.000000Z"}
    story.add("history.shared", shared)
    story.add("member.removed", {"person": person})
    story.add("title.changed", {"title": "Mortgage & more"})
    marks = [{"person": OMAR["id"], "read": 1, "delivered": 2}, {"person": ANNA["id"], "read": 2}]
    marks[1]["played"] = [1, 2]
    story.add("positions", {"changes": marks}, actor=SYSTEM)
    story.add("positions", {"changes": [{"person": OMAR["id"], "read": 2}]}, actor=SYSTEM)
    story.add("member.left", {}, actor=OMAR)
    return story


def group_story(text: str = "All about <mortgages>", data: str = "UklGRg==") -> Story:
    """What is decided about a group, each kind both ways."""
    story, person = Story(), "d" * 32
    story.add("admin.changed", {"person": person, "on": True})
    story.add("admin.changed", {"person": person, "on": False})
    story.add("group.described", {"text": text})
    story.add("group.described", {"text": ""})
    story.add("posting.changed", {"admins_only": True})
    story.add("posting.changed", {"admins_only": False})
    picture = {"sha256": "ab" * 32, "media_type": "image/webp", "data": data}
    story.add("group.pictured", picture)
    story.add("group.pictured", {})
    until = "2026-12-01T10:00:00.000000Z"
    made = story.add("join_link.made", {"hash": "cd" * 32, "until": until})
    story.add("member.added", {"person": person, "from_seq": 20, "link": made})
    story.add("join_link.revoked", {})
    for mark in ("pinned", "muted", "archived", "unread", "of tomorrow"):
        for on in (True, False):
            story.add("conversation.marked", {"conversation": "c" * 32, "mark": mark, "on": on})
    muted = {"conversation": "c" * 32, "mark": "muted", "on": True}
    for more in ({"until": until}, {"level": "mentions"}, {"level": "mentions", "until": until}):
        story.add("conversation.marked", muted | more)
    quiet = {"zone": "Europe/Warsaw", "starts": "22:00", "ends": "07:00"}
    for hours in ({}, quiet, quiet | {"weekends": True}):
        story.add("quiet_hours.set", hours)
    for on in (True, False):
        story.add("message.starred", {"conversation": "c" * 32, "target": "1" * 32, "on": on})
    story.say("To many", broadcast="ee" * 16)
    at = "2026-11-02T10:00:00.000000Z"
    story.say("Sent on", forward={"at": at, "actor": ANNA["id"]})
    called = [{"at": 0, "length": 5, "person": ANNA["id"]}, {"at": 6, "length": 4}]
    named = story.say("@Anna @all", mentions=called)
    story.add("message.edited", {"target": named, "text": "@Anna", "mentions": called[:1]})
    story.say("Sent on by a client", forward={"at": at}, kept=FORWARDED)
    return story
