"""Nothing that people wrote or read in an event is left out of compliance's search."""

from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct

from onrecord.features.search.said import BROADCASTS, OTHERS, SAID, said
from onrecord_archive.events.every import CONVERSATION_PAYLOADS
from onrecord_archive.events.payload import Payload

NO_WORDS = {
    # The quoted message has its text; files are said by their names, which a record lists apart.
    "message.sent": {
        "reply_to.text",
        "files.name",
        "files.type",
        "files.sha256",
        "files.voice.wave",
        "forward.at",
    },
    "file.stored": {"blob.ct", "scanner"},
    "reaction.changed": {"emoji"},
    "member.added": {"since"},
    "history.shared": {"since"},
    "notice.accepted": {
        "notice",
        "locale",
        "accepted_at",
        "text",
    },  # the firm's, found by its title
    "conversation.handed_over": {"since"},
    "delegate.added": {"name", "starts", "ends", "since"},  # people are found as people
    "identity.confirmed": {"until"},
    "assurance.changed": {"proved_at", "until", "confirmed_until"},
    "complaint.filed": {"category", "due", "words.en", "words.pl"},  # `about` says it in words
    "out_of_office.replied": {"locale", "until"},
    "group.pictured": {"sha256", "media_type", "data"},
    "join_link.made": {"hash", "until"},
}
"""By type: texts that are hashes, times, names for things, or stand elsewhere."""


def texts_of(kind: type, path: str = "") -> Iterator[str]:
    """Yield the path of every plain text in a payload; ids and fixed words have types of theirs."""
    for name, hint in get_type_hints(kind).items():
        if get_origin(hint) is not None and "ClassVar" in str(hint):
            continue
        for each in leaves(hint):
            if each is str:
                yield path + name
            elif isinstance(each, type) and issubclass(each, Struct):
                yield from texts_of(each, f"{path}{name}.")


def leaves(hint: Any) -> Iterator[Any]:
    """Yield what a value can be made of."""
    if get_origin(hint) in (Union, UnionType, tuple, list, dict):
        for part in get_args(hint):
            yield from leaves(part)
    else:
        yield hint


def unsearched(type: str, kind: type[Payload]) -> set[str]:
    """Return the texts of a payload of which nobody said whether they are searched."""
    return set(texts_of(kind)) - {*SAID.get(type, ())} - NO_WORDS.get(type, set())


def test_every_text_of_every_payload_is_searched_or_named_as_no_words() -> None:
    for type, kind in CONVERSATION_PAYLOADS.items():
        assert not unsearched(type, kind), type
        known = set(texts_of(kind))
        assert known >= {*SAID.get(type, ()), *NO_WORDS.get(type, ())}, type
    assert set(CONVERSATION_PAYLOADS) >= {*SAID, *NO_WORDS} - {*BROADCASTS}


class PollOpened(Payload, frozen=True):
    """A payload of tomorrow."""

    type = "poll.opened"
    question: str
    choices: tuple[str, ...]


def test_a_new_text_that_nobody_thought_of_is_noticed() -> None:
    assert unsearched("poll.opened", PollOpened) == {"question", "choices"}


@pytest.mark.parametrize(
    ("type", "payload", "text"),
    [
        ("message.sent", {"text": "Good day", "reply_to": {"text": "Good night"}}, "Good day"),
        ("conversation.created", {"members": []}, ""),
        ("complaint.filed", {"reason": "Too\nhigh", "about": "Fees"}, "Fees\nToo\nhigh"),
        ("complaint.closed", {"reference": "C-1", "outcome": "answered"}, "C-1"),
        ("notice.accepted", {"title": "Recorded", "text": "Each message is."}, "Recorded"),
        ("positions", {"changes": []}, ""),
        ("broadcast.sent", {"text": "At noon", "recipients": ["ab"]}, "At noon"),
    ],
)  # fmt: skip
def test_what_an_event_says(type: str, payload: dict[str, Any], text: str) -> None:
    assert said(type, payload) == text


def test_titles_and_messages_are_found_by_other_ways() -> None:
    assert set(OTHERS) == SAID.keys() - {
        "message.sent", "message.edited", "conversation.created", "title.changed",
        "broadcast.sent",
    }  # fmt: skip


def test_what_else_says_something_is_a_row_of_the_timeline() -> None:
    """As such it is found by its index."""
    assert [type for type in OTHERS if not CONVERSATION_PAYLOADS[type].listed] == []
