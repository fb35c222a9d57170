"""A statement stands whole; what has a name is shared by several."""

from pathlib import Path

import pytest

from tests.architecture.rules import statements as rule
from tests.architecture.rules.source import listed, modules

WRITTEN = {name: path for name, path in modules() if ".migrations." not in name}


def test_no_part_belongs_to_one_statement() -> None:
    findings = list(rule.lonely(WRITTEN))
    assert not findings, listed(findings)


def test_parts_go_into_a_statement_by_name() -> None:
    findings = [each for path in WRITTEN.values() for each in rule.joined(path)]
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    "planted",
    [
        'sql(f"SELECT 1 {_P}")',
        'query(int, "SELECT 1 " + _P)',
        'statements.nullable(int, _P + " LIMIT 1")',
        'sql("SELECT 1 {p}", sqlite=_P + " LIMIT 1", p=_P)',
        'query(int, f"SELECT {named(_P)}")',
    ],
)
def test_control_a_statement_that_is_put_together_is_found(tmp_path: Path, planted: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(f'A = {planted}\nB = query(int, "SELECT 1 {{p}}", p=named(_P))\n')
    assert [each.where for each in rule.joined(path)] == ["planted.py:1"]


def test_no_statement_is_changed_once_it_is_written() -> None:
    findings = [each for path in WRITTEN.values() for each in rule.replaced(path)]
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    "planted",
    [
        'A = sql("SELECT {p}", p=_P)',
        'A = query(int, "SELECT 1 " + _P)',
        'A = sql(f"SELECT 1 {_P}")',
        '_Q = f"EXISTS (SELECT 1 {_P})"\nA = sql(_Q)\nB = sql("SELECT 1 WHERE" + _Q)',
    ],
)
def test_control_a_part_of_one_statement_is_found(tmp_path: Path, planted: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(f'_P = "FROM person WHERE id = ?"\n{planted}\n')
    assert [each.where for each in rule.lonely({"planted": path})] == ["planted.py:1"]


def test_control_a_part_of_two_is_not_found(tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    path.write_text('_P = "FROM person"\nA = sql("SELECT 1 " + _P)\nB = sql("SELECT {p}", p=_P)\n')
    other = tmp_path / "other.py"
    other.write_text('Q = "FROM person"\nA = sql("SELECT {q}", q=Q)\n')
    user = tmp_path / "user.py"
    user.write_text('from a.other import Q\n\nA = sql("SELECT 2 {q}", q=Q)\n')
    assert not list(rule.lonely({"planted": path, "a.other": other, "user": user}))


@pytest.mark.parametrize(
    "planted", ['A = "SELECT 1 FROM b".replace("b", "c")', 'A = "FROM b"\nB = A.replace("b", "c")']
)
def test_control_a_replaced_text_is_found(tmp_path: Path, planted: str) -> None:
    path = tmp_path / "planted.py"
    path.write_text(planted + '\nC = "a_b".replace("_", "-")\n')
    assert len(list(rule.replaced(path))) == 1
