"""What can be wrong with a running server stands in one table, and in docs/operations.md."""

import ast
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from onrecord.core.domain.conditions import CONDITIONS, Effect

ROOT = Path(__file__).parents[2]
OF_HOOKS = ROOT / "server/onrecord/features/hooks/conditions.py"
"""Returns the code that is remarked on."""
ROW = re.compile(r"^\| `(\w+)` \| (closes|holds|degrades|tells) \|", re.MULTILINE)


def documented(text: str) -> dict[str, str]:
    """Return each code with its effect, as the table says."""
    return dict(ROW.findall(text))


def remarked() -> set[str]:
    """Every code that some check of the server remarks on."""
    calls = [
        node
        for path in (ROOT / "server/onrecord/app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Remark"
    ]
    returned = [
        part
        for node in ast.walk(ast.parse(OF_HOOKS.read_text()))
        if isinstance(node, ast.Return) and node.value is not None
        for part in ast.walk(node.value)
    ]
    named = [*(call.args[0] for call in calls), *returned]
    return {str(each.value) for each in named if isinstance(each, ast.Constant) and each.value}


def undeclared(conditions: Mapping[str, Effect]) -> set[str]:
    """What is remarked on and has no effect."""
    return remarked() - conditions.keys()


def test_the_docs_have_every_condition_with_its_effect() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    said = documented(text)
    assert said == {code: effect.name.lower() for code, effect in CONDITIONS.items()}
    planted = text.replace("| `slow` | degrades |", "| `slow` | closes |")
    assert documented(planted) != said


def test_what_is_remarked_on_has_an_effect() -> None:
    assert undeclared(CONDITIONS) == set()


@pytest.mark.parametrize("code", ["file_damaged", "plaintext"])
def test_control_a_remark_without_an_effect_is_found(code: str) -> None:
    fewer = {name: effect for name, effect in CONDITIONS.items() if name != code}
    assert undeclared(fewer) == {code}
