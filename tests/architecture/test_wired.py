"""Tests open the root, and make no service of a feature beside it (house.md)."""

import ast
from functools import cache

import pytest

from tests.architecture.rules.source import (
    ROOT,
    Finding,
    listed,
    modules,
    name_of,
    parsed,
    python_files,
)
from tests.architecture.rules.wired import services, wired


@cache
def known() -> frozenset[str]:
    return services({name: parsed(path) for name, path in modules()})


def test_no_test_makes_a_service_beside_the_root() -> None:
    findings = [
        Finding(each, "the root makes it")
        for path in python_files(ROOT / "tests")
        for each in sorted(wired(name_of(path), parsed(path), known()))
    ]
    assert not findings, listed(findings)


SERVICE = """
from onrecord.core.ports import Bridge
class Desk:
    def __init__(self, read: Bridge) -> None: ...
class Front:
    def __init__(self, desk: Desk | None, *, size: int) -> None: ...
@dataclass
class Shared:
    desk: Front
"""
MEMORY = """
from onrecord.core.domain.clock import Clock
class OpenLooks:
    def __init__(self, clock: Clock) -> None: ...
class Strangers:
    def __init__(self, clock: Clock) -> None: ...
"""
VALUES = """
from onrecord.database.database import Database
class Book:
    def __init__(self, database: Database) -> None: ...
@dataclass
class Options:
    many: int
"""


def planted(text: str, module: str = "onrecord.features.a.service") -> frozenset[str]:
    return services({module: ast.parse(text)})


def test_control_what_is_made_of_collaborators_is_a_service() -> None:
    of = "onrecord.features.a.service"
    assert planted(SERVICE) == {f"{of}.Desk", f"{of}.Front", f"{of}.Shared"}


def test_control_a_memory_that_each_makes_is_none_and_another_of_a_clock_is_one() -> None:
    of = "onrecord.features.compliance.looks"
    assert planted(MEMORY, of) == {f"{of}.Strangers"}


@pytest.mark.parametrize(
    ("text", "module"),
    [
        (VALUES, "onrecord.features.a.service"),
        (SERVICE, "onrecord.features.a.store"),
        (SERVICE, "onrecord.core.a"),
        (SERVICE, "onrecord.features.notifications.letters.mail"),
    ],
)
def test_control_values_and_stores_and_what_speaks_a_protocol_are_none(
    text: str, module: str
) -> None:
    assert planted(text, module) == frozenset()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from onrecord.features.a.service import Desk\nDesk(read)", {"tests/a.py Desk"}),
        ("from onrecord.features.a.service import Desk as D\nD(read)", {"tests/a.py D"}),
        ("from onrecord.features.a.service import Desk\nroot[Desk].look()", set()),
        ("from tests.integration.desk import Desk\nDesk()", set()),
    ],
)
def test_control_a_test_that_makes_one_is_found(text: str, found: set[str]) -> None:
    assert wired("tests/a.py", ast.parse(text), planted(SERVICE)) == found
