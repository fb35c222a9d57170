"""The layers of the web client: who may import whom, and who reaches the page (DESIGN 10)."""

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
# The linter sees globals (client_web/browser_globals.json); these lead to them from an element.
_WAY_OUT = re.compile(r"\b(?:ownerDocument|defaultView)\b")
MAY_REACH_THE_PAGE: dict[str, str] = {
    "views/parts/focus.ts": "whether an element has the focus is told by its document alone",
    "views/timeline/use_log.ts": "what lies over an element is told by its document alone",
}
# The model compiles without a browser; the language itself still has these, which come from ports.
_MODEL = ("wire", "policy", "session", "view_models")
_OWN_CLOCK = re.compile(r"\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b")
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


def ways_out(where: str, text: str) -> Iterator[Finding]:
    """Each place outside platform/ where an element of a view leads to the whole page."""
    if where.partition("/")[0] == "platform":
        return
    for match in _WAY_OUT.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Finding(f"{where}:{line}", f"{match[0]} leads out of what the view draws")


def own_clocks(where: str, text: str) -> Iterator[Finding]:
    """Each place where the model takes time or chance by itself."""
    if where.partition("/")[0] not in _MODEL:
        return
    for match in _OWN_CLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Finding(f"{where}:{line}", f"{match[0]}: time and chance come in by ports")
