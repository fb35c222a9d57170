"""Whatever frame there is, its text comes back as the same frame, in both directions."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from msgspec.inspect import type_info

from onrecord.protocol import frames
from onrecord.protocol.codec import BadFrame, decode, encode
from onrecord.protocol.limits import WireLimits
from tests.properties.any_frame import client_frames, events, server_frames, values_of

LIMITS = WireLimits()
SERVER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(frames.AnyServerFrame)
EVENT: msgspec.json.Decoder[Any] = msgspec.json.Decoder(frames.AnyEvent)
LOOK = settings(max_examples=400, phases=[Phase.generate], database=None, derandomize=True)


def has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(each is None or has_null(each) for each in value.values())
    return isinstance(value, list) and any(has_null(each) for each in value)


@settings(max_examples=200)
@given(client_frames)
def test_what_a_client_sends_comes_in_as_it_was(frame: frames.AnyClientFrame) -> None:
    assert decode(msgspec.json.encode(frame).decode(), LIMITS) == frame


@settings(max_examples=100)
@given(client_frames, st.booleans())
def test_spelling_does_not_matter(frame: frames.AnyClientFrame, ascii_only: bool) -> None:
    plain = json.loads(msgspec.json.encode(frame))
    turned = dict(reversed(plain.items()))
    assert decode(json.dumps(turned, indent=2, ensure_ascii=ascii_only), LIMITS) == frame


@settings(max_examples=100)
@given(client_frames, st.data())
def test_a_member_that_stands_twice_or_is_null_is_refused(
    frame: frames.AnyClientFrame, data: st.DataObject
) -> None:
    text = msgspec.json.encode(frame).decode()
    name, value = data.draw(st.sampled_from(list(json.loads(text).items())))
    spoilt = data.draw(st.sampled_from([value, None]))
    doubled = f"{text[:-1]},{json.dumps(name)}:{json.dumps(spoilt)}}}"
    with pytest.raises(BadFrame):
        decode(doubled, LIMITS)


@settings(max_examples=200)
@given(server_frames)
def test_what_the_server_sends_comes_in_as_it_was(frame: frames.AnyServerFrame) -> None:
    text = encode(frame)
    assert SERVER.decode(text) == frame
    assert not has_null(json.loads(text))


@settings(max_examples=200)
@given(events)
def test_an_event_comes_in_as_it_was(event: frames.AnyEvent) -> None:
    text = msgspec.json.encode(event)
    assert EVENT.decode(text) == event
    assert not has_null(json.loads(text))


@pytest.mark.parametrize("member", ["retry_after", "msg_no", "final", "off_channel"])
def test_control_a_codec_that_loses_a_member_is_found(member: str) -> None:
    def loses(frame: frames.AnyServerFrame) -> bool:
        kept = {name: v for name, v in json.loads(encode(frame)).items() if name != member}
        try:
            return bool(SERVER.decode(json.dumps(kept)) != frame)
        except msgspec.ValidationError:
            return True

    assert find(server_frames, loses, settings=LOOK)


def test_control_a_parser_that_takes_the_last_of_two_members_is_found() -> None:
    frame = find(values_of(type_info(frames.Send)), lambda frame: bool(frame.text), settings=LOOK)
    text = msgspec.json.encode(frame).decode()
    doubled = text.replace('"text":', '"text":"something else","text":')
    assert msgspec.json.decode(doubled, type=frames.AnyClientFrame) == frame, "a lax one takes it"
    with pytest.raises(BadFrame):
        decode(doubled, LIMITS)
