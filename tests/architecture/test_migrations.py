"""Two steps of the schema that were written side by side are not taken for one after the other."""

from pathlib import Path

import pytest

from tests.architecture.rules.migrations import STEPS, chain
from tests.architecture.rules.source import PACKAGES, listed

FOLDER = PACKAGES["onrecord"].parent / STEPS


def test_the_steps_form_one_chain() -> None:
    steps = list(FOLDER.glob("[0-9]*.py"))
    assert steps
    findings = list(chain(steps))
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    ("name", "revision", "down", "what"),
    [
        ("0003_c.py", "0003", "0001", "follows 0001, not 0002"),
        ("0003_c.py", "0004", "0002", "its revision is 0004"),
        ("0002_c.py", "0002", "0001", "there is 0002 before it"),
        ("0004_c.py", "0004", "0002", "there is 0002 before it"),
    ],
)
def test_a_step_out_of_the_chain_is_found(
    tmp_path: Path, name: str, revision: str, down: str, what: str
) -> None:
    steps = [
        write(tmp_path, "0001_a.py", "0001", None),
        write(tmp_path, "0002_b.py", "0002", "0001"),
    ]
    assert list(chain(steps)) == []
    steps.append(write(tmp_path, name, revision, down))
    assert [(each.where, each.what) for each in chain(steps)] == [(name, what)]


def test_a_first_step_that_follows_one_which_is_gone_is_found(tmp_path: Path) -> None:
    first = write(tmp_path, "0050_a.py", "0050", "0049")
    second = write(tmp_path, "0051_b.py", "0051", "0050")
    assert [each.what for each in chain([first, second])] == ["follows 0049, not None"]
    write(tmp_path, "0050_a.py", "0050", None)
    assert list(chain([first, second])) == []


def write(folder: Path, name: str, revision: str, down: str | None) -> Path:
    path = folder / name
    path.write_text(f"revision = {revision!r}\ndown_revision = {down!r}\n", encoding="utf-8")
    return path
