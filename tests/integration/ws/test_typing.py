"""Typing in a conversation that is none leaves nothing behind: it can be started afterwards."""

import asyncio
from pathlib import Path

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import direct_stream_id, new_id
from tests.rig.client import client, tls
from tests.rig.installation import Installation, install
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return install(tmp_path, ["anna", "piotr", "zofia"])


async def start(made: Installation, name: str, other: str) -> int:
    """Start a direct conversation; return the answer's status."""
    chat = made.settings.chat
    headers = {
        "host": f"chat.localhost:{chat.port}",
        "authorization": f"Bearer {made.tokens[name]}",
    }
    body = {
        "id": new_id(SystemClock()),
        "kind": "direct",
        "members": [made.people[other].id],
    }
    url = f"https://localhost:{chat.port}/api/v1/conversations"
    async with httpx2.AsyncClient(verify=tls(made), headers=headers, timeout=PATIENCE) as rest:
        return (await rest.post(url, json=body)).status_code


def test_a_stranger_who_types_ahead_keeps_nobody_from_starting(made: Installation) -> None:
    conv = direct_stream_id(made.people["anna"].id, made.people["piotr"].id)

    async def story() -> None:
        async with client(made, "zofia") as zofia:
            await zofia.say({"t": "typing", "conv": conv})
            await zofia.say({"t": "ping"})
            await zofia.frame("heartbeat")
            assert await start(made, "anna", "piotr") == 201

    with running(made):
        asyncio.run(story())
