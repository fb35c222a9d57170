"""How statements are written: whole where they stand, and parts only of what several share."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.rules.source import Finding, name_of, nodes, parsed

SPELLS = frozenset({"sql", "query", "nullable"})
IS_SQL = re.compile(
    r"\b(SELECT|FROM|JOIN|WHERE|EXISTS|INSERT|UPDATE|DELETE|IS NULL|AND|ORDER BY)\b"
)
Part = tuple[str, str]
"""The module and the name of a text."""


def lonely(modules: Mapping[str, Path]) -> Iterator[Finding]:
    """Each named part of SQL that is put into one place only: it belongs there."""
    parts = {
        (module, name): (path, line)
        for module, path in modules.items()
        for name, line in _texts(parsed(path))
    }
    read: Counter[Part] = Counter()
    put: set[Part] = set()
    for module, path in modules.items():
        tree = parsed(path)
        known = _known(module, tree)
        inside = {id(each) for root in _spelled(tree) for each in ast.walk(root)}
        for node in nodes(tree):
            part = _part(node, known, module)
            if part in parts:
                read[part] += 1
                if id(node) in inside:
                    put.add(part)
    for part in sorted(put):
        if read[part] == 1:
            path, line = parts[part]
            yield Finding(f"{name_of(path)}:{line}", f"{part[1]} is a part of one statement only")


def joined(path: Path) -> Iterator[Finding]:
    """Each statement whose text is put together where it is written: parts go in by name."""
    for call in nodes(parsed(path)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
            called = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            texts = [*call.args, *(each.value for each in call.keywords if each.arg == "sqlite")]
            if called in SPELLS and any(isinstance(t, ast.JoinedStr | ast.BinOp) for t in texts):
                yield Finding(f"{name_of(path)}:{call.lineno}", "its parts go in by name")


def replaced(path: Path) -> Iterator[Finding]:
    """Each text of SQL that is changed once it is written."""
    tree = parsed(path)
    named = {name for name, _ in _texts(tree)}
    for node in nodes(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "replace"
            and (_is_sql(node.func.value) or _is_one_of(node.func.value, named))
        ):
            yield Finding(f"{name_of(path)}:{node.lineno}", "a statement is written, not replaced")


def _texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Each literal of SQL that has a name of its module."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and _is_sql(node.value):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.lineno


def _spelled(tree: ast.Module) -> Iterator[ast.AST]:
    """Each place that a part is put into: a statement, a part of several, a table of parts."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and (_is_sql(node.value) or _is_table(node.value)):
            yield node.value
    for each in nodes(tree):
        called = each.func if isinstance(each, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in SPELLS:
            yield each


def _known(module: str, tree: ast.Module) -> dict[str, str]:
    """Return what each imported name is: a name of a module, or a module."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom) and node.module is not None
        for alias in node.names
    }


def _part(node: ast.AST, known: Mapping[str, str], module: str) -> Part | None:
    """Return which text is read here, if it is one."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        of, _, name = known.get(node.id, f"{module}.{node.id}").rpartition(".")
        return of, name
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return known.get(node.value.id, ""), node.attr
    return None


def _is_sql(node: ast.expr) -> bool:
    """Whether it is a text of SQL: a literal, one with values, or several one after the other."""
    if isinstance(node, ast.BinOp):
        return _is_sql(node.left) or _is_sql(node.right)
    if isinstance(node, ast.JoinedStr):
        return any(_is_sql(value) for value in node.values)
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and IS_SQL.search(node.value) is not None
    )


def _is_table(node: ast.expr) -> bool:
    return isinstance(node, ast.Dict)


def _is_one_of(node: ast.expr, named: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in named
