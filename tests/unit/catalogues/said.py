"""Which messages of a catalogue some modules say, by what stands in their source."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

TAKES_A_FAMILY = frozenset({"named", "each", "family"})
ASKS = frozenset({"text", "pieces", "line", "_line", "_reads"})


def modules(package: Path) -> list[str]:
    """Return the source of each module."""
    return [path.read_text(encoding="utf-8") for path in sorted(package.rglob("*.py"))]


def unsaid(ids: Collection[str], sources: Iterable[str]) -> set[str]:
    """Return the ids that none of the modules says."""
    said = {id for source in sources for id in said_by(source)}
    begun = tuple(id for id in said if id[-1] == ".")
    return {id for id in ids if id not in said and not id.startswith(begun)}


def said_by(source: str) -> Iterator[str]:
    """Yield what may be an id in a module; of one that is put together its beginning."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(ast.Attribute(attr=name), [ast.Constant(str(family)), *_]):
                if name in TAKES_A_FAMILY:
                    yield f"{family}."
            case ast.JoinedStr([ast.Constant(str(begins)), *_]):
                if re.fullmatch(r"([a-z_]+\.)+", begins):
                    yield begins
            case ast.Constant(str(id)):
                if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", id):
                    yield id


def asked_for(source: str) -> Iterator[str]:
    """Yield the ids that a module asks for in so many words."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(ast.Attribute(attr=name) | ast.Name(id=name), [asked, *_]):
                either = (asked.body, asked.orelse) if isinstance(asked, ast.IfExp) else (asked,)
                for id in either if name in ASKS else ():
                    if isinstance(id, ast.Constant) and "." in str(id.value):
                        yield str(id.value)
