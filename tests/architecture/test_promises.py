"""Each promise has a test and a planted defect in the gate, and the rule names which lacks one."""

from pathlib import Path

import pytest

from tests.architecture.rules.promises import PROMISES, findings_in
from tests.architecture.rules.source import ROOT, listed, python_files

TESTS = ROOT / "tests"
GATE = ("unit", "architecture", "properties", "integration", "acceptance", "e2e", "faults")
ALL = "".join(
    f'@pytest.mark.promise("{name}")\ndef test_{name}(): ...\n\n'
    f'@pytest.mark.promise("{name}", planted=True)\ndef test_control_{name}(): ...\n\n'
    for name in PROMISES
)
PROOFS = '@pytest.mark.proofs("long")\n'
TEST, CONTROL = '@pytest.mark.promise("P6")\n', '@pytest.mark.promise("P6", planted=True)\n'
NO_TEST = "P6 (tampering shows) has no test in the gate"
NO_DEFECT = "P6 (tampering shows) has no planted defect in the gate"


def found_in(folder: Path, source: str) -> list[str]:
    """What the rule says of a tree with one module."""
    (folder / "test_planted.py").write_text(f"import pytest\n{source}", encoding="utf-8")
    return [finding.what for finding in findings_in(python_files(folder))]


def test_each_promise_has_a_test_and_a_planted_defect_in_the_gate() -> None:
    findings = findings_in(python_files(*(TESTS / kind for kind in GATE)))
    assert not findings, listed(findings)


def test_control_a_tree_that_has_them_all_has_no_finding(tmp_path: Path) -> None:
    assert found_in(tmp_path, ALL) == []


def test_control_a_promise_that_lacks_one_is_named(tmp_path: Path) -> None:
    assert found_in(tmp_path, ALL.replace(TEST, "")) == [NO_TEST]
    assert found_in(tmp_path, ALL.replace(CONTROL, "")) == [NO_DEFECT]
    assert len(found_in(tmp_path, "")) == 2 * len(PROMISES)


@pytest.mark.parametrize("one", [TEST, CONTROL])
@pytest.mark.parametrize("order", ["{proofs}{one}", "{one}{proofs}"])
def test_control_what_is_marked_proofs_does_not_count(tmp_path: Path, one: str, order: str) -> None:
    out = ALL.replace(one, order.format(one=one, proofs=PROOFS))
    assert found_in(tmp_path, out) == [NO_TEST if one is TEST else NO_DEFECT]


@pytest.mark.parametrize(
    "whole", ["pytestmark = {0}\n", "pytestmark = [{0}]\n", "pytestmark: object = {0}\n"]
)
def test_control_nor_does_what_a_file_marks_as_a_whole(tmp_path: Path, whole: str) -> None:
    rest = ALL.replace(TEST, "").replace(CONTROL, "")
    (tmp_path / "test_rest.py").write_text(f"import pytest\n{rest}", encoding="utf-8")
    marked = whole.format('pytest.mark.proofs("long")')
    theirs = f"{TEST}def test_it(): ...\n\n{CONTROL}def test_control(): ...\n"
    assert found_in(tmp_path, theirs) == []
    assert found_in(tmp_path, marked + theirs) == [NO_TEST, NO_DEFECT]


def test_control_nor_does_a_class_of_proofs(tmp_path: Path) -> None:
    within = f"class TestIt:\n    {TEST}    def test_it(self): ...\n"
    others = ALL.replace(TEST, "")
    assert found_in(tmp_path, others + within) == []
    assert found_in(tmp_path, others + PROOFS + within) == [NO_TEST]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('@pytest.mark.promise("P13")\ndef test_it(): ...', "there is no promise P13"),
        ('@pytest.mark.promise("p6")\ndef test_it(): ...', "there is no promise p6"),
        ("@pytest.mark.promise(NAME)\ndef test_it(): ...", "write promise("),
        ('@pytest.mark.promise("P6", planted=False)\ndef test_it(): ...', "write promise("),
        ("@pytest.mark.promise\ndef test_it(): ...", "write promise("),
        ('@pytest.mark.promise("P6")\ndef helper(): ...', "on a test function alone"),
        ('pytestmark = pytest.mark.promise("P6")', "on a test function alone"),
    ],
)
def test_control_a_marker_that_means_nothing_is_found(
    tmp_path: Path, source: str, what: str
) -> None:
    (finding,) = found_in(tmp_path, f"{ALL}{source}\n")
    assert what in finding
