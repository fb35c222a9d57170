"""Each type of the identity stream has an effect when it is adopted, or is said to have none."""

import ast
import re
from collections.abc import Iterator
from typing import get_args

import pytest

from onrecord.app.restoring import RESTORING, WITHOUT_EFFECT
from onrecord.core.words import words_of
from onrecord.features.people.requests import Ending
from tests.architecture.rules.rooms import feature, room
from tests.architecture.rules.source import modules

OF_IDENTITY = frozenset(
    {"clients", "hours", "notices", "notifications", "people", "relationships", "sign_in"}
)
"""The features whose services have what happens to people put on the record."""
WORDS = words_of("en").sources.keys()
"""What letters say has ids of the same form."""
OF_POLICY = {"client.uncovered", "complaint.raised"}
"""What these features have put on the stream `policy` as well."""
OF_CONFIG = {"notice.provided"}
"""And on the stream `config`."""
TYPE = re.compile(r"[a-z_]+\.[a-z_]+")
KNOWN = RESTORING.effects.keys() | WITHOUT_EFFECT


def types(source: str) -> Iterator[str]:
    """Each text of a module that has the form of a type; of a request's, one for each end."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if TYPE.fullmatch(node.value):
                yield node.value
            elif node.value == "request.":
                yield from [f"request.{end}" for end in get_args(Ending)]


def found() -> set[str]:
    return {
        each
        for name, path in modules()
        if feature(name) in OF_IDENTITY and room(name) == "service" and path.name != "events.py"
        for each in types(path.read_text())
        if each not in WORDS
    }


def test_no_type_of_the_identity_stream_is_forgotten() -> None:
    assert sorted(found() - KNOWN - OF_POLICY - OF_CONFIG) == []
    assert sorted(KNOWN - found()) == [], "nobody makes these any more"
    assert RESTORING.effects.keys().isdisjoint(WITHOUT_EFFECT)


@pytest.mark.parametrize(
    "source", ['record(actor, origin, "planted.type", {})', 'f"request.{to}"'], ids=["text", "form"]
)
def test_control_a_planted_type_is_found(source: str) -> None:
    assert set(types(source)) - (KNOWN - {"request.objected"})
