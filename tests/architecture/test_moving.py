"""What is still in its old place is listed, and the list only gets shorter (decisions/house.md)."""

from collections.abc import Iterable
from pathlib import Path

from tests.architecture.rules.source import PACKAGES, ROOT, Finding, listed, python_files

LIST = Path(__file__).with_name("moving.txt")
PLACES = {
    "onrecord": {
        *("app", "cli", "core", "database", "demo", "features", "http", "observability"),
        *("protocol", "ws", "__init__.py"),
    },
    "onrecord_archive": {
        *("catalogues", "events", "format", "proof_package", "reader", "sinks", "testing"),
        *("transcript", "verify", "writer"),
        *("__init__.py", "__main__.py", "contract.py", "registry.py"),
        "verify_bundle.py",
    },
}
"""Where a module of each package stays."""


def in_old_places() -> set[str]:
    """The paths of all modules that are not where they stay."""
    return {
        str(path.relative_to(ROOT))
        for name, folder in PACKAGES.items()
        for path in python_files(folder)
        if path.relative_to(folder).parts[0] not in PLACES[name]
    }


def findings(names: Iterable[str], found: set[str]) -> list[Finding]:
    """What is listed and gone, and what is in an old place and not listed."""
    named = set(names)
    gone = [Finding(path, "is not there any more: take its line away") for path in named - found]
    new = [Finding(path, "is new in an old place: put it where it stays") for path in found - named]
    return sorted([*gone, *new], key=str)


def test_whatever_is_in_an_old_place_was_there_before() -> None:
    found = findings(LIST.read_text(encoding="utf-8").splitlines(), in_old_places())
    assert not found, listed(found)


def test_control_what_is_new_or_gone_is_noticed() -> None:
    found = findings(["server/onrecord/novel/a.py"], {"server/onrecord/novel/b.py"})
    assert [(one.where[-4:], one.what.partition(":")[0]) for one in found] == [
        ("a.py", "is not there any more"),
        ("b.py", "is new in an old place"),
    ]
