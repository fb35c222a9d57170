"""The messages that Lingui renders in the client too, as Python renders them."""

import json
from pathlib import Path
from typing import Any

import pytest

from onrecord_archive.catalogues.message import BadMessage, fill, places, read_message

FILE = Path(__file__).parents[2] / "message_vectors" / "messages.json"
VECTORS: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))


def vectors(part: str) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in VECTORS[part]]


def wrong(vector: dict[str, Any]) -> list[str]:
    """Return what a message says other than it should."""
    message = read_message(vector["message"])
    found = [
        ("".join(fill(message, each["values"], each["language"])), each["text"])
        for each in vector["says"]
    ]
    return [said for said, expected in found if said != expected]


@pytest.mark.parametrize("vector", vectors("rendered"))
def test_a_message_says_what_the_vectors_say(vector: dict[str, Any]) -> None:
    assert wrong(vector) == []


@pytest.mark.parametrize("vector", vectors("broken") + vectors("refused"))
def test_what_is_no_message_of_ours_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        read_message(vector["message"])


def test_a_planted_difference_is_found() -> None:
    planted = {"language": "pl", "values": {"n": 12}, "text": "12 wiadomości"}
    message = "{n, plural, one {#} few {# wiadomości} many {# x} other {#}}"
    assert wrong({"message": message, "says": [planted]}) == ["12 x"]


def test_values_stay_apart_from_the_text_around_them() -> None:
    message = read_message("{who} added {what, select, file {a file, {name}} other {it}}.")
    name = object()
    assert fill(message, {"who": "Ada", "what": "file", "name": name}, "en") == [
        *("Ada", " added ", "a file, ", name, ".")
    ]
    assert sorted(places(message)) == ["name", "what", "who"]


@pytest.mark.parametrize("count", [-1, "2", 2.5, None])
def test_a_plural_takes_whole_numbers_alone(count: Any) -> None:
    with pytest.raises(ValueError, match="n is no number of things"):
        fill(read_message("{n, plural, one {#} other {#}}"), {"n": count}, "en")


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill(read_message("{a}"), {"b": "x"}, "en")
