"""After Fatal nothing goes on: whoever catches every error lets it through."""

import ast

import pytest

from tests.architecture.rules.fatal import ENDS, swallowed
from tests.architecture.rules.source import PACKAGES, listed, name_of, parsed, python_files

PLANTED = {
    "an error is told": "try: send()\nexcept OnRecordError as error: failed(error)",
    "among others": "try: send()\nexcept (ArchiveError, OnRecordError): pass",
    "whatever it is": "try: send()\nexcept Exception as error: failed(error)",
    "without a name": "try: send()\nexcept: pass",
    "through its module": "try: send()\nexcept errors.OnRecordError: pass",
    "the other order": "try: send()\nexcept OnRecordError: pass\nexcept Fatal: raise",
    "Fatal itself is told": "try: send()\nexcept Fatal: pass\nexcept OnRecordError: pass",
    "suppressed": "with suppress(OnRecordError): send()",
}
FINE = {
    "let through": "try: send()\nexcept Fatal: raise\nexcept OnRecordError: pass",
    "among refusals": "try: send()\nexcept (Refusal, Fatal): raise\nexcept OnRecordError: pass",
    "raised again": "try: send()\nexcept OnRecordError as error: raise Unsettled from error",
    "a refusal": "try: send()\nexcept Refusal: pass",
}


def test_nobody_goes_on_after_a_fatal_error() -> None:
    found = {
        name_of(path): list(swallowed(name_of(path), parsed(path)))
        for path in python_files(PACKAGES["onrecord"])
    }
    others = [each for name, uses in found.items() if name not in ENDS for each in uses]
    assert others == [], listed(others)
    assert {name for name, uses in found.items() if uses} == set(ENDS), "each of these catches it"


@pytest.mark.parametrize("how", PLANTED)
def test_control_who_swallows_it_is_found(how: str) -> None:
    assert len(list(swallowed("planted.py", ast.parse(PLANTED[how])))) == 1


@pytest.mark.parametrize("how", FINE)
def test_control_who_lets_it_through_is_not(how: str) -> None:
    assert list(swallowed("planted.py", ast.parse(FINE[how]))) == []
