"""What tests/unsteady.md says: which tests were red now and then, and which of them are mended."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path("tests/unsteady.md")
STATES = frozenset({"open", "mended"})
_HEADING = re.compile(r"\|\s*(test\s*\||---)")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the page: a test's node id, without what it is given, its cause and its state."""

    test: str
    cause: str
    state: str


def rows(page: Path) -> Iterator[Row]:
    """Each row of the page's table, or none where there is no page."""
    if not page.exists():
        return
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and _HEADING.match(line) is None:
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            yield Row(cells[0].strip("`"), cells[-2] if len(cells) > 3 else "", cells[-1])


def mended(page: Path = PAGE) -> frozenset[str]:
    """The tests that the page calls mended: red again, they are red."""
    return frozenset(row.test for row in rows(page) if row.state == "mended")


def without_parameters(test: str) -> str:
    """The node id of the function: a row stands for all that its test is given."""
    return test.partition("[")[0]
