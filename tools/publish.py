"""Adds what is made today to what was published: `make publish`, before a commit that changes it.

    python tools/publish.py words      the catalogue of pages, under its SHA-256
    python tools/publish.py made       then what follows from it: the schema, the copy's pages

What the last commit has stays, so that what was tried before this commit is not published.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from onrecord_archive.proof_package.bundle_manifest import encode_schema
from onrecord_archive.proof_package.copy_page import verify_page
from tools.words_copies import CATALOGUES, REPOSITORY, published_text

FILE: Final = REPOSITORY / "archive_hooks" / "onrecord_archive" / "format" / "published.json"


def words() -> None:
    """Write today's catalogue, and name it as the newest."""
    data, known = published_text().encode(), committed()
    catalogues = added(known["catalogues"], data)
    folder = CATALOGUES / "published"
    (folder / f"{catalogues[-1]}.json").write_bytes(data)
    for file in folder.glob("*.json"):
        if file.stem not in catalogues:
            file.unlink()
    write(known | {"catalogues": catalogues})


def made() -> None:
    """Name the schema and the pages of today as the newest."""
    known, now = committed(), json.loads(FILE.read_text(encoding="utf-8"))
    pages = {
        language: added(before, verify_page(language))
        for language, before in known["pages"].items()
    }
    write(now | {"schemas": added(known["schemas"], encode_schema()), "pages": pages})


def committed() -> dict[str, Any]:
    """Return what the last commit has."""
    command = ("git", "show", f"HEAD:{FILE.relative_to(REPOSITORY)}")
    done = subprocess.run(command, check=True, capture_output=True, cwd=REPOSITORY)
    known: dict[str, Any] = json.loads(done.stdout)
    return known


def added(known: Sequence[str], data: bytes) -> list[str]:
    """Return the hashes with that of *data* as the newest."""
    name = sha256(data).hexdigest()
    return [*known] if known[-1] == name else [*known, name]


def write(published: dict[str, Any]) -> None:
    """Write the file."""
    FILE.write_text(json.dumps(published, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    {"words": words, "made": made}[sys.argv[1]]()
