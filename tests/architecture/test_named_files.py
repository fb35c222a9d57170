"""Who is sent to a file by a docstring, a comment or a document finds it there."""

import pytest

from tests.architecture.rules.named_files import lost_names, names
from tests.architecture.rules.source import ROOT, Finding, listed, name_of, tracked_files

KINDS = (".py", ".ts", ".tsx", ".md")
THEN = "CHANGELOG.md"
"""What tells of the past may name what is no more."""
KNOWN = names(("server/onrecord/core/alone.py", "tests/unit/core/test_alone.py", "docs/roles.md"))


def test_each_file_that_is_named_is_there() -> None:
    files = {name_of(path): path for path in tracked_files()}
    findings, known = list[Finding](), names(files)
    for name, path in files.items():
        if path.suffix in KINDS and name != THEN:
            findings += lost_names(name, path.read_text(encoding="utf-8"), known)
    assert len(files) > 1000
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    ("where", "text", "line"),
    [
        ("server/a.py", '"""Holds (gone.py)."""', 1),
        ("server/a.py", "x = 1\n\n# core/gone.py does it", 3),
        ("server/a.py", 'A = 1\n"""One.\n\nAs store/alone.py has it.\n"""', 4),
        ("server/a.py", "# test_alone.py holds it", 1),
        ("client_web/src/a.ts", "const a = 1; // gone.ts", 1),
        ("client_web/src/a.tsx", "/** As gone.tsx\n * and gone.ts do. */", 1),
        ("docs/a.md", "One\n[of them](../docs/gone.md).", 2),
        ("tests/unit/a.py", "# unit/test_alone.py", 1),
    ],
)
def test_control_a_file_that_is_not_there_is_found(where: str, text: str, line: int) -> None:
    found = list(lost_names(where, text, KNOWN))
    assert [each.where for each in found][:1] == [f"{where}:{line}"]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("server/a.py", '"""As alone.py and core/alone.py; tests/unit/core/test_alone.py."""'),
        ("server/a.py", 'folder / "made.py"  # of https://example.org/gone.md'),
        ("tests/unit/a.py", "# test_alone.py, and nats.py"),
        ("docs/a.md", "`test_alone.py`, [roles](../docs/roles.md), `*_store.py`, `<kind>/a.py`"),
    ],
)
def test_control_what_is_there_or_is_no_file_of_ours_is_not(where: str, text: str) -> None:
    assert not list(lost_names(where, text, KNOWN))


def test_control_the_project_lacks_a_planted_one() -> None:
    files = {name_of(path) for path in tracked_files()}
    planted = (ROOT / "server" / "README.md").read_text(encoding="utf-8") + "\nSee `core/gone.py`."
    (found,) = lost_names("server/README.md", planted, names(files))
    assert "core/gone.py" in found.what
