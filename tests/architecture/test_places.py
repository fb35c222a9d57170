"""Each module is where it stays (decisions/house.md)."""

from tests.architecture.rules.source import PACKAGES, Finding, listed, name_of, python_files

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


def misplaced(name: str, parts: tuple[str, ...]) -> bool:
    """Whether a module of a package lies where none stays."""
    return parts[0] not in PLACES[name]


def test_each_module_is_where_it_stays() -> None:
    findings = [
        Finding(name_of(path), "put it where it stays (DESIGN 10)")
        for name, folder in PACKAGES.items()
        for path in python_files(folder)
        if misplaced(name, path.relative_to(folder).parts)
    ]
    assert not findings, listed(findings)


def test_control_a_module_elsewhere_is_found() -> None:
    assert misplaced("onrecord", ("identity", "people.py"))
    assert misplaced("onrecord_archive", ("leaf.py",))
    assert not misplaced("onrecord_archive", ("format", "leaf.py"))
