"""What runs on the event loop opens no file: a file can keep whoever opens it waiting."""

import ast
from collections.abc import Iterator
from typing import Final

ZONES: Final = "onrecord.core.domain.zones"
"""Reads every time zone at the start."""
OPENS: Final = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "open"})


def opened(module: ast.Module) -> Iterator[str]:
    """Yield what a coroutine opens itself; what it has a thread do is another function's."""
    for node in ast.walk(module):
        if isinstance(node, ast.AsyncFunctionDef):
            for each in _own(node):
                match each:
                    case ast.Call(func=ast.Name(id="open")):
                        yield f"{node.name}: open"
                    case ast.Call(func=ast.Attribute(attr=name)) if name in OPENS - {"open"}:
                        yield f"{node.name}: {name}"
                    case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr="open")):
                        yield f"{node.name}: os.open"


def zones_read(name: str, module: ast.Module) -> Iterator[str]:
    """Yield where a time zone is made of its file, and not taken from those of the start."""
    if name == ZONES:
        return
    for node in ast.walk(module):
        match node:
            case ast.Call(func=ast.Name(id="ZoneInfo" | "available_timezones" as what)):
                yield what
            case ast.Call(func=ast.Attribute(attr="ZoneInfo" | "from_file" as what)):
                yield what


def _own(node: ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Yield what is in a coroutine, without the functions in it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(one)
