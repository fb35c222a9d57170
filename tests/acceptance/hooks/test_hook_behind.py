"""`max_unshipped_age_s`: while a hook is too far behind nothing can be said; all else goes on."""

import asyncio
import time
from pathlib import Path

from tests.integration.hooks.share import read_share
from tests.rig.client import Client, client
from tests.rig.command import onrecord
from tests.rig.inside import ready
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running


def test_nothing_is_said_while_the_share_is_too_far_behind(tmp_path: Path) -> None:
    share, away = tmp_path / "share", tmp_path / "away"
    share.mkdir()
    toml = f"""[hooks.share]
kind = "directory"
max_unshipped_age_s = 2
options = {{ path = "{share}" }}
"""
    made = install(tmp_path, ["anna", "piotr", "adam@administrator"], toml=toml)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    desk = made.groups["Desk"]

    async def story() -> None:
        async with client(made, "anna") as anna, client(made, "piotr") as piotr:
            await told(piotr, "on")
            assert (await anna.sent(desk, "while the share is there"))["t"] == "ack"
            await asyncio.to_thread(shared, share, 1)
            share.rename(away)
            assert (await anna.sent(desk, "recorded, and not shared"))["t"] == "ack"
            await told(piotr, "behind")
            refused = await anna.send(desk, "too far behind")
            answer = await anna.answer(refused)
            assert (answer["t"], answer["code"]) == ("nack", "hook_behind")
            assert answer["retry_after"] > 0
            assert await asyncio.to_thread(ready, made, "hook share") == (200, "ok (hook_behind)")
            async with client(made, "piotr", wait=False) as later:
                assert (await later.frame("welcome"))["recording"] == "behind"

            # Signing in is a record, and so is each order: somebody can mend it.
            for order in ("pause", "resume"):
                await asyncio.to_thread(hooks, made, order)
            away.rename(share)
            await told(piotr, "on")
            anna.answers.clear()
            again = await anna.answer(await anna.send(desk, "too far behind", id=refused))
            assert again["t"] == "ack"

    with running(made):
        asyncio.run(story())
        shared(share, 3)


async def told(who: Client, state: str) -> None:
    """Wait until a page that was open before is told this state of recording."""

    def newest() -> str:
        items = [item for frame in who.frames for item in frame.get("items", ())]
        states = [item["state"] for item in items if item["k"] == "recording"]
        welcome: str = who.frames[0]["recording"]
        return states[-1] if states else welcome

    await who.until(lambda: newest() == state)


def shared(share: Path, count: int) -> None:
    """Wait until the share has so many messages."""
    deadline = time.monotonic() + PATIENCE
    while sum(b'"message.sent"' in line.held.leaf for line in read_share(share)) != count:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def hooks(made: Installation, order: str) -> None:
    """Give the hook an order as its administrator does."""
    who = ("--as", "adam@administrator")
    done = onrecord(made.data, "hooks", order, "share", *who, stdin=f"{PASSWORD}\n")
    assert (done.returncode, done.stderr) == (0, "")
