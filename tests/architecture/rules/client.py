"""The layers of the web client: who may import whom (DESIGN 10)."""

import posixpath
import re
from collections.abc import Iterator

from tests.architecture.rules.source import Finding

# The entries chat.tsx and console.tsx put everything together and stand above all rows.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "locales": frozenset(),
    "styles": frozenset(),
    "wire": frozenset(),
    "policy": frozenset(),
    "session": frozenset({"wire"}),
    "view_models": frozenset({"session", "wire", "policy"}),
    "views": frozenset({"view_models", "locales", "styles"}),
    "platform": frozenset({"view_models", "session", "wire", "policy"}),
    "worker": frozenset({"platform", "session", "wire"}),
}
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](?P<path>\.[^"']*)["']""")


def layer_breaks(where: str, text: str) -> Iterator[Finding]:
    """Each import in the file at `where` (below src/) that goes to a row it may not know."""
    row = where.partition("/")[0]
    if "/" not in where:
        return
    if row not in MAY_IMPORT:
        yield Finding(where, f"{row}/ is no row of the client")
        return
    for match in _IMPORT.finditer(text):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(where), match["path"]))
        other = target.partition("/")[0]
        if other != row and other not in MAY_IMPORT[row]:
            line = text.count("\n", 0, match.start()) + 1
            yield Finding(f"{where}:{line}", f"{row} imports {match['path']}")
