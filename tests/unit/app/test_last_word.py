"""The last line of a server that ends names the damaged file and says what to do."""

import json
from io import StringIO

import pytest

from onrecord.app.ending import Ending
from onrecord.core.archiving.finding import KEEP, Finding
from onrecord.observability.logs import make_log
from onrecord_archive.format.errors import Corrupt, NotVerified, SyncFailed

BLOB = "blobs/0a/" + "0a" * 32


@pytest.mark.parametrize(
    ("error", "place"),
    [
        (Corrupt("a file is missing", file=BLOB, index=7), {"path": BLOB, "archive_index": 7}),
        (Corrupt("a frame", file="tails/1", index=0), {"path": "tails/1", "archive_index": 0}),
        (
            NotVerified("root", "another root", file="checkpoints"),
            {"path": "checkpoints", "archive_index": None},
        ),
        (Corrupt("nobody knows where"), {"path": "", "archive_index": None}),
    ],
)
def test_damage_is_logged_with_its_file_and_what_to_do(
    error: Exception, place: dict[str, object]
) -> None:
    line = told(error)
    assert {name: line[name] for name in place} == place
    assert line["reason"] == KEEP
    assert line["code"] == "archive_corrupt"


@pytest.mark.parametrize("error", [SyncFailed(), Finding("rows differ"), ValueError("a text")])
def test_what_names_no_file_is_logged_without_one(error: Exception) -> None:
    assert not {"path", "archive_index", "reason"} & set(told(error))


def told(error: Exception) -> dict[str, object]:
    """Return the one line that is logged."""
    stream, ending = StringIO(), Ending()
    ending.fail(error)
    dropped: list[str] = []
    ending.told(make_log(stream, level="info", dropped=dropped.append))
    assert dropped == []
    (line,) = stream.getvalue().splitlines()
    found: dict[str, object] = json.loads(line)
    return found
