"""The archive's own distribution says what the server's says, and needs less (dependencies.md)."""

from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder
from hatchling.metadata.core import ProjectMetadata

from tests.architecture.rules.source import ROOT

ALONE = ROOT / "archive_hooks"
AUDITORS = {"cryptography", "msgspec", "rfc8785"}


def built(folder: Path) -> ProjectMetadata[Any]:
    """Return what a distribution says once it is built."""
    return WheelBuilder(str(folder)).metadata


def unlike(whole: ProjectMetadata[Any], alone: ProjectMetadata[Any]) -> list[str]:
    """Return what the second says otherwise than the first."""
    found = [need for need in alone.core.dependencies if need not in whole.core.dependencies]
    said = [
        (one.version, one.core.requires_python, one.core.optional_dependencies)
        for one in (whole, alone)
    ]
    if said[0] != said[1]:
        found.append("the version, the Python or the extras")
    if whole.core.entry_points != alone.core.entry_points:
        found.append("the hooks")
    return found


def test_both_distributions_say_the_same() -> None:
    assert unlike(built(ROOT), built(ALONE)) == []


def test_an_auditor_installs_three_packages() -> None:
    names = {need.partition(">=")[0] for need in built(ALONE).core.dependencies}
    assert names == AUDITORS


@pytest.mark.parametrize(
    ("file", "own", "other", "named"),
    [
        ("archive_hooks/pyproject.toml", '"msgspec>=0.22"', '"msgspec>=0.1"', "msgspec>=0.1"),
        ("pyproject.toml", "\nsiem = ", "\nother = ", "the hooks"),
        ("pyproject.toml", "boto3>=1", "boto3>=0", "the version, the Python or the extras"),
    ],
)
def test_control_what_differs_is_named(
    tmp_path: Path, file: str, own: str, other: str, named: str
) -> None:
    copytree(ALONE, tmp_path / ALONE.name, ignore=ignore_patterns("onrecord_archive"))
    copy(ROOT / "pyproject.toml", tmp_path)
    planted = (tmp_path / file).read_text(encoding="utf-8").replace(own, other)
    (tmp_path / file).write_text(planted, encoding="utf-8")
    assert unlike(built(ROOT), built(tmp_path / ALONE.name)) == [named]
