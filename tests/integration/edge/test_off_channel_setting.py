"""Whether a client says that a text suggests another channel is the bank's setting."""

from pathlib import Path

import pytest

from tests.rig.client import client
from tests.rig.installation import install, run_apart
from tests.rig.process import running


@pytest.mark.parametrize("switch", ["true", "false"])
def test_the_welcome_says_whether_signs_are_looked_for(switch: str, tmp_path: Path) -> None:
    made = install(tmp_path, ["anna"], toml=f"[policy]\noff_channel = {switch}\n")

    async def look() -> None:
        async with client(made, "anna", wait=False) as socket:
            welcome = await socket.frame("welcome")
        assert welcome.get("off_channel", False) is (switch == "true")

    with running(made):
        run_apart(look())
