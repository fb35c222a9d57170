"""What is left of a record where a hook may not see all of it: nothing that was left out."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord_archive.contract import Reduced
from onrecord_archive.events import reduced as module
from onrecord_archive.events.reduced import HEADERS, IN_LEAF, field_names, is_field, part_of
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.format.seal import Plain

SECRET = "the yellow folder"
PERSON = {"id": "a" * 32, "name": "Anna", "kind": "employee", "org": "Bank", "role": "advisor"}
MESSAGE: Mapping[str, Any] = {
    "v": 1,
    "event_id": "e" * 32,
    "type": "message.sent",
    "stream": {"id": "c" * 32, "kind": "group", "title": SECRET},
    "conv_seq": 7,
    "msg_no": 3,
    "prev": "0" * 64,
    "at": "2026-11-24T09:00:00.000000Z",
    "actor": PERSON,
    "participants": [PERSON],
    "payload": {"text": SECRET, "reply_to": {"event_id": "d" * 32, "text": SECRET}},
    "files": [{"blob_id": "b" * 32, "name": SECRET, "size": 9, "type": "image/png"}],
}
KEPT: Mapping[str, Any] = {
    "addresses": ["203.0.113.7"],
    "device": SECRET,
    "blob_keys": {"b" * 32: "f" * 64},
}


def plain(shown: Mapping[str, Any] = MESSAGE, kept: Mapping[str, Any] = KEPT) -> Plain:
    salts = b"s" * 32, b"k" * 32
    return Plain(json.dumps(shown).encode(), salts[0], json.dumps(kept).encode(), salts[1])


def reduced(
    whole: Plain, sees: Literal["headers", "plaintext"], without: Sequence[str] = ()
) -> Reduced:
    """A part as a hook gets it."""
    return Reduced(*part_of(whole, sees, without), sees, tuple(without))


def said(part: Reduced) -> str:
    """All that a part says."""
    return (part.shown + part.kept).decode()


def test_headers_say_who_when_and_where_and_nothing_else() -> None:
    part = reduced(plain(), "headers")
    assert (part.sees, part.without, part.kept) == ("headers", (), b"{}")
    assert json.loads(part.shown) == {
        "v": 1,
        "event_id": "e" * 32,
        "type": "message.sent",
        "stream": {"id": "c" * 32, "kind": "group"},
        "conv_seq": 7,
        "msg_no": 3,
        "at": "2026-11-24T09:00:00.000000Z",
        "actor": PERSON,
        "participants": [PERSON],
        "files": [{"blob_id": "b" * 32, "size": 9, "type": "image/png"}],
    }


NAMES = st.sampled_from(("text", "name", "title", "note", "words", "id", "kind", "data", "unknown"))
ANYTHING = st.recursive(
    st.just(SECRET) | st.integers(0, 9) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def strange(value: object, place: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A record with a value where a record of some later version may have one."""
    shown, kept = json.loads(json.dumps(MESSAGE)), json.loads(json.dumps(KEPT))
    if place == "kept":
        kept[name] = value
    elif place == "shown":
        shown[f"later_{name}"] = value
    elif place == "files":
        shown["files"][0][f"later_{name}"] = value
    elif place == "payload":
        shown["type"], shown["payload"] = "poll.opened", {name: value}
    else:
        shown[place] = {"later": value} if isinstance(shown[place], dict) else [[value], value]
    return shown, kept


def headers_hide(shown: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
    assert SECRET not in said(reduced(plain(shown, kept), "headers"))


PLACES = ("kept", "shown", "files", "payload", "actor", "participants", "stream")


@given(ANYTHING, st.sampled_from(PLACES), NAMES)
def test_headers_have_nothing_that_people_wrote_wherever_it_is(
    value: object, place: str, name: str
) -> None:
    headers_hide(*strange(value, place, name))


@pytest.mark.parametrize(
    "planted", [{"payload": None}, {"stream": {"title": None}}, {"files": None}]
)
def test_control_headers_that_let_a_text_through_are_red(
    planted: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HEADERS", {**HEADERS, **planted})
    monkeypatch.setattr(module, "_shaped", lambda value, shape: value)
    with pytest.raises(AssertionError):
        headers_hide(MESSAGE, KEPT)


def test_nothing_of_a_part_leads_to_the_hash_of_the_whole() -> None:
    for part in (reduced(plain(), "headers"), reduced(plain(), "plaintext", ("device",))):
        assert not {"salt_s", "salt_k"} & set(dir(part))
        assert b"s" * 32 not in part.shown + part.kept


def test_a_name_leaves_out_the_members_of_it_wherever_they_are() -> None:
    part = reduced(plain(), "plaintext", ("text", "title", "files.name", "device"))
    assert SECRET not in said(part)
    shown, kept = json.loads(part.shown), json.loads(part.kept)
    assert shown["payload"] == {"reply_to": {"event_id": "d" * 32}}
    assert shown["actor"]["name"] == "Anna"
    assert set(kept) == {"addresses", "blob_keys"}
    assert part.without == ("text", "title", "files.name", "device")


def paths(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The way to each member."""
    if isinstance(value, list):
        for each in value:
            yield from paths(each, at)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield (*at, name)
            yield from paths(inner, (*at, name))


@given(st.data())
def test_what_is_named_is_gone_and_all_else_is_there(data: st.DataObject) -> None:
    whole = sorted(set(paths(MESSAGE)) | set(paths(KEPT)))
    chosen = data.draw(st.lists(st.sampled_from(whole), max_size=3))
    names = [".".join(path[-data.draw(st.integers(1, len(path))) :]) for path in chosen]
    part = reduced(plain(), "plaintext", names)
    left = set(paths(json.loads(part.shown))) | set(paths(json.loads(part.kept)))

    def goes(path: tuple[str, ...]) -> bool:
        ways = [".".join(path[: end + 1]) for end in range(len(path))]
        return any(f".{way}".endswith(f".{name}") for way in ways for name in names)

    assert left == {path for path in whole if not goes(path)}


@pytest.mark.parametrize(
    "name",
    (
        "text payload.text reply_to.text title stream.title files.name device addresses auth"
        " blob_keys participants actor.name payload forwarded"
    ).split(),
)
def test_a_field_that_records_have_can_be_left_out(name: str) -> None:
    assert is_field(name)


@pytest.mark.parametrize("name", ["txet", "", "text.", ".text", "files.text", "payload text", "*"])
def test_a_name_that_no_record_has_is_none(name: str) -> None:
    assert not is_field(name)


def test_what_the_leaf_says_cannot_be_left_out() -> None:
    assert not any(is_field(name) for name in IN_LEAF)
    assert {"text", "name", "addresses", "device"} <= set(field_names())
    assert not IN_LEAF & set(field_names())


@pytest.mark.parametrize("shown", [b"", b"[]", b'"text"', b"{"])
def test_what_is_no_record_is_not_reduced(shown: bytes) -> None:
    with pytest.raises(BadFormat):
        reduced(Plain(shown, bytes(32), b"{}", bytes(32)), "headers")
