"""The golden vectors, as the server reads and writes them."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from onrecord.app.generate import schema
from onrecord.core.domain.ids import ClientId, event_id_of
from onrecord.core.domain.texts import is_blank
from onrecord.protocol import frames
from onrecord.protocol.codec import BadFrame, decode, encode
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.ids import PersonId

VECTORS = Path(__file__).parents[2] / "wire_vectors"
SCHEMA = schema()


def vectors(name: str) -> list[Any]:
    return [
        pytest.param(vector, id=vector.get("name"))
        for vector in json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    ]


def fits(definition: str, value: object) -> bool:
    """Whether an independent validator finds that `value` is what schema.json describes."""
    whole = {**SCHEMA, "$ref": f"#/$defs/{definition}"}
    return bool(Draft202012Validator(whole).is_valid(value))


@pytest.mark.parametrize("vector", vectors("client_frames"))
def test_what_a_client_sends_is_understood_or_refused_by_name(vector: dict[str, Any]) -> None:
    if "error" in vector:
        with pytest.raises(BadFrame) as refused:
            decode(vector["text"], WireLimits())
        assert refused.value.code == vector["error"]
        return
    frame = decode(vector["text"], WireLimits())
    assert msgspec.to_builtins(frame) == vector["frame"]
    assert fits("AnyClientFrame", vector["frame"])


@pytest.mark.parametrize("vector", vectors("server_frames"))
def test_what_the_server_sends_is_written_as_the_vectors_say(vector: dict[str, Any]) -> None:
    if "error" in vector:
        with pytest.raises(msgspec.DecodeError):
            msgspec.json.decode(vector["text"], type=frames.AnyServerFrame)
        return
    frame = msgspec.json.decode(vector["text"], type=frames.AnyServerFrame)
    assert encode(with_events(frame)) == vector["text"]
    assert json.loads(vector["text"]) == vector["frame"]
    assert fits("AnyServerFrame", vector["frame"])


@pytest.mark.parametrize("vector", vectors("bad_events"))
def test_bad_events_fit_neither_the_types_nor_the_schema(vector: dict[str, Any]) -> None:
    value = json.loads(vector["text"])
    assert not fits("AnyServerFrame", value)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(value["events"], list[frames.AnyEvent])


@pytest.mark.parametrize("vector", vectors("event_ids"))
def test_an_event_has_the_id_that_its_client_computed(vector: dict[str, str]) -> None:
    found = event_id_of(PersonId(vector["actor"]), ClientId(vector["client_id"]))
    assert found == vector["event_id"]


@pytest.mark.parametrize("union", ["AnyClientFrame", "AnyServerFrame", "AnyEvent"])
def test_every_kind_has_a_vector(union: str) -> None:
    tag = "type" if union == "AnyEvent" else "t"
    name = "client_frames" if union == "AnyClientFrame" else "server_frames"
    shown = [param.values[0].get("frame", {}) for param in vectors(name)]
    if union == "AnyEvent":
        shown = [event for frame in shown for event in frame.get("events", [])]
    mapping = SCHEMA["$defs"][union]["discriminator"]["mapping"]
    assert {frame[tag] for frame in shown if tag in frame} == set(mapping)


def with_events(frame: frames.AnyServerFrame) -> frames.AnyServerFrame:
    """The same frame, each event read as its type and written again."""
    if not isinstance(frame, frames.Events):
        return frame
    events = [msgspec.json.decode(raw, type=frames.AnyEvent) for raw in frame.events]
    return frames.Events([msgspec.Raw(msgspec.json.encode(e)) for e in events], frame.cursor)


def test_of_a_blank_text_nothing_can_be_seen() -> None:
    texts = json.loads((VECTORS / "blank_texts.json").read_text(encoding="utf-8"))
    assert [text for text in texts["blank"] if not is_blank(text)] == []
    assert [text for text in texts["seen"] if is_blank(text)] == []
