"""The Big List of Naughty Strings: what is known to break programs that take it for text."""

import json
from pathlib import Path

LIST = (
    Path(__file__)
    .parents[2]
    .joinpath("client_web", "node_modules", "big-list-of-naughty-strings", "blns.json")
)


def naughty_strings() -> list[str]:
    """Return them. Raises RuntimeError where the client's packages are not installed."""
    if not LIST.exists():
        raise RuntimeError(f"{LIST.name} is missing: cd client_web && npm ci")
    found: list[str] = json.loads(LIST.read_text(encoding="utf-8"))
    return found
