"""Each promise has, in the gate, a test that tries to break it and a planted defect that it finds.

    @pytest.mark.promise("P6")                the test tries to break it
    @pytest.mark.promise("P6", planted=True)  the control: a defect is planted, and is found

What is marked `proofs`, as a file, a class or a test, is not in the gate and does not count.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.rules.source import Finding, name_of

PROMISES = {
    "P1": "no archive, no delivery",
    "P2": "acknowledged means durable",
    "P3": "exactly once on the record",
    "P4": "gapless",
    "P5": "nothing is rewritten",
    "P6": "tampering shows",
    "P7": "everything that people can see is recorded",
    "P8": "only compliance's key opens the archive, and a look is recorded before it shows",
    "P9": "transport is encrypted",
    "P10": "accounts end, records stay",
    "P11": "nobody becomes somebody else",
    "P12": "a stranger cannot stop it",
}
MARKER, PROOFS = "promise", "proofs"
_WHERE = "tests/README.md"


@dataclass(frozen=True, slots=True)
class Marked:
    """A test of a promise, or its control with a planted defect."""

    promise: str
    planted: bool
    in_gate: bool


def findings_in(paths: Iterable[Path]) -> list[Finding]:
    """Each promise that lacks something in these files of tests, and each marker that is wrong."""
    found: list[Finding] = []
    marked: list[Marked] = []
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if f"mark.{MARKER}" not in text:
            continue  # to parse them all takes seconds
        for each in marked_in(name_of(path), ast.parse(text)):
            if isinstance(each, Marked):
                marked.append(each)
            else:
                found.append(each)
    return [*found, *lacking(marked)]


def lacking(marked: Iterable[Marked]) -> Iterator[Finding]:
    """Each promise that has no test, or no planted defect, in the gate."""
    there = {(each.promise, each.planted) for each in marked if each.in_gate}
    for promise, words in PROMISES.items():
        if (promise, False) not in there:
            yield Finding(_WHERE, f"{promise} ({words}) has no test in the gate")
        if (promise, True) not in there:
            yield Finding(_WHERE, f"{promise} ({words}) has no planted defect in the gate")


def marked_in(where: str, tree: ast.Module) -> Iterator[Marked | Finding]:
    """What the tests of a module are marked with."""
    used: set[int] = set()
    for test, in_gate in _tests(tree.body, in_gate=not _is_proofs(tree.body)):
        for decorator in test.decorator_list:
            if _marks(decorator, MARKER):
                used.add(decorator.lineno)
                yield _read(f"{where}:{decorator.lineno}", decorator, in_gate=in_gate)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _marks(node, MARKER) and node.lineno not in used:
            yield Finding(f"{where}:{node.lineno}", "a promise is marked on a test function alone")


def _tests(
    body: Iterable[ast.stmt], *, in_gate: bool
) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, bool]]:
    """Each test function below, and whether it is in the gate."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        here = in_gate and not any(_marks(each, PROOFS) for each in node.decorator_list)
        if isinstance(node, ast.ClassDef):
            yield from _tests(node.body, in_gate=here and not _is_proofs(node.body))
        elif node.name.startswith("test_"):
            yield node, here


def _is_proofs(body: Iterable[ast.stmt]) -> bool:
    """Whether `pytestmark` leaves the whole module or class to the proofs."""
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(each, ast.Name) and each.id == "pytestmark" for each in targets):
            return any(_marks(each, PROOFS) for each in ast.walk(node))
    return False


def _marks(node: ast.AST, name: str) -> bool:
    """Whether this is `pytest.mark.<name>`, called or not."""
    at = node.func if isinstance(node, ast.Call) else node
    return (
        isinstance(at, ast.Attribute)
        and at.attr == name
        and isinstance(at.value, ast.Attribute)
        and at.value.attr == "mark"
    )


def _read(where: str, decorator: ast.expr, *, in_gate: bool) -> Marked | Finding:
    match decorator:
        case ast.Call(args=[ast.Constant(value=str(name))], keywords=[]):
            planted = False
        case ast.Call(
            args=[ast.Constant(value=str(name))],
            keywords=[ast.keyword(arg="planted", value=ast.Constant(value=True))],
        ):
            planted = True
        case _:
            return Finding(where, 'write promise("P1") or promise("P1", planted=True)')
    if name not in PROMISES:
        return Finding(where, f"there is no promise {name}")
    return Marked(name, planted, in_gate)
