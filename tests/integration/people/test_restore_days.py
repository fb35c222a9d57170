"""The setting `accounts.restore_days` is how long a server keeps what somebody enrolled."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from onrecord.app.house import ACCOUNTS
from onrecord.app.recording import recording
from onrecord.app.root import Root, open_root
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.values import SYSTEM
from onrecord.features.people.means import Means
from onrecord.features.people.people import People
from onrecord.features.sign_in.keeper import Keeper
from onrecord_archive.events.ids import PersonId
from tests.rig.installation import RIG, Installation, at_root, install, run_apart, surroundings
from tests.rig.patience import SECONDS as PATIENCE


class Later(SystemClock):
    """A clock that is fast."""

    def __init__(self, days: float) -> None:
        self._by = timedelta(days=days)

    def now(self) -> datetime:
        """Return the time of days from now."""
        return super().now() + self._by


async def served(made: Installation, days: float, then: Callable[[Root], object]) -> None:
    """Have a server of that day do by itself what it does, for one turn.

    A turn ends with what is owed, so who owes something sees that it has passed.
    """
    around = replace(surroundings(), clock=Later(days))
    async with (
        recording(made.settings, around) as rec,
        open_root(made.settings, around, rec, ACCOUNTS) as root,
    ):
        entries, store = root[Means].entries, root[Means].store
        await entries.note(entries.owe(SYSTEM, RIG, "letters.chosen", {}))
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            running = tasks.create_task(root[Keeper].run())
            owing = True
            while owing:
                await asyncio.sleep(0.01)
                owing = bool(await root[Means].read(store.owed, 1))
            running.cancel()
        then(root)


async def deactivated(made: Installation, person: PersonId) -> None:
    async with at_root(made) as root:
        await root[People].deactivate(SYSTEM, RIG, person)


@pytest.mark.parametrize(("toml", "days"), [("", 7), ("[accounts]\nrestore_days = 1.5\n", 1.5)])
def test_it_is_destroyed_by_whichever_server_runs_then(
    tmp_path: Path, toml: str, days: float
) -> None:
    made = install(tmp_path, ["anna"], toml=toml)
    anna, found = made.people["anna"].id, list[bool]()

    def has_one(root: Root) -> None:
        found.append(root[Means].store.password_hash(anna) is not None)

    run_apart(deactivated(made, anna))
    for passed in (days - 0.1, days + 0.1):
        run_apart(served(made, passed, has_one))
    assert found == [True, False]
