"""Whatever ends a server is one line and one code: in each part that runs beside the listeners."""

import asyncio
import json
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest

from onrecord.app import serve as composed
from onrecord.app.ending import Background, Ending, judged, named, one_of
from onrecord.core.archiving.finding import Finding
from onrecord.core.domain.errors import (
    Damaged,
    Fatal,
    NotNow,
    OnRecordError,
    Refusal,
    RefuseToStart,
    Unavailable,
)
from onrecord.core.failures import ConnectionLost, RowRefused, StandbyLost, StorageFull
from onrecord.core.settled import Unsettled
from onrecord.core.threads import Threads
from onrecord_archive.contract import HookError
from onrecord_archive.format.errors import (
    ArchiveError,
    Corrupt,
    NotVerified,
    SyncFailed,
    WriteFailed,
)
from tests import rig
from tests.rig.installation import Installation, install
from tests.rig.patience import SECONDS as PATIENCE

P = ParamSpec("P")
T = TypeVar("T")
NOT_NOW, AGAIN, OPERATOR = 69, 75, 78
BUSY_SECONDS = 2.5
OFTEN = 10
STATIC = Path(rig.__file__).parent / "static"
End = tuple[Exception, int, str]
ENDS: list[End] = [
    (Damaged("a page"), OPERATOR, "database_damaged"),
    (Fatal("fenced"), AGAIN, "fatal"),
    (RefuseToStart("journal_behind_archive", "It is.", "Do."), OPERATOR, "journal_behind_archive"),
    (NotNow("address_in_use", "It is.", "Wait."), NOT_NOW, "address_in_use"),
    (Corrupt("a tile"), OPERATOR, "archive_corrupt"),
    (NotVerified("root", "another root"), OPERATOR, "archive_corrupt"),
    (Finding("rows differ"), OPERATOR, "audit_finding"),
    (SyncFailed(), AGAIN, "sync_failed"),
    (WriteFailed("no room"), AGAIN, "archive_unavailable"),
    (StorageFull("full", retry_after=1.0), AGAIN, "storage_full"),
    (ConnectionLost(), AGAIN, "database_unavailable"),
    (StandbyLost(), AGAIN, "database_standby_lost"),
    (Unavailable("database_busy", "Busy."), AGAIN, "database_busy"),
    (Refusal("not_there", "Not there."), AGAIN, "not_there"),
    (Unsettled(), AGAIN, "defect"),
    (RowRefused("a row"), AGAIN, "defect"),
    (HookError("away"), AGAIN, "defect"),
    (OSError(5, "input/output error"), AGAIN, "defect"),
    (ZeroDivisionError("what somebody wrote"), AGAIN, "defect"),
    (ExceptionGroup("two", [KeyError("x"), Damaged("a page")]), OPERATOR, "database_damaged"),
    (ExceptionGroup("one in one", [ExceptionGroup("", [SyncFailed()])]), AGAIN, "sync_failed"),
]
GROUPS = [end for end in ENDS if isinstance(end[0], ExceptionGroup)]
KINDS = {
    "operator": [end for end in ENDS if end[1] == OPERATOR and end not in GROUPS],
    "again": [end for end in ENDS if end[1] == AGAIN and end not in GROUPS],
    "group": GROUPS,
}
"""The errors by what the process leaves with, and those that are several."""


@pytest.mark.parametrize(("error", "status", "code"), ENDS, ids=lambda value: str(value)[:40])
def test_each_error_is_one_exit_code_and_one_code(error: Exception, status: int, code: str) -> None:
    assert judged(one_of(error)) == (status, code)
    assert isinstance(named(error), OnRecordError | ArchiveError)
    assert "somebody wrote" not in str(named(error))


@pytest.mark.parametrize(("error", "status", "code"), ENDS, ids=lambda value: str(value)[:40])
def test_what_runs_beside_the_listeners_ends_the_process_once(
    error: Exception, status: int, code: str
) -> None:
    ending, stopped = Ending(), asyncio.Event()
    ending.stop = stopped.set

    async def raising() -> None:
        raise error

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            await Background(group, ending).create_task(raising())
            await asyncio.wait_for(stopped.wait(), PATIENCE)

    asyncio.run(story())
    assert ending.error is not None
    assert judged(ending.error) == (status, code)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("bank"), ["anna"])


class Crowded(Background):
    """What it starts finds all readers busy; after a while they are free, and the server stops."""

    busy, refused = False, 0

    def __init__(self, tasks: asyncio.TaskGroup, ending: Ending) -> None:
        super().__init__(tasks, ending)
        Crowded.busy, Crowded.refused = True, 0
        self._free_later()

    def _free_later(self) -> None:
        asyncio.get_running_loop().call_later(BUSY_SECONDS, self._free)

    def _free(self) -> None:
        if Crowded.refused <= OFTEN:
            self._free_later()
            return
        Crowded.busy = False
        os.kill(os.getpid(), signal.SIGTERM)


class Planted(Background):
    """Lets the n-th part fail as soon as it runs; notes how many there are."""

    at, count = 0, 0
    error: Exception = Fatal("not planted")

    def create_task(self, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        number = Planted.count
        Planted.count += 1
        return super().create_task(_failing(work, Planted.error) if number == Planted.at else work)


async def _failing(work: Coroutine[Any, Any, object], error: Exception) -> None:
    work.close()
    await asyncio.sleep(0.1)
    raise error


def each_part_fails(
    made: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ends: Sequence[End],
) -> None:
    """Start a server for each of its parts, which fails by the next of the errors."""
    monkeypatch.setattr(composed, "Background", Planted)
    at, seen = 0, 1
    while at < seen:
        error, status, code = ends[at % len(ends)]
        Planted.at, Planted.count, Planted.error = at, 0, error
        assert asyncio.run(composed.serve(made.settings, static=STATIC)) == status
        said = capsys.readouterr().err
        lines = [json.loads(line) for line in said.splitlines()]
        ended = [line for line in lines if line["level"] == "error"]
        assert [(line["event"], line["code"], line["exit_code"]) for line in ended] == [
            ("stopped_by_failure", code, status)
        ]
        at, seen = at + 1, Planted.count
    assert seen > 15


@pytest.mark.parametrize("kind", KINDS)
def test_each_part_of_a_server_ends_it_with_one_line(
    made: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: str,
) -> None:
    each_part_fails(made, monkeypatch, capsys, KINDS[kind])


@pytest.mark.proofs("long")
@pytest.mark.parametrize("end", ENDS, ids=lambda end: str(end[0])[:40])
def test_each_error_in_each_part_of_a_server_ends_it_with_one_line(
    made: Installation,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    end: End,
) -> None:
    each_part_fails(made, monkeypatch, capsys, [end])


def test_no_part_of_a_server_ends_for_being_busy(
    made: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = Threads.__call__

    async def ask(self: Threads, function: Callable[P, T], *args: P.args, **kw: P.kwargs) -> T:
        if Crowded.busy:
            Crowded.refused += 1
            raise Unavailable("busy", "The service is busy.")
        return await answer(self, function, *args, **kw)

    monkeypatch.setattr(Threads, "__call__", ask)
    monkeypatch.setattr(composed, "Background", Crowded)
    assert asyncio.run(composed.serve(made.settings, static=STATIC)) == 0
    assert "stopped_by_failure" not in capsys.readouterr().err
