"""A Protocol needs a reason, and a constructor takes few collaborators (house.md, STYLE)."""

import ast
from functools import cache

import pytest

from tests.architecture.rules.ports import (
    MOST_PORTS,
    PORTS,
    ports_without_reason,
    too_many_parameters,
    without_two,
)
from tests.architecture.rules.source import listed, modules, parsed


@cache
def trees() -> dict[str, ast.Module]:
    return {name: parsed(path) for name, path in modules()}


def test_a_protocol_has_two_implementations_and_a_constructor_few_parameters() -> None:
    findings = [*without_two(trees()), *too_many_parameters(trees())]
    assert not findings, listed(findings)


def test_each_port_of_core_says_why_and_they_are_few() -> None:
    findings = list(ports_without_reason(trees()))
    assert not findings, listed(findings)


TWO = """
class Store(Protocol):
    '''What is kept. Implementations: A, B.'''
    def keep(self) -> None: ...
class A:
    def keep(self) -> None: ...
class B(A): ...
"""


def planted(text: str) -> dict[str, ast.Module]:
    return {"onrecord.a": ast.parse(text)}


def test_control_two_implementations_are_enough() -> None:
    assert not list(without_two(planted(TWO)))


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        (" Implementations: A, B.", ""),
        ("A, B.", "A."),
        ("A, B.", "A, C."),
        ("class A:\n    def keep", "class A:\n    def drop"),
    ],
)
def test_control_a_protocol_without_two_is_found(part: str, instead: str) -> None:
    assert part in TWO
    (finding,) = without_two(planted(TWO.replace(part, instead)))
    assert finding.where == "onrecord.a Store"


def test_control_a_port_elsewhere_needs_two_all_the_same() -> None:
    port = ast.parse("class P(Protocol):\n    '''A port, since core may not know it.'''")
    assert not list(without_two(dict.fromkeys(PORTS, port)))
    assert len(list(without_two({"onrecord.core.other.ports": port}))) == 1


def test_control_ports_without_a_reason_or_too_many_are_found() -> None:
    port = "class P{}(Protocol):\n    '''Something. A port, since core may not know it.'''\n"
    of_all, of_hooks = PORTS
    kept = {of_all: ast.parse("".join(port.format(number) for number in range(MOST_PORTS)))}
    assert not list(ports_without_reason(kept))
    (many,) = ports_without_reason({**kept, of_hooks: ast.parse(port.format("Q"))})
    assert "at most" in many.what
    for module in PORTS:
        (silent,) = ports_without_reason({module: ast.parse("class P(Protocol): ...")})
        assert "why" in silent.what


EIGHT = "one, two, three, four, five, six, seven, eight"
INIT = f"class A:\n    def __init__(self, {EIGHT}): ...\n"
FIELDS = "".join(f"    {name}: {{0}}\n" for name in EIGHT.split(", "))
BUNDLE = "@dataclass(frozen=True)\nclass Bundle:\n" + FIELDS
STRUCT = "class Bundle(Struct, frozen=True):\n" + FIELDS
HEIR = """
class C:
    def __init__(self, one): ...
@dataclass
class Six:
    one: C; two: int; three: int; four: int; five: int; six: int
@dataclass
class Bundle(Six):
    six: C; seven: int{}
"""


@pytest.mark.parametrize(
    "text",
    [
        INIT,
        INIT.replace("two,", "two, *,"),
        "class C:\n    def __init__(self, one): ...\n" + BUNDLE.format("C"),
        "class C(Protocol): ...\n" + BUNDLE.format("C | None"),
        "class C(Protocol): ...\n" + STRUCT.format("C"),
        HEIR.format("; eight: int"),
    ],
)
def test_control_a_constructor_of_eight_parts_is_found(text: str) -> None:
    findings = [each.where for each in too_many_parameters(planted(text))]
    assert findings == [f"onrecord.a {'A' if text.startswith('class A') else 'Bundle'}"]


@pytest.mark.parametrize("text", [INIT.replace("one, ", ""), BUNDLE.format("int"), HEIR.format("")])
def test_control_seven_parts_and_plain_values_are_none_too_many(text: str) -> None:
    assert not list(too_many_parameters(planted(text)))
