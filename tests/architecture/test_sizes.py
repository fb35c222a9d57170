"""Size limits, with what they measure printed."""

import ast

import pytest

from tests.architecture.rules.sizes import (
    COMPONENT_LINES,
    FUNCTION_LINES,
    MODULE_LINES,
    component_lengths,
    function_lengths,
    spread,
    too_long,
)
from tests.architecture.rules.source import (
    CLIENT,
    PACKAGES,
    PYTHON,
    ROOT,
    Finding,
    client_files,
    listed,
    name_of,
    parsed,
    python_files,
)

ONE_FILE_ON_PURPOSE = ROOT / "tests" / "second_verifier" / "verify.py"
"""An auditor reads the second verifier from top to bottom, and takes it along, as one file."""


def lines(text: str) -> int:
    return len(text.splitlines())


def test_no_module_is_longer_than_the_limit(capsys: pytest.CaptureFixture[str]) -> None:
    files = python_files(*PYTHON) + client_files(".ts", ".tsx")
    files = [path for path in files if not path.name.endswith(".gen.ts")]
    files.remove(ONE_FILE_ON_PURPOSE)
    lengths = {name_of(path): lines(path.read_text(encoding="utf-8")) for path in files}
    ours = [lengths[name_of(path)] for path in python_files(*PACKAGES.values())]
    with capsys.disabled():
        print(f"\nlines a module, median / p90 / most: {spread(filter(None, ours))}")
    findings = too_long("module", lengths, MODULE_LINES)
    assert not findings, listed(findings)


def test_no_function_is_longer_than_the_limit(capsys: pytest.CaptureFixture[str]) -> None:
    findings: list[Finding] = []
    ours: list[int] = []
    for path in python_files(*PYTHON):
        lengths = function_lengths(parsed(path))
        findings += too_long(name_of(path), lengths, FUNCTION_LINES)
        if not path.is_relative_to(PYTHON[-2]):
            ours += lengths.values()
    with capsys.disabled():
        print(f"\nlines a function, median / p90 / most: {spread(ours)}")
    assert not findings, listed(findings)


def test_no_component_is_longer_than_the_limit() -> None:
    findings: list[Finding] = []
    for path in client_files(".tsx"):
        if path.is_relative_to(CLIENT / "views"):
            lengths = component_lengths(path.read_text(encoding="utf-8"))
            findings += too_long(name_of(path), lengths, COMPONENT_LINES)
    assert not findings, listed(findings)


def over(lines_planted: dict[str, int], limit: int) -> int:
    return len(too_long("planted", lines_planted, limit))


def test_control_a_module_one_line_too_long_is_found() -> None:
    assert over({"as it may be": MODULE_LINES}, MODULE_LINES) == 0
    assert over({"longer": MODULE_LINES + 1}, MODULE_LINES) == 1


@pytest.mark.parametrize(("length", "found"), [(FUNCTION_LINES, 0), (FUNCTION_LINES + 1, 1)])
@pytest.mark.parametrize("head", ["def f(self):", "async def f(self):"])
def test_control_a_function_one_line_too_long_is_found(head: str, length: int, found: int) -> None:
    body = "        x = 1\n" * (length - 1)
    tree = ast.parse(f"class Planted:\n    @property\n    {head}\n{body}")
    assert over(function_lengths(tree), FUNCTION_LINES) == found


@pytest.mark.parametrize(("length", "found"), [(COMPONENT_LINES, 0), (COMPONENT_LINES + 1, 1)])
@pytest.mark.parametrize(
    ("head", "end"),
    [
        ("export function Planted({\n  name,\n}: PlantedProps) {\n", "}\n"),
        ("export default function Planted() {\n", "}\n"),
        ("export const Planted = memo(function Planted() {\n", "});\n"),
        ("const Planted = () => {\n", "};\n"),
    ],
)
def test_control_a_component_one_line_too_long_is_found(
    head: str, end: str, length: int, found: int
) -> None:
    body = "  x();\n" * (length - lines(head) - 1)
    assert over(component_lengths(head + body + end), COMPONENT_LINES) == found
