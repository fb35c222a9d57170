"""Counts what a change touches: files and lines of the product, tests, generated files, documents.

    python tools/touched.py main..branch        # each range is one kind of change

A file that a tool writes is generated. Documents are counted apart: words are no code. Each
distribution's pyproject.toml is product: a sink's name and what it needs are declared there.
"""

import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

GENERATED = (
    "*.gen.*",
    "archive_hooks/PUBLISHED.md",
    "archive_hooks/onrecord_archive/catalogues/published/*.json",
    "archive_hooks/onrecord_archive/format/published.json",
    "client_web/package-lock.json",
    "client_web/src/wire/schema.json",
    "docs/openapi-*.json",
    "docs/roles.md",
    "docs/settings.md",
    "docs/wire.md",
    "requirements*.lock",
    "tests/alert_vectors.json",
    "tests/example_hook/*",
    "tests/policy_vectors.json",
    "tests/sign_vectors.json",
)
"""What `make reference`, `make publish`, `make lock` and npm write."""
PRODUCT = ("server", "archive_hooks", "client_web", "pyproject.toml")


@dataclass
class Touched:
    """How much of one sort: files, lines added and taken away."""

    files: int = 0
    added: int = 0
    removed: int = 0


def sort_of(path: str) -> str:
    """Return what a file is: product, tests, generated, documents or tools."""
    where = PurePosixPath(path)
    if any(fnmatchcase(path, pattern) for pattern in GENERATED):
        return "generated"
    if "tests" in where.parts[:2] or ".test." in where.name:
        return "tests"
    if where.suffix == ".md":
        return "documents"
    return "product" if where.parts[0] in PRODUCT else "tools"


def counted(numstat: str) -> dict[str, Touched]:
    """Count what `git diff --numstat` prints; a picture's lines are none."""
    found: dict[str, Touched] = defaultdict(Touched)
    for line in numstat.splitlines():
        added, removed, path = line.split("\t")
        one = found[sort_of(path)]
        one.files += 1
        one.added += int(added) if added != "-" else 0
        one.removed += int(removed) if removed != "-" else 0
    return found


def main(ranges: list[str]) -> int:
    """Print a row for each sort of file in each range."""
    for changes in ranges:
        command = ("git", "diff", "--numstat", "--no-renames", changes)
        print(changes)
        numstat = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        for sort, one in sorted(counted(numstat).items()):
            print(f"  {sort:10} {one.files:4} files {one.added:+6} {-one.removed:+6}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
