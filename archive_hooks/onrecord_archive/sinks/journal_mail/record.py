"""What a journal mail says of a record: names and text as far as they came opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from onrecord_archive.contract import Delivery, Reduced
from onrecord_archive.sinks.entries import record_leaf

SEALED: Final = (
    "This record is sealed: only the firm's opening key opens it. Its sealed bytes are attached."
)
NOT_PROVABLE: Final = "Reduced: the firm has left fields out, so nothing proves what is here."
_NAMED: Final = frozenset({"actor", "at", "conv_seq", "event_id", "files", "msg_no", "payload"})
_IMPLIED: Final = frozenset({"prev", "stream", "type", "v"})
_EVENT: Final = re.compile(r"[0-9a-f]{32}")
_NOT_IN_ADDRESS: Final = re.compile(r"[^A-Za-z0-9_-]+")
_JOINERS: Final = "\u200c\u200d"
"""What joins the parts of an emoji, or parts two letters."""
_LONGEST_NAME: Final = 200
"""Characters of a name in a header; `plaintext.json` has all of them."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who made a record. The members are empty where it is sealed."""

    id: str = ""
    name: str = ""
    org: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class MailRecord:
    """A record in words. `title` and `stream_kind` are empty, and `actor` is, where it is sealed.

    `target`: the event_id that an edit, a removal or a reaction is about, or "". `reduced` says how
    much of the record the firm lets the hook see, where that is not all of it.
    """

    archive_index: int
    at: str
    event_id: str
    stream: str
    conv_seq: int
    type: str
    actor: Person = Person()
    title: str = ""
    stream_kind: str = ""
    target: str = ""
    text: str = SEALED
    reduced: str = ""


def mail_record(entry: Delivery) -> MailRecord:
    """Return a record in words. Raises Misconfigured for an entry that is no record."""
    leaf, index = record_leaf(entry), entry.archive_index
    opened = entry.plaintext or entry.reduced
    if opened is None:
        return MailRecord(index, leaf.at, leaf.event_id, leaf.stream, leaf.conv_seq, leaf.type)
    shown = _members(msgspec.json.decode(opened.shown))
    actor, stream, payload = (_members(shown.get(name)) for name in ("actor", "stream", "payload"))
    target = _text(payload.get("target"))
    return MailRecord(
        index,
        leaf.at,
        leaf.event_id,
        leaf.stream,
        leaf.conv_seq,
        leaf.type,
        actor=Person(*(_text(actor.get(name)) for name in ("id", "name", "org", "kind"))),
        title=_text(stream.get("title")),
        stream_kind=_text(stream.get("kind")),
        target=target if _EVENT.fullmatch(target) else "",
        text=_words(shown, payload) if entry.reduced is None else _part(shown, payload),
        reduced=_reduction(entry.reduced),
    )


def _part(shown: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    return "\n".join(line for line in (NOT_PROVABLE, _words(shown, payload)) if line)


def _reduction(part: Reduced | None) -> str:
    """Return how much of a record is there, as a header says it: `headers; without=text`."""
    if part is None:
        return ""
    return "; ".join((part.sees, *(f"without={name}" for name in part.without)))


def one_line(text: str) -> str:
    """Return a text as a header takes it: no control characters, of bounded length.

    `=?` would begin what a reader decodes (RFC 2047), line ends included.
    """
    printable = "".join(
        c if c.isprintable() or c in _JOINERS else " " for c in text[:_LONGEST_NAME]
    )
    return " ".join(printable.replace("=?", "= ?").split())


def local_part(id: str) -> str:
    """Return the id of a person or a stream as the part of an address before the `@`."""
    return _NOT_IN_ADDRESS.sub("-", id).strip("-")[:64] or "unnamed"


def _words(shown: Mapping[str, Any], payload: Mapping[str, Any]) -> str:
    """Return the text, then files, then whatever else the record says, as JSON."""
    rest, files = dict(payload), shown.get("files")
    lines = [rest.pop("text")] if isinstance(payload.get("text"), str) else []
    lines += [f"File: {_json(file)}" for file in (files if isinstance(files, list) else ())]
    others = {name: value for name, value in shown.items() if name not in _NAMED | _IMPLIED}
    lines += [_json(part) for part in (rest, others) if part]
    return "\n".join(lines)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _members(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
