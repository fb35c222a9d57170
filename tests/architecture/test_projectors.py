"""Nothing that people read comes about but by publishing, or by a rebuild (P1)."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.rules.source import PACKAGES, Finding, listed, name_of, parsed, python_files

APPLIES = "onrecord/core/store/projections.py"
"""The one module that calls what features make of published events."""
PUBLISH_AND_REBUILD = ("onrecord/core/store/journal.py", "onrecord/core/store/rebuild.py")
TABLES = frozenset({"PROJECTORS", "FOLLOWS", "projectors", "_projectors"})
"""What the tables are called."""
FUNCTIONS = frozenset({"events", "follows", "messages", "batch"})
"""Where the functions stand in `Projectors`."""


def findings(paths: Iterable[Path]) -> list[Finding]:
    """Where projectors are called, or looked up, by anything but publish and rebuild."""
    found: list[Finding] = []
    for path in paths:
        where = str(path)
        for node in ast.walk(parsed(path)):
            place = f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
            if _applies(node) and not where.endswith((*PUBLISH_AND_REBUILD, APPLIES)):
                found.append(Finding(place, "applies projections"))
            if _opens(node) and not where.endswith(APPLIES):
                found.append(Finding(place, "takes a projector out of its table"))
    return found


def _applies(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _name(node.func) == "Projections"


def _opens(node: ast.AST) -> bool:
    inside = isinstance(node, ast.Attribute) and node.attr in FUNCTIONS
    subscript = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)
    return (inside or subscript) and _name(getattr(node, "value", None)) in TABLES


def _name(node: object) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


@pytest.mark.promise("P1")
def test_only_publish_and_rebuild_call_projectors() -> None:
    found = findings(python_files(PACKAGES["onrecord"]))
    assert not found, listed(found)


@pytest.mark.parametrize(
    "planted",
    [
        "Projections(tx, PROJECTORS).apply(rows)",
        "projections.Projections(tx, projectors)",
        "app.events.PROJECTORS.events[MessageSent](said, tx, placed)",
        "chat.store.PROJECTORS[MessageSent](said, tx, placed)",
        "search.index_store.FOLLOWS[MessageEdited](said, tx, placed)",
        "self._tables.projectors.follows.get(MessageSent)[0](said, tx, placed)",
        "self._projectors.messages[0](tx, rows)",
    ],
)
@pytest.mark.promise("P1", planted=True)
def test_control_a_projector_that_something_else_calls_is_found(
    tmp_path: Path, planted: str
) -> None:
    (tmp_path / "store.py").write_text(f"def shown(self, tx):\n    {planted}\n")
    assert findings([tmp_path / "store.py"])
