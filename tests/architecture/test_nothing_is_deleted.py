"""No statement deletes a user, a conversation or a message, nor what is on the record of them.

A rebuild alone clears what it makes again from the record (core/store/rebuild.py).
"""

import re
from pathlib import Path

import pytest

from tests.architecture.rules.source import PACKAGES, Finding, listed, name_of, python_files

KEPT = frozenset(
    {"person", "account", "stream", "conversation", "journal", "journal_body", "archived",
     "timeline", "stored_file"}
)  # fmt: skip
DELETES = re.compile(
    r"\b(?:DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|DROP\s+TABLE)\s+([a-z_]+|\{table\})"
)
STORE = PACKAGES["onrecord"] / "core" / "store"
OF_A_TABLE_BY_NAME = {STORE / "rebuild.py", STORE / "stubs.py"}
"""The second takes members out of conversations that are closed, until their bodies are back."""


def deletions(path: Path) -> list[Finding]:
    """Each statement in a file that deletes what stays, or of a table that it does not name."""
    found = DELETES.findall(path.read_text(encoding="utf-8"))
    named = set() if path in OF_A_TABLE_BY_NAME else {"{table}"}
    return [Finding(name_of(path), f"deletes {table}") for table in found if table in KEPT | named]


@pytest.mark.promise("P10")
def test_no_statement_deletes_what_stays() -> None:
    migrations = PACKAGES["onrecord"] / "database" / "migrations"
    paths = [path for path in python_files(PACKAGES["onrecord"]) if migrations not in path.parents]
    findings = [finding for path in paths for finding in deletions(path)]
    assert not findings, listed(findings)


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM person WHERE id = ?", "DELETE\n    FROM timeline", "DELETE FROM {table}"],
)
@pytest.mark.promise("P10", planted=True)
def test_control_a_statement_that_does_is_found(tmp_path: Path, statement: str) -> None:
    (tmp_path / "leaver_store.py").write_text(f'FORGET = sql("""{statement}""")')
    assert len(deletions(tmp_path / "leaver_store.py")) == 1
