"""Controls: a test that skips itself, or lies in no kind's folder, makes the run red."""

from pathlib import Path

import pytest

from tests import conftest

SOUND = """
def test_sound(request):
    assert request.node.get_closest_marker("unit")
"""
SKIPPED = """
import pytest

def test_skips_itself():
    pytest.skip("later")

@pytest.mark.skip
def test_is_marked():
    pass

@pytest.mark.skipif(True, reason="here")
def test_is_marked_with_a_condition():
    pass

@pytest.mark.xfail
def test_is_expected_to_fail():
    assert False

@pytest.mark.xfail
def test_was_expected_to_fail():
    pass
"""


def run(pytester: pytest.Pytester, module: str, body: str) -> pytest.RunResult:
    pytester.makeconftest(Path(conftest.__file__).read_text(encoding="utf-8"))
    path = pytester.path / module
    path.parent.mkdir()
    path.write_text(body, encoding="utf-8")
    return pytester.runpytest_inprocess("-p", "no:cacheprovider")


def test_a_test_that_does_not_run_fails_and_a_sound_one_passes(pytester: pytest.Pytester) -> None:
    run(pytester, "unit/test_planted.py", SOUND + SKIPPED).assert_outcomes(
        passed=1, failed=3, errors=2
    )


def test_a_module_that_skips_itself_fails(pytester: pytest.Pytester) -> None:
    result = run(
        pytester, "unit/test_planted.py", "import pytest\npytest.importorskip('no_such_module')\n"
    )
    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*never skipped*"])


def test_a_test_outside_the_folders_stops_the_run(pytester: pytest.Pytester) -> None:
    result = run(pytester, "misc/test_planted.py", SOUND)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
