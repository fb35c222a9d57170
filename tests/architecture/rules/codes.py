"""Every code that a person or a program can be answered with stands in the protocol's document."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.rules.source import Finding, nodes

REFUSALS = frozenset(
    {"Refusal", "BadInput", "NotAllowed", "NotSignedIn", "NotFound", "Conflict", "TooMany",
     "Unavailable", "TooLarge", "WrongMediaType", "Misdirected", "BadFrame"}
)  # fmt: skip
_CODE = re.compile(r"`([a-z][a-z0-9_]*)`")


def codes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and code of each refusal that is made here with a code written out."""
    for node in nodes(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        first = node.args[0]
        if name in REFUSALS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield node.lineno, first.value


def documented(document: str) -> frozenset[str]:
    """Every code span of a Markdown document."""
    return frozenset(_CODE.findall(document))


def unknown_codes(where: str, tree: ast.Module, document: str) -> Iterator[Finding]:
    """Each code that the document does not name."""
    known = documented(document)
    for line, code in codes(tree):
        if code not in known:
            yield Finding(f"{where}:{line}", f"{code} is not among the codes of the protocol")
