"""The import contracts of pyproject.toml hold, and each of them can be broken."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture.rules import contracts
from tests.architecture.rules.source import (
    PACKAGES,
    ROOT,
    Finding,
    listed,
    modules,
    name_of,
    parsed,
    python_files,
)
from tests.architecture.rules.syntax import imported

BrokenContracts = Callable[[Path], list[str]]
PURE = ("format", "events", "catalogues")
# The rows of onrecord_archive that stand on the pure ones, which import none of them.
ABOVE_PURE = frozenset(
    "writer reader verify proof_package transcript contract registry sinks testing".split()
)


@pytest.fixture(scope="module")
def broken_contracts() -> Iterator[BrokenContracts]:
    """Names the contracts that the packages below a folder break."""
    with subprocess.Popen(
        [sys.executable, contracts.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as linter:
        asked, told = linter.stdin, linter.stdout
        assert asked is not None
        assert told is not None

        def broken(folder: Path) -> list[str]:
            asked.write(f"{folder}\n".encode())
            asked.flush()
            found = json.loads(told.readline())
            assert isinstance(found, list), found
            return found

        yield broken


def impure_imports() -> list[Finding]:
    """Imports of a row above by a pure module of onrecord_archive."""
    return [
        Finding(f"{name_of(path)}:{line}", f"imports {name}")
        for path in python_files(*(PACKAGES["onrecord_archive"] / row for row in PURE))
        for line, name in imported(parsed(path))
        if name.startswith("onrecord_archive.") and name.split(".")[1] in ABOVE_PURE
    ]


def test_every_import_contract_holds(broken_contracts: BrokenContracts) -> None:
    assert broken_contracts(ROOT) == []


def folders_without_init(*tops: Path) -> list[Path]:
    """Folders of modules that are no package: the contracts would not see them."""
    folders = {path.parent for path in python_files(*tops)}
    return sorted(folder for folder in folders if not (folder / "__init__.py").exists())


def test_every_folder_of_modules_is_a_package_that_the_contracts_see() -> None:
    assert folders_without_init(*PACKAGES.values()) == []


def test_control_a_folder_that_is_no_package_is_found(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "__init__.py").touch()
    (tmp_path / "inner" / "module.py").touch()
    assert folders_without_init(tmp_path) == [tmp_path / "inner"]


SECOND_VERIFIER = ROOT / "tests" / "second_verifier"
MAY_IMPORT = frozenset({"rfc8785", "cryptography"}) | sys.stdlib_module_names


def foreign_imports(folder: Path) -> list[Finding]:
    """Imports in a folder of anything but the standard library and two published ones."""
    return [
        Finding(f"{name_of(path)}:{line}", f"imports {name}")
        for path in python_files(folder)
        for line, name in imported(parsed(path))
        if name.partition(".")[0] not in MAY_IMPORT
    ]


def test_the_second_verifier_is_one_file_that_imports_nothing_of_ours() -> None:
    assert [path.name for path in python_files(SECOND_VERIFIER)] == ["verify.py"]
    findings = foreign_imports(SECOND_VERIFIER)
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    "planted",
    [
        "import onrecord_archive.format.leaf",
        "def f():\n    from onrecord_archive import tree",
        "from onrecord.core.domain import ids",
        "from tests.rig import files",
        "import msgspec",
        "from . import more",
    ],
)
def test_control_an_import_of_ours_in_the_second_verifier_is_found(
    tmp_path: Path, planted: str
) -> None:
    (tmp_path / "verify.py").write_text(f"import json\nimport rfc8785\n{planted}\n")
    assert len({finding.where for finding in foreign_imports(tmp_path)}) == 1


def test_the_pure_modules_of_the_archive_import_none_of_its_rows() -> None:
    findings = impure_imports()
    assert not findings, listed(findings)


FLOORS = "A floor imports its own"
PLANTED = [
    ("onrecord/core/domain/x.py", "import onrecord.http", FLOORS),
    ("onrecord/core/domain/x.py", "def f():\n    from onrecord import cli", FLOORS),
    (
        "onrecord/core/journal/x.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from onrecord import features",
        FLOORS,
    ),
    ("onrecord/novel.py", "x = 1", FLOORS),
    ("onrecord/http/x.py", "from onrecord.app import settings", FLOORS),
    ("onrecord/features/x.py", "import onrecord.app", FLOORS),
    ("onrecord/features/x.py", "import onrecord.ws", FLOORS),
    ("onrecord/protocol/x.py", "import onrecord.features", FLOORS),
    (
        "onrecord/core/journal/x.py",
        "import onrecord.core.store",
        "The path of a message imports what is below it",
    ),
    ("onrecord/core/domain/x.py", "import onrecord.core.roles", "The path of a message"),
    ("onrecord/protocol/x.py", "import onrecord.core.journal", "The protocol knows values alone"),
    (
        "onrecord_archive/format/leaf.py",
        "import onrecord.core.domain",
        "onrecord_archive is usable alone",
    ),
    (
        "onrecord_archive/reader/x.py",
        "from onrecord_archive import writer",
        "The archive's writer and reader",
    ),
    (
        "onrecord_archive/writer/x.py",
        "from onrecord_archive import reader",
        "The archive's writer and reader",
    ),
    (
        "onrecord_archive/verify/x.py",
        "from onrecord_archive import writer",
        "The checkers share pure modules",
    ),
    (
        "onrecord_archive/proof_package/bundle_verifier.py",
        "from onrecord_archive.proof_package import bundle_writer",
        "The checkers share pure modules",
    ),
    (
        "onrecord_archive/proof_package/copy_verifier.py",
        "from onrecord_archive.proof_package import copy_writer",
        "The checkers share pure modules",
    ),
    ("onrecord/http/x.py", "import sqlalchemy.exc", "SQLAlchemy and the drivers stand in"),
    (
        "onrecord/protocol/ring.py",
        "def f():\n    import onrecord.protocol.seal",
        "Nothing imports in a ring",
    ),
]


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages of the same names, empty but for what they may import."""
    folder = tmp_path_factory.mktemp("skeleton")
    names = {name for name, path in modules() if path.name == "__init__.py"}
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in names:
        top = "server" if name.partition(".")[0] == "onrecord" else "archive_hooks"
        package = folder.joinpath(top, *name.split("."))
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
    onrecord, archive = folder / "server/onrecord", folder / "archive_hooks/onrecord_archive"
    (archive / "verify_bundle.py").touch()
    profiles = [f"{kind}_{part}" for kind in ("bundle", "copy") for part in ("writer", "verifier")]
    for module in ("writing", "verification", "again", *profiles):
        (archive / "proof_package" / f"{module}.py").touch()
    (onrecord / "database/engine.py").write_text("import sqlalchemy\nimport sqlcipher3\n")
    (onrecord / "app/serve.py").write_text("import onrecord.http, onrecord.database.engine\n")
    (onrecord / "protocol/ring.py").touch()
    (onrecord / "protocol/seal.py").write_text("import onrecord.protocol.ring\n")
    (archive / "format/leaf.py").touch()
    (archive / "verify/archive.py").write_text("import onrecord_archive.format.leaf\n")
    return folder


def test_control_a_sound_tree_breaks_no_contract(
    broken_contracts: BrokenContracts, skeleton: Path
) -> None:
    assert broken_contracts(skeleton) == []


@pytest.mark.parametrize(("module", "planted", "contract"), PLANTED)
def test_control_a_planted_import_breaks_its_contract(
    broken_contracts: BrokenContracts, skeleton: Path, module: str, planted: str, contract: str
) -> None:
    top = "server" if module.startswith("onrecord/") else "archive_hooks"
    path = skeleton / top / module
    before = path.read_text(encoding="utf-8") if path.exists() else None
    path.parent.mkdir(exist_ok=True)
    path.write_text(planted, encoding="utf-8")
    try:
        broken = broken_contracts(skeleton)
    finally:
        path.unlink() if before is None else path.write_text(before, encoding="utf-8")
    assert len(broken) == 1
    assert broken[0].startswith(contract)
