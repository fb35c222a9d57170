"""What takes two is done by one alone nowhere: few modules make a warrant, or set a password."""

import ast

import pytest

from tests.architecture.rules.source import PACKAGES, listed, name_of, parsed, python_files
from tests.architecture.rules.warrants import CHOOSERS, MAKERS, given, made

PLANTED = {
    "a call": "links.create(actor, origin, id, warrant=Warrant())",
    "by another name": "from onrecord.features.people.warrants import Warrant as Leave\nLeave()",
    "through its module": "from onrecord.features.people import warrants\nwarrants.Warrant()",
    "handed on": "make = partial(Warrant, 'request')",
    "as a default": "def create(warrant: Warrant | None = Warrant()) -> None: ...",
}


def test_only_who_may_makes_a_warrant() -> None:
    found = {
        name_of(path): list(made(name_of(path), parsed(path)))
        for path in python_files(PACKAGES["onrecord"])
    }
    others = [each for name, uses in found.items() if name not in MAKERS for each in uses]
    assert others == [], listed(others)
    assert {name for name, uses in found.items() if uses} == MAKERS, "each of these makes one"


@pytest.mark.parametrize("how", PLANTED)
def test_control_a_warrant_that_is_made_elsewhere_is_found(how: str) -> None:
    assert len(list(made("planted.py", ast.parse(PLANTED[how])))) == 1


def test_control_a_warrant_that_is_only_asked_for_is_not() -> None:
    asked = "def create(warrant: Warrant | None = None) -> 'Warrant': ..."
    assert list(made("planted.py", ast.parse(asked))) == []


def test_nobody_is_added_with_a_password_but_at_the_server_s_own_shell() -> None:
    files = {name_of(path): parsed(path) for path in python_files(PACKAGES["onrecord"])}
    found = {name: list(given(name, tree)) for name, tree in files.items()}
    others = [each for name, calls in found.items() if name not in CHOOSERS for each in calls]
    assert others == [], listed(others)
    assert {name for name, calls in found.items() if calls} == CHOOSERS, "each of these adds so"


def test_control_a_route_that_adds_somebody_with_a_password_is_found() -> None:
    planted = "await self.people.add(actor, origin, new, password=asked.password)"
    (finding,) = given("planted.py", ast.parse(planted))
    assert str(finding).startswith("planted.py:1")
