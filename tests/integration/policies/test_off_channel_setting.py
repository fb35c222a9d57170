"""What a client says of policies is the bank's setting."""

from pathlib import Path

import pytest

from tests.rig.client import client
from tests.rig.installation import install, run_apart
from tests.rig.process import running


@pytest.mark.parametrize("switch", ["true", "false"])
def test_the_welcome_says_whether_signs_are_looked_for(switch: str, tmp_path: Path) -> None:
    orders = '[policy.orders_banner]\npl = "Bez zleceń."\n[help.calls]\nen = "Use Webex."\n'
    devices = "[devices]\nkept_days = 0\n"
    policy = f'[policy]\noff_channel = {switch}\norders = "stop"\n'
    made = install(tmp_path, ["anna", "tom@client"], toml=policy + orders + devices)

    async def look() -> None:
        async with client(made, "anna", wait=False) as socket:
            welcome = await socket.frame("welcome")
        assert welcome.get("off_channel", False) is (switch == "true")
        assert (welcome["orders"], welcome["orders_banner"]) == ("stop", {"pl": "Bez zleceń."})
        assert welcome["calls"] == {"en": "Use Webex."}
        assert welcome["kept_days"] == 0
        async with client(made, "tom@client", wait=False) as socket:
            welcome = await socket.frame("welcome")
        assert welcome.get("off_channel", False) is (switch == "true")  # of their own words
        assert welcome["orders"] == "stop"

    with running(made):
        run_apart(look())
