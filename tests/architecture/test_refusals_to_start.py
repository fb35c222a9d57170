"""No state that passes by itself keeps a server down for good."""

import ast

import pytest

from tests.architecture.rules.refusals import MENDED, PASSES, misnamed, refused
from tests.architecture.rules.source import Finding, listed, modules, parsed


def test_a_start_is_refused_for_good_only_for_what_a_person_mends() -> None:
    findings = [
        Finding(name, f"{each}: say in rules/refusals.py whether it passes by itself")
        for name, path in modules()
        for each in misnamed(parsed(path))
    ]
    assert not findings, listed(findings)


def test_no_code_is_of_both_kinds_and_each_is_used() -> None:
    found = {code for _, path in modules() for _, code in refused(parsed(path))}
    assert not MENDED & PASSES
    assert found >= MENDED
    assert PASSES - {"address_in_use", "address_missing"} <= found  # these two come by errno


@pytest.mark.parametrize(
    "planted",
    [
        'raise RefuseToStart("address_in_use", "It is.", "Wait.")',
        'raise RefuseToStart("database_is_starting", "It is.", "Wait.")',
        'raise RefuseToStart("in_use" if locked else "wrong_user", "It is.", "Wait.")',
        'raise NotNow("key_damaged", "It is.", "Restore it.")',
    ],
)
def test_one_that_is_misnamed_is_found(planted: str) -> None:
    assert misnamed(ast.parse(planted))
