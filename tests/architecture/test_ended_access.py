"""What lets somebody in is ended in one place, and no statement takes an end back.

Every way that ends somebody's access calls `end_access` of features/people/store.py; what is named
here besides ends one thing of somebody, or everything of everybody.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.rules.source import PACKAGES, Finding, listed, name_of, python_files

PLACE = "people/store.py"
ENDS = re.compile(
    r"UPDATE\s+(account|session|api_token|person)\s+SET\s+"
    r"(epoch|password_hash = NULL|ended_at|revoked_at|active)"
    r"|DELETE\s+FROM\s+(passkey|client_device|sign_in_link)\s+WHERE\s+(person)"
)
BACK = re.compile(
    r"UPDATE\s+(session|api_token|invite)\s+SET[^\"]*(ended_at|revoked_at)\s*=\s*NULL"
)
ONE_OF_THEM = {
    ("sign_in/store.py", "session.ended_at"),
    ("sign_in/store.py", "api_token.revoked_at"),
    ("clients/passkey_store.py", "passkey.person"),
    ("clients/assurance_store.py", "client_device.person"),
}
"""A device, a token, a passkey."""
OF_EVERYBODY = {
    ("sign_in/restored_store.py", "account.epoch"),
    ("sign_in/restored_store.py", "session.ended_at"),
    ("sign_in/restored_store.py", "api_token.revoked_at"),
}
"""After an older database came back; the last is one token, whose revocation is done again."""


def findings(path: Path) -> Iterator[Finding]:
    """Each statement of a file that ends access elsewhere, or takes an end back."""
    text = path.read_text(encoding="utf-8")
    for match in ENDS.finditer(text):
        table, column = (each for each in match.groups() if each)
        what = f"{table}.{column.partition(' ')[0]}"
        if place(path) != PLACE and (place(path), what) not in ONE_OF_THEM | OF_EVERYBODY:
            yield Finding(name_of(path), f"ends {what}")
    for match in BACK.finditer(text):
        yield Finding(name_of(path), f"takes back {match[1]}.{match[2]}")


def place(path: Path) -> str:
    """Return the feature and the file."""
    return f"{path.parent.name}/{path.name}"


def sources() -> list[Path]:
    """Return the server's files but for its migrations."""
    folder = PACKAGES["onrecord"]
    paths = python_files(folder)
    return [path for path in paths if "migrations" not in path.relative_to(folder).parts]


@pytest.mark.promise("P10")
def test_access_ends_in_one_place() -> None:
    found = [finding for path in sources() for finding in findings(path)]
    assert not found, listed(found)


def test_each_exception_is_there() -> None:
    known = {(place(path), kind) for path in sources() for kind in kinds(path)}
    assert known >= ONE_OF_THEM | OF_EVERYBODY


def kinds(path: Path) -> Iterator[str]:
    for match in ENDS.finditer(path.read_text(encoding="utf-8")):
        table, column = (each for each in match.groups() if each)
        yield f"{table}.{column.partition(' ')[0]}"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE account SET epoch = epoch + 1 WHERE person = ?", "ends account.epoch"),
        ("UPDATE session SET ended_at = ? WHERE person = ?", "ends session.ended_at"),
        ("UPDATE person\n    SET active = 0 WHERE id = ?", "ends person.active"),
        ("DELETE FROM passkey WHERE person = ?", "ends passkey.person"),
        (
            "UPDATE api_token SET used_at = 0, revoked_at = NULL WHERE id = ?",
            "takes back api_token.revoked_at",
        ),
    ],
)
@pytest.mark.promise("P10", planted=True)
def test_control_a_statement_elsewhere_is_found(tmp_path: Path, statement: str, what: str) -> None:
    path = tmp_path / "leaver_store.py"
    path.write_text(f'END = sql("""{statement}""")', encoding="utf-8")
    assert [each.what for each in findings(path)] == [what]
