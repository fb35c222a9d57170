"""Each module is where it stays, and each test with its feature (decisions/house.md)."""

from tests.architecture.rules.source import PACKAGES, ROOT, Finding, listed, name_of, python_files

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


KINDS = ("acceptance", "e2e", "faults", "integration", "properties", "unit")
BESIDE_FEATURES = frozenset(
    {
        *("app", "cli", "core", "database", "demo", "http", "observability", "protocol", "ws"),
        *("archive", "catalogues", "proof_package", "transcript", "client", "tools"),
    }
)
"""What tests are about that is no feature: packages, the client's screens, tools."""


def features() -> frozenset[str]:
    folder = PACKAGES["onrecord"] / "features"
    return BESIDE_FEATURES | {path.parent.name for path in folder.glob("*/__init__.py")}


def strange_folders(files: list[str], known: frozenset[str]) -> list[str]:
    """Tests below a kind that lie in no feature's folder, or deeper."""
    below = [file.split("/")[1:-1] for file in files]
    return [f for f, path in zip(files, below, strict=True) if len(path) > 1 or {*path} - known]


def test_each_test_is_with_its_feature() -> None:
    """What is about the whole stands in its kind's folder (tests/README.md)."""
    tests = ROOT / "tests"
    files = [str(path.relative_to(tests)) for path in python_files(*(tests / k for k in KINDS))]
    assert strange_folders(files, features()) == []


def test_control_a_test_in_no_features_folder_is_found() -> None:
    assert strange_folders(
        [
            "unit/test_a.py",
            "unit/chat/test_a.py",
            "unit/misc/test_a.py",
            "unit/chat/more/test_a.py",
        ],
        features(),
    ) == ["unit/misc/test_a.py", "unit/chat/more/test_a.py"]
