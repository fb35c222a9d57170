"""Log, readiness, metric and composer say the same, whatever is wrong (conditions.py)."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from onrecord.core.archiving import archiver, integration
from onrecord.core.archiving.archiver import (
    ARCHIVE_DOWN,
    DATABASE_DOWN,
    STANDBY_DOWN,
    STOPPED,
    STORAGE_FULL,
)
from onrecord.core.archiving.log import SealedLog
from onrecord.core.domain.conditions import CONDITIONS, Effect, closes
from onrecord.core.failures import ConnectionLost, StandbyLost, StorageFull, StoreFailed
from onrecord.http.internal.application import Check, Readiness, Remark
from onrecord_archive.format.errors import WriteFailed
from tests.integration.core import works as rig
from tests.integration.core.works import Running, Works
from tests.rig.patience import SECONDS as PATIENCE

OFTEN = 2.0**-6
"""Seconds, exact in microseconds: how often threads look and recover here."""
FEW = 0.4
"""Seconds in which each of them has looked often."""
LONG = 10_000
"""So many failures last until they are taken away."""
ARCHIVE, AWAY, CHANGED = "archive", "key store away", "key store damaged"
DATABASE: dict[str, StoreFailed] = {
    "full": StorageFull("There is no room.", retry_after=2.0),
    "gone": ConnectionLost(),
    "standby": StandbyLost(),
}
WRONG = [
    *([one] for one in (ARCHIVE, AWAY, CHANGED, *DATABASE)),
    *(list(both) for both in combinations((ARCHIVE, CHANGED, "full"), 2)),
    [ARCHIVE, AWAY, "gone"],
    [ARCHIVE, CHANGED, "full"],
]


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every thread look all the time."""
    monkeypatch.setattr(archiver, "LOOK_SECONDS", OFTEN)
    monkeypatch.setattr(archiver, "RECOVER_SECONDS", OFTEN)
    monkeypatch.setattr(integration, "INTEGRATE_SECONDS", OFTEN)


class Wrong:
    """Breaks parts of the works, and mends them again."""

    def __init__(self, works: Works) -> None:
        self._works = works
        self._keys = works.folder.with_name("keys.db")
        self._whole = b""

    def begin(self, parts: Collection[str]) -> None:
        """Break these parts."""
        failures = [failure for name, failure in DATABASE.items() if name in parts]
        self._works.store.proofs = [*failures] * LONG
        for failure in failures:
            self._works.store._database.trouble = failure
        if ARCHIVE in parts:
            self._works.archive.looks = [WriteFailed("no room")] * LONG
            self._works.archive.proofs = [WriteFailed("no room")] * LONG
        if AWAY in parts:
            self._keys.rename(self._aside)
        if CHANGED in parts:
            self._whole = self._keys.read_bytes()
            overwrite(self._keys, len(self._whole) * b"?")
        self._works.clock.at += timedelta(seconds=OFTEN)

    def end(self) -> None:
        """Mend everything."""
        works = self._works
        works.store.proofs = works.archive.looks = works.archive.proofs = []
        works.store._database.trouble = None
        if self._aside.exists():
            self._aside.rename(self._keys)
        if self._whole:
            overwrite(self._keys, self._whole)

    @property
    def _aside(self) -> Path:
        return self._keys.with_suffix(".away")


def overwrite(path: Path, data: bytes) -> None:
    """Change a file's bytes; it is never empty."""
    with path.open("r+b") as file:
        file.write(data)


def remarks() -> Iterator[tuple[str, Check]]:
    """A check for each condition that closes nothing."""
    for code, effect in CONDITIONS.items():
        if effect is not Effect.CLOSES:

            async def check(code: str = code) -> None:
                raise Remark(code)

            yield code, check


def told(works: Works) -> float | None:
    """What the metric says."""
    return works.metrics.registry.get_sample_value("onrecord_recording")


async def agree(works: Works, running: Running, checks: dict[str, Check]) -> None:
    """Require that all say the same, whatever else is remarked on."""
    report = await Readiness(checks, running.archiver.closed).report()
    refusal = running.archiver.closed()
    stopped = [line for line in works.lines.written if line[0].startswith("recording_")][-1:]
    if refusal is None:
        assert (report.status, told(works)) == ("ready", 1)
        assert report.checks == {**{code: f"ok ({code})" for code in checks}, "archive": "ok"}
        assert works.heard.recordings[-1:] in ([], [None])
        assert stopped in ([], [("recording_resumed", None)])
    else:
        assert closes(refusal.code)
        assert (report.status, told(works)) == ("not ready", 0)
        assert report.checks["archive"] == refusal.code
        assert all(report.checks[code] == f"ok ({code})" for code in checks)
        assert works.heard.recordings[-1] is refusal
        assert stopped == [("recording_stopped", refusal.code)]
        assert await running.say() is refusal


async def come_to_agree(works: Works, running: Running, checks: dict[str, Check]) -> None:
    """Wait until all say the same: each thread looks when it is its turn."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return await agree(works, running, checks)
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(OFTEN)


def play(works: Works, story: Callable[[Running], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with works.running() as running:
            await story(running)

    asyncio.run(whole())


@pytest.mark.parametrize("parts", WRONG, ids="+".join)
def test_all_say_the_same(works: Works, parts: list[str]) -> None:
    wrong, checks = Wrong(works), dict(remarks())

    async def story(running: Running) -> None:
        await come_to_agree(works, running, checks)
        wrong.begin(parts)
        await running.until(lambda: works.heard.recordings[-1:] not in ([], [None]))
        await asyncio.sleep(FEW / 4)
        await come_to_agree(works, running, checks)
        wrong.end()
        await running.until(lambda: works.heard.recordings[-1] is None)
        await come_to_agree(works, running, checks)

    play(works, story)
    assert works.heard.failures == []


def test_control_a_store_at_which_nobody_looks_is_not_noticed(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SealedLog, "look", lambda self: None)
    monkeypatch.setattr(rig, "PATIENCE", FEW)
    wrong = Wrong(works)

    async def story(running: Running) -> None:
        wrong.begin([CHANGED])
        with pytest.raises(TimeoutError):
            await running.until(lambda: works.heard.recordings != [])
        wrong.end()

    play(works, story)


@pytest.mark.parametrize("defect", ["metric", "readiness"])
def test_control_what_does_not_ask_whether_it_is_closed_is_noticed(
    works: Works, monkeypatch: pytest.MonkeyPatch, defect: str
) -> None:
    async def story(running: Running) -> None:
        if defect == "metric":
            works.metrics.recording.set_function(lambda: 1.0)
        else:
            monkeypatch.setattr(running.archiver, "closed", lambda: None)
        wrong.begin([ARCHIVE])
        await running.until(lambda: works.heard.recordings != [])
        with pytest.raises(AssertionError):
            await agree(works, running, {})
        wrong.end()

    wrong = Wrong(works)
    play(works, story)


def test_what_recording_closes_for_is_declared() -> None:
    causes = (ARCHIVE_DOWN, DATABASE_DOWN, STANDBY_DOWN, STORAGE_FULL, STOPPED)
    assert all(closes(cause.code) for cause in causes)
    assert not closes("never heard of")
