"""F5 on any file system: a name that is made is synced in its folder before anything is promised.

ext4 commits a new name with the next fsync of any file, so cutting the power there does not show
whether the folder was synced. What the log writer calls does.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from tests.faults.log_writer_runs import Ran, run_traced

BATCHES = 12
NAMING = re.compile(
    r"^\d+\.\d+ (?P<call>link|linkat|rename|renameat|renameat2|mkdir|mkdirat)\("
    r"(?P<rest>.*)\) = 0"
)
SYNCED = re.compile(r"^\d+\.\d+ f(?:data)?sync\(\d+<(?P<path>/[^>]*)>\) = 0")
QUOTED = re.compile(r'"([^"]*)"')
PROMISE = re.compile(r"^\d+\.\d+ writev\(1<[^>]*>, \[\{iov_base=\"(?:ack|signed) ")


def unsynced(trace: Sequence[str], below: Path) -> Iterator[str]:
    """Yield each name that was made below a folder, and promised upon before its folder was synced.

    What is in tmp/ is no part of the archive.
    """
    owed: dict[str, str] = {}
    for line in trace:
        if (named := NAMING.match(line)) is not None:
            path = PurePath(QUOTED.findall(named["rest"])[-1])
            if path.is_relative_to(below) and path.parent.name != "tmp":
                owed[str(path.parent)] = str(path)
        elif (synced := SYNCED.match(line)) is not None:
            owed.pop(synced["path"], None)
        elif PROMISE.match(line) is not None:
            yield from owed.values()
            owed.clear()


def traced(directory: Path, *defect: str) -> tuple[Ran, list[str]]:
    """Begin an archive and write to it; return the run, and the names without a synced folder."""
    ran = run_traced(directory, BATCHES, *defect)
    assert ran.status == 0, ran.errors
    return ran, list(unsynced(ran.trace, directory / "archive"))


def test_each_new_name_is_synced_in_its_folder_before_the_next_promise(tmp_path: Path) -> None:
    ran, names = traced(tmp_path)
    made = [line for line in ran.trace if NAMING.match(line)]
    assert len(made) > 8
    assert sum(PROMISE.match(line) is not None for line in ran.trace) > BATCHES
    assert names == []


def test_control_without_the_fsync_of_any_folder_each_is_missed(tmp_path: Path) -> None:
    _, names = traced(tmp_path, "nameless")
    folders = {os.path.relpath(PurePath(name).parent, tmp_path / "archive") for name in names}
    assert {"tails", "."} <= folders, names
