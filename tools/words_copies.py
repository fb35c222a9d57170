"""Writes what follows from words.json, where each sentence of a page or an event is written once.

The client's copy has what its screens say of events; `make reference` writes it, and a test holds
the file to what this makes. What is said of pages is published by tools/publish.py.
"""

import json
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).parents[1]
CATALOGUES: Final = REPOSITORY / "archive_hooks" / "onrecord_archive" / "catalogues"
WORDS: Final = CATALOGUES / "words.json"
CLIENT: Final = REPOSITORY / "client_web" / "src" / "locales" / "events.gen.json"
SCREENS: Final = ("event.", "preview.", "console.")
"""How the ids begin of what the client alone says; all else is said on pages."""
Entries = dict[str, dict[str, Any]]


def written(file: Path = WORDS) -> Entries:
    """Return what is written, in its order."""
    entries: Entries = json.loads(file.read_text(encoding="utf-8"))
    return entries


def client_text(file: Path = WORDS) -> str:
    """Return events.gen.json: id -> the message in each language."""
    said = {
        id: {language: entry[language] for language in ("en", "pl")}
        for id, entry in written(file).items()
        if id.startswith(SCREENS)
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def published_text(file: Path = WORDS) -> str:
    """Return the words of pages as they are published."""
    said = {id: entry for id, entry in written(file).items() if not id.startswith(SCREENS)}
    return "{\n" + ",\n".join(_entry(id, entry) for id, entry in said.items()) + "\n}\n"


def _entry(id: str, entry: dict[str, Any]) -> str:
    members = (f"    {_quoted(name)}: {_quoted(value)}" for name, value in entry.items())
    return f"  {_quoted(id)}: {{\n" + ",\n".join(members) + "\n  }"


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    CLIENT.write_text(client_text(), encoding="utf-8")
