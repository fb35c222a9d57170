"""Who makes a warrant: what lets one person do what takes two (features/people/warrants.py)."""

import ast
from collections.abc import Iterator

from tests.architecture.rules.source import Finding, nodes

NAME = "Warrant"
MAKERS = frozenset(
    {
        "server/onrecord/features/people/approvals.py",
        "server/onrecord/features/people/break_glass.py",
        "server/onrecord/features/clients/resets.py",
    }
)
"""Those that have asked a second person, waited, or are on the server's own shell."""
CHOOSERS = frozenset(
    {
        "server/onrecord/demo/stage.py",
        "server/onrecord/cli/init.py",
        "server/onrecord/features/people/break_glass.py",
    }
)
"""Those that add somebody with a password: at the server's own shell, or in the demo."""


def made(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each use of the class, under whatever name, that is no annotation."""
    annotations = {id(each) for root in _annotations(tree) for each in ast.walk(root)}
    names = {NAME} | {
        alias.asname
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == NAME and alias.asname is not None
    }
    for node in nodes(tree):
        if id(node) in annotations or not isinstance(node, ast.Name | ast.Attribute):
            continue
        if (node.id in names) if isinstance(node, ast.Name) else (node.attr == NAME):
            yield Finding(f"{where}:{node.lineno}", "only approvals, resets and break-glass may")


def given(where: str, tree: ast.Module) -> Iterator[Finding]:
    """Each call that adds somebody with a password."""
    for node in nodes(tree):
        if not isinstance(node, ast.Call) or "password" not in {key.arg for key in node.keywords}:
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr == "add":
            yield Finding(f"{where}:{node.lineno}", "only the server's own shell and the demo may")


def _annotations(tree: ast.Module) -> Iterator[ast.expr]:
    for node in nodes(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            yield node.returns
