"""Modules and functions stay small enough to be read at once (STYLE, the bar)."""

import ast
import re
import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.architecture.rules.source import Finding

MODULE_LINES = 600
FUNCTION_LINES = 50
COMPONENT_LINES = 120

# A component starts where a capitalised function does and ends with the first brace in column 0.
_COMPONENT = re.compile(
    r"^(?:export )?(?:default )?(?:function (?P<name>[A-Z]\w*)|const (?P<const>[A-Z]\w*)\b.*"
    r"(?:=>|function).*[{(]$)"
)
_END = re.compile(r"^[})]")


@dataclass(frozen=True, slots=True)
class Spread:
    """How long things are, in lines."""

    median: float
    p90: float
    most: int

    def __str__(self) -> str:
        return f"{self.median:g} / {self.p90:g} / {self.most}"


def spread(lengths: Iterable[int]) -> Spread:
    """Median, 90th percentile and longest; all 0 when there is nothing."""
    values = sorted(lengths)
    if len(values) < 2:
        return Spread(*(values or [0]) * 3)
    return Spread(statistics.median(values), statistics.quantiles(values, n=10)[8], values[-1])


def function_lengths(tree: ast.Module) -> dict[str, int]:
    """Lines of each function from `def` to its end, docstring included; methods by their name."""
    found: dict[str, int] = {}
    for node in _statements(tree.body):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            end = node.end_lineno or node.lineno
            found[f"{node.name}, line {node.lineno}"] = end - node.lineno + 1
    return found


def _statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Each statement, however deep: a function stands in no expression."""
    for statement in body:
        yield statement
        for branch in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, branch, ()))
        for block in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _statements(block.body)


def component_lengths(text: str) -> dict[str, int]:
    """Lines of each React component in formatted TypeScript."""
    found: dict[str, int] = {}
    name, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if match := _COMPONENT.match(line):
            name, start = match["name"] or match["const"], number
        elif name and _END.match(line) and not line.startswith((")", "}) {", "}: ")):
            found[name] = number - start + 1
            name = ""
    return found


def too_long(where: str, lengths: dict[str, int], limit: int) -> list[Finding]:
    """Everything longer than `limit` lines."""
    return [
        Finding(where, f"{name}: {lines} lines, at most {limit}")
        for name, lines in lengths.items()
        if lines > limit
    ]
