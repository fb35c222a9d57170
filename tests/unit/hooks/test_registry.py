"""Only hooks that settings name run; one that is unknown, failing or broken refuses the start."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from onrecord_archive.contract import Misconfigured
from onrecord_archive.registry import HookUnavailable, installed, open_hook
from onrecord_archive.sinks.replica.hook import Replica
from onrecord_archive.testing.log import SampleLog
from tests.unit.hooks.test_conformance_controls import Shelf, Sound


def sound(options: Mapping[str, str]) -> Sound:
    return Sound(Shelf(Sound))


def refuses(options: Mapping[str, str]) -> Sound:
    raise Misconfigured("the option url is missing")


def crashes(options: Mapping[str, str]) -> Sound:
    raise ZeroDivisionError


def gives_nothing(options: Mapping[str, str]) -> None:
    return None


NOT_CALLABLE = 5


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages, on the path."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def install(folder: Path, package: str, **points: str) -> None:
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    lines = "\n".join(f"{name} = {value}" for name, value in points.items())
    (info / "entry_points.txt").write_text(f"[onrecord.archive_hooks]\n{lines}\n")


HERE = "tests.unit.hooks.test_registry"


def test_a_named_hook_is_opened_and_the_others_are_left_alone(packages: Path) -> None:
    install(packages, "mine", good=f"{HERE}:sound", bad=f"{HERE}:crashes")
    assert isinstance(open_hook("copy", "good", {}), Sound)


def test_the_built_in_hooks_use_the_same_door(tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text(SampleLog().policy.encode())
    assert {"replica", "webhook"} <= set(installed())
    hook = open_hook("copy", "replica", {"path": str(tmp_path), "policy_file": str(policy)})
    assert isinstance(hook, Replica)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("unknown", "no hook of kind unknown is installed"),
        ("refuses", "the option url is missing"),
        ("crashes", "ZeroDivisionError"),
        ("gives_nothing", "NoneType is no hook"),
        ("NOT_CALLABLE", "is not callable"),
        ("no_such_name", "AttributeError"),
        ("no_such_module", "ModuleNotFoundError"),
        ("twice", "is installed twice"),
    ],
)
def test_a_hook_that_cannot_run_refuses_and_says_what_to_do(
    packages: Path, kind: str, says: str
) -> None:
    names = ("refuses", "crashes", "gives_nothing", "NOT_CALLABLE", "no_such_name")
    install(packages, "mine", **{name: f"{HERE}:{name}" for name in names})
    install(packages, "missing", no_such_module="no_such_module:hook")
    install(packages, "one", twice=f"{HERE}:sound")
    install(packages, "two", twice=f"{HERE}:refuses")
    with pytest.raises(HookUnavailable, match=says) as caught:
        open_hook("copy", kind, {})
    assert caught.value.hook == "copy"
    assert caught.value.diagnostics
