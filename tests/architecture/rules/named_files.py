"""Each file that a docstring, a comment or a document names is there, so whoever looks finds it.

A name is a file's, or its path from any folder on. The product's code names files of the product; a
test by its path, `tests/…`. In TypeScript what follows `//` counts, in Python no other string.
"""

import ast
import io
import re
import tokenize
from collections.abc import Collection, Iterator

from tests.architecture.rules.source import Finding

_NAME = re.compile(r"(?<![\w/.*<>{}-])(?:\.\./)*((?:[\w-]+/)*[\w.-]+\.(?:py|tsx?|md))\b(?![/(\w])")
_HINT = re.compile(r"\.(?:py|tsx?|md)\b")
"""Most files have none, which this finds several times faster."""
_TYPESCRIPT = re.compile(r"//[^\n]*|/\*[\s\S]*?\*/")
_TESTS = ("tests/", "client_web/tests/")
_OTHERS = {"nats.py"}
"""What is called like a file and is none: a library."""


def names(paths: Collection[str]) -> tuple[set[str], set[str]]:
    """Return what the files may be called in all, and what in the product's code."""
    tails = {path: [path[m.end() :] for m in re.finditer("^|/", path)] for path in paths}
    tests = [path for path in paths if path.startswith(_TESTS)]
    of_product = (tail for path in tails.keys() - set(tests) for tail in tails[path])
    return {tail for each in tails.values() for tail in each}, {*of_product, *tests}


def lost_names(where: str, text: str, known: tuple[set[str], set[str]]) -> Iterator[Finding]:
    """Each name in the text of a file that no file of the project has."""
    of_any = where.endswith(".md") or where.startswith((*_TESTS, "tools/"))
    there = known[0 if of_any else 1] | _OTHERS
    if not _HINT.search(text) or all(found[1] in there for found in _NAME.finditer(text)):
        return
    for line, words in _said(where, text):
        for found in _NAME.finditer(words):
            if found[1] not in there:
                at = line + words.count("\n", 0, found.start())
                yield Finding(f"{where}:{at}", f"{found[1]} is not there")


def _said(where: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield what a file says to its readers, with the lines where it begins."""
    if where.endswith(".md"):
        yield 1, text
    elif where.endswith(".py"):
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Expr(value=ast.Constant(value=str(words))):
                    yield node.lineno, words
    else:
        for found in _TYPESCRIPT.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, found[0]
