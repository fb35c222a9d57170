"""With its defaults the auditor rereads the last hour within 15 minutes, everything in 24 hours."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from onrecord.app.settings.model import Audit
from onrecord.core.archiving.audit_place import PlaceFile
from onrecord.core.archiving.auditor import AuditOptions, Auditor
from onrecord.core.archiving.block_audit import BlockAudit
from onrecord.core.archiving.key_audit import KeyAudit
from tests.integration.core.test_auditor import Rows
from tests.integration.rooted import at_once
from tests.unit.archive.building import Workshop

WITHIN = timedelta(minutes=15)
A_DAY = timedelta(hours=24)


class SwiftLoop(asyncio.SelectorEventLoop):
    """An event loop in which nobody waits: where it would, the time jumps."""

    def __init__(self) -> None:
        super().__init__()
        self._skipped = 0.0
        selector: Any = self._selector  # type: ignore[attr-defined]
        select = selector.select

        def skip(timeout: float | None = None) -> list[Any]:
            self._skipped += max(timeout or 0.0, 0.0)
            events: list[Any] = select(0)
            return events

        selector.select = skip

    def time(self) -> float:
        """Seconds, with those that nobody waited for."""
        return super().time() + self._skipped


class LoopClock:
    """The loop's time, as dates from a beginning on."""

    def __init__(self, loop: SwiftLoop, begin: datetime) -> None:
        self._loop, self._began, self._begin = loop, loop.time(), begin

    def now(self) -> datetime:
        return self._begin + timedelta(seconds=self._loop.time() - self._began)

    def monotonic(self) -> float:
        return self._loop.time()


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """Blocks from yesterday, and some of the last hour, one record a second."""
    built = Workshop(tmp_path)
    built.write(600)
    built.journal.now += A_DAY
    built.write(1200)
    built.log.integrate(built.log.size)
    yield built
    built.close()


def asked_within(workshop: Workshop, wait: timedelta, options: AuditOptions) -> set[int]:
    """The blocks that were reread so long after a start."""
    loop = SwiftLoop()
    rows = Rows(workshop.reader(), workshop.log.size)
    audit = Auditor(
        workshop.directory,
        policy=workshop.policy,
        blocks=BlockAudit(KeyAudit([store.path for store in workshop.stores], 0), rows),
        readers=at_once,
        clock=LoopClock(loop, workshop.journal.now),
        options=options,
        place=PlaceFile(workshop.root / "audit.json"),
    )
    found: list[Exception] = []

    async def audited() -> None:
        running = loop.create_task(audit.run(found.append))
        await asyncio.sleep(wait.total_seconds())
        running.cancel()
        await asyncio.wait([running])

    loop.run_until_complete(audited())
    loop.close()
    assert found == []
    return set(rows.asked)


def of_the_last_hour(workshop: Workshop) -> set[int]:
    """The blocks that hold a record of it: all but those from yesterday."""
    return {number for number in range(7) if number >= 600 // 256}


def test_the_last_hour_is_reread_within_15_minutes(workshop: Workshop) -> None:
    asked = asked_within(workshop, WITHIN, AuditOptions())
    assert asked >= of_the_last_hour(workshop)
    assert 0 not in asked, "that is left to the daily pass"


def test_everything_is_reread_within_a_day(workshop: Workshop) -> None:
    assert asked_within(workshop, A_DAY, AuditOptions()) >= set(range(7))


def test_control_a_pass_that_looks_back_a_minute_leaves_most_of_the_hour(
    workshop: Workshop,
) -> None:
    asked = asked_within(workshop, WITHIN, AuditOptions(recent=timedelta(minutes=1)))
    assert not asked >= of_the_last_hour(workshop)


def test_the_settings_defaults_are_the_auditors() -> None:
    chosen, options = Audit(), AuditOptions()
    assert timedelta(minutes=chosen.recent_minutes) == options.recent
    assert timedelta(minutes=chosen.every_minutes) == options.every
    assert timedelta(hours=chosen.whole_hours) == options.whole


@pytest.mark.parametrize(
    "slower", [{"recent_minutes": 59}, {"every_minutes": 16}, {"whole_hours": 25}]
)
def test_the_promised_times_cannot_be_set_away(slower: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Audit(**slower)
