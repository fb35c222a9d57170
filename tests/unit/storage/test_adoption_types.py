"""Each type of the identity stream has an effect when it is adopted, or is said to have none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import onrecord.identity
from onrecord.identity.approvals import Ending
from onrecord.storage import adoption

FOLDER = Path(onrecord.identity.__file__).parent
TYPE = re.compile(r"[a-z_]+\.[a-z_]+")
KNOWN = adoption._EFFECTS.keys() | adoption.WITHOUT_EFFECT


def types(source: str) -> Iterator[str]:
    """Each text of a module that has the form of a type; of a request's, one for each end."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if TYPE.fullmatch(node.value):
                yield node.value
            elif node.value == "request.":
                yield from [f"request.{end}" for end in get_args(Ending)]


def found() -> set[str]:
    return {each for path in FOLDER.rglob("*.py") for each in types(path.read_text())}


def test_no_type_of_the_identity_stream_is_forgotten() -> None:
    assert sorted(found() - KNOWN) == []
    assert sorted(KNOWN - found()) == [], "nobody makes these any more"
    assert adoption._EFFECTS.keys().isdisjoint(adoption.WITHOUT_EFFECT)


@pytest.mark.parametrize(
    "source", ['record(actor, origin, "planted.type", {})', 'f"request.{to}"'], ids=["text", "form"]
)
def test_control_a_planted_type_is_found(source: str) -> None:
    assert set(types(source)) - (KNOWN - {"request.objected"})
