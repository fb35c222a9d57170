"""Everybody is read to find an advisor, and nobody where none is wanted."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from onrecord.identity.clients.assigning import Assigning
from onrecord.identity.means import Means
from onrecord.identity.ports import Recorder


@pytest.mark.parametrize(("called", "reads"), [([], 0), ([None, None], 0), ([None, "julia"], 1)])
def test_people_are_read_only_where_an_advisor_is_named(
    called: list[str | None], reads: int
) -> None:
    asked: list[Any] = []

    async def read(ask: Any) -> tuple[()]:
        asked.append(ask)
        return ()

    means = SimpleNamespace(store=SimpleNamespace(people=None), read=read, clock=None)
    assigning = Assigning(cast("Means", means), cast("Recorder", None))
    found = asyncio.run(assigning.advisors(called))
    assert (len(asked), found.find("julia")) == (reads, None)
