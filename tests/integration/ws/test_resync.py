"""A cursor that cannot be resumed from: the client is told, fetches its lists, and misses nothing.

DESIGN 7: too old is `resync_required`, never silence.
"""

import asyncio
import json
from collections.abc import Iterator

import pytest

from onrecord.app.recording import recording
from onrecord.core.delivery.cursor import Cursors
from tests.faults.gate import Door, door
from tests.rig.client import client
from tests.rig.installation import (
    Installation,
    install,
    populate_conversations,
    run_apart,
    surroundings,
)
from tests.rig.process import running

MOST = 100
"""The least that the setting allows."""
SETTING = f"[limits]\nresume_entries = {MOST}\n"


class Served:
    """A running server, and cursors of every kind that it does not resume from."""

    def __init__(self, made: Installation) -> None:
        self.made = made
        self.desk = made.groups["Desk"]
        self.bad = {
            "garbage": "not a cursor",
            "another server's": Cursors(bytes(32)).seal(1),
            "ahead of all": run_apart(_sealed(made, 10**9)),
            "too old": run_apart(_sealed(made, 0)),
        }


async def _sealed(made: Installation, index: int) -> str:
    async with recording(made.settings, surroundings()) as rec:
        return rec.publishing.cursors.seal(index)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with more entries behind it than a cursor may miss."""
    made = install(tmp_path_factory.mktemp("served"), ["anna", "piotr"], toml=SETTING)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    here = Served(made)
    with running(made):
        asyncio.run(say(made, MOST + 1))
        yield here


async def say(made: Installation, count: int) -> list[str]:
    """Let Anna write, one after the other; return the ids of the events."""
    async with client(made, "anna") as anna:
        desk = made.groups["Desk"]
        return [(await anna.sent(desk, f"note {number}"))["event_id"] for number in range(count)]


async def comes_back(made: Installation, cursor: str) -> tuple[list[str], list[str]]:
    """Resume as Piotr; return the frames up to the first that settles it, and the events."""
    async with client(made, "piotr", cursor=cursor, wait=False) as piotr:
        await piotr.until(lambda: SETTLED & {frame["t"] for frame in piotr.frames})
        settled = [str(f.get("code", f["t"])) for f in piotr.frames if f["t"] in SETTLED]
        return settled, [event["event_id"] for event in piotr.events]


SETTLED = {"resumed", "resync_required"}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("garbage", "unknown_cursor"),
        ("another server's", "unknown_cursor"),
        ("ahead of all", "unknown_cursor"),
        ("too old", "cursor_too_old"),
    ],
)
def test_the_client_is_told_and_comes_back_without_a_gap(
    served: Served, kind: str, reason: str
) -> None:
    with door(served.made, served.made.settings.chat, "piotr") as page:
        assert asyncio.run(comes_back(served.made, served.bad[kind])) == ([reason], [])
        cursor, listed = bootstrapped(page, served.desk)
        missed = asyncio.run(say(served.made, 3))
        settled, events = asyncio.run(comes_back(served.made, cursor))
    assert settled == ["resumed"]
    assert [event for event in events if event in missed] == missed
    assert not set(events) & set(listed), "nothing comes twice"


def bootstrapped(page: Door, desk: str) -> tuple[str, list[str]]:
    """Fetch the lists anew, as a client does; return the cursor and the messages seen."""
    cursor: str = json.loads(page.text("GET", "bootstrap"))["cursor"]
    timeline = json.loads(page.text("GET", f"conversations/{desk}/timeline"))
    return cursor, [event["event_id"] for event in timeline["events"]]


def test_one_that_is_just_not_too_old_is_resumed_from(served: Served) -> None:
    """Control: what is refused above is the distance."""
    with door(served.made, served.made.settings.chat, "piotr") as page:
        cursor, _ = bootstrapped(page, served.desk)
    missed = asyncio.run(say(served.made, MOST // 2))
    settled, events = asyncio.run(comes_back(served.made, cursor))
    assert (settled, [event for event in events if event in missed]) == (["resumed"], missed)
