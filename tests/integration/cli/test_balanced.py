"""Commands reach the running server where its balancer is on the same machine, or is not."""

from pathlib import Path

import pytest

from tests.rig.command import onrecord
from tests.rig.installation import PASSWORD, install
from tests.rig.process import running

OTHERS = "127.9.9.9"
"""Nobody connects from there: the control, in which a PROXY header would be refused."""


@pytest.mark.parametrize("says", ["proxy_v2", "forwarded"])
@pytest.mark.parametrize("trusted", ["127.0.0.0/8", OTHERS])
def test_a_command_says_that_it_asks_for_itself_where_it_must(
    tmp_path: Path, says: str, trusted: str
) -> None:
    balanced = f'[proxies]\ntrusted = ["{trusted}"]\nsays = "{says}"\n'
    made = install(tmp_path, ["anna", "ada@administrator"], toml=balanced)
    with running(made):
        who = "--as", "ada@administrator"
        done = onrecord(made.data, "people", "list", *who, stdin=f"{PASSWORD}\n")
    assert done.returncode == 0, done.stderr
    assert "Anna, Rig Bank" in done.stdout
