"""Telling colleagues of a change takes nothing back of the change."""

import asyncio
import io
from threading import Event

from onrecord.app.house import ACCOUNTS
from onrecord.core.domain.clock import SystemClock
from onrecord.core.threads import Threads
from onrecord.features.chat.service import ReadStore
from onrecord.features.people.directory_told import DirectoryTold
from onrecord.observability.logs import make_log
from onrecord_archive.events.ids import PersonId
from tests.integration.rooted import (
    BANK,
    NoDatabase,
    NoRecord,
    recording_over,
    root_with,
    surroundings_of,
)


def test_where_nobody_can_be_told_the_change_is_done_all_the_same() -> None:
    lines = io.StringIO()

    async def story() -> None:
        readers, held = Threads(threads=1, waiting=0), Event()
        around = surroundings_of(SystemClock(), make_log(lines, level="info"))
        recording = recording_over(around, NoDatabase(), NoRecord(), readers)
        told = root_with(BANK, around, recording, ACCOUNTS, {ReadStore: Nobody()})[DirectoryTold]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(readers(held.wait))
            await asyncio.sleep(0)
            try:
                await told.of_status(PersonId("a" * 32))
                await told.of_person(PersonId("a" * 32))
            finally:
                held.set()
        readers.close()

    asyncio.run(story())
    assert lines.getvalue().count("directory_untold") == 2


class Nobody:
    """What telling asks a store for."""

    def shown_to(
        self, among: list[PersonId], person: PersonId, *, clients: bool
    ) -> list[tuple[object, list[PersonId]]]:
        return []
