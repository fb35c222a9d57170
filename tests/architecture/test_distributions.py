"""The archive's own distribution says what the server's says, and needs less (dependencies.md)."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hatchling.builders.wheel import WheelBuilder

from tests.architecture.rules.source import ROOT

ALONE = ROOT / "archive_hooks"
AUDITORS = {"cryptography", "msgspec", "rfc8785"}
HOOKS = "onrecord.archive_hooks"


def declared(folder: Path) -> Mapping[str, Any]:
    """Return what a distribution declares."""
    project: Mapping[str, Any] = tomllib.loads(
        (folder / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    return project


def everything(project: Mapping[str, Any]) -> list[str]:
    """Return what a distribution needs with all its extras."""
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *(need for some in extras for need in some)]


def unlike(whole: Mapping[str, Any], alone: Mapping[str, Any]) -> list[str]:
    """Return what the second declares otherwise than the first."""
    found = [need for need in everything(alone) if need not in everything(whole)]
    if whole["entry-points"][HOOKS] != alone["entry-points"][HOOKS]:
        found.append("the hooks")
    if whole["requires-python"] != alone["requires-python"]:
        found.append("the Python")
    return found


def test_both_distributions_have_one_version() -> None:
    assert WheelBuilder(str(ALONE)).metadata.version == declared(ROOT)["version"]


def test_both_declare_the_same_hooks_and_bounds() -> None:
    assert unlike(declared(ROOT), declared(ALONE)) == []


def test_an_auditor_installs_three_packages() -> None:
    names = {need.partition(">=")[0] for need in declared(ALONE)["dependencies"]}
    assert names == AUDITORS


def test_control_what_differs_is_named() -> None:
    alone = {
        **declared(ALONE),
        "dependencies": ["msgspec>=0.1"],
        "entry-points": {HOOKS: {}},
        "requires-python": ">=3.9",
    }
    assert unlike(declared(ROOT), alone) == ["msgspec>=0.1", "the hooks", "the Python"]
