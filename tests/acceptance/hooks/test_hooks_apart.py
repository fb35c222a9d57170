"""Hooks that crash, leak, hang, spin, fork and flood: the chat and the other hooks go on."""

import asyncio
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.hooks.test_hook_behind import shared
from tests.rig import misbehaving
from tests.rig.client import Client, client
from tests.rig.command import Done, onrecord
from tests.rig.inside import inside
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.patience import let_work
from tests.rig.process import ServerProcess, stopping

ROOT = Path(__file__).parents[3]
WAYS = ("crash", "leak", "hang", "spin", "fork", "flood")
ADAM = ("--as", "adam@administrator")
MESSAGES = 40
FAILURES = re.compile(
    r'^onrecord_hook_failures_total{hook="(?P<hook>\w+)"} (?P<count>\S+)$', re.MULTILINE
)


@dataclass
class Bank:
    """A bank with one sound hook and one for each way to misbehave."""

    made: Installation
    share: Path

    def hooks(self, *order: str) -> Done:
        done = onrecord(self.made.data, "hooks", *order, *ADAM, stdin=f"{PASSWORD}\n")
        assert (done.returncode, done.stderr) == (0, "")
        return done

    def failures(self) -> dict[str, int]:
        """How often each hook's deliveries have failed."""
        found = FAILURES.finditer(inside(self.made, "/metrics").text)
        return {each["hook"]: int(float(each["count"])) for each in found}

    async def timed(self, count: int) -> list[float]:
        """Say something so often; return the seconds until each was acknowledged."""
        async with client(self.made, "anna") as anna:
            return [await self._acknowledged(anna) for _ in range(count)]

    async def _acknowledged(self, anna: Client) -> float:
        began = time.monotonic()
        assert (await anna.sent(self.made.groups["Desk"], "word"))["t"] == "ack"
        passed = time.monotonic() - began
        await asyncio.sleep(0.02)
        return passed


@contextmanager
def bank(folder: Path) -> Iterator[Bank]:
    share = folder / "share"
    share.mkdir()
    packages = folder / "packages"
    misbehaving.install_into(packages)
    toml = f"""[hooks.share]
kind = "directory"
options = {{ path = "{share}" }}
"""
    for way in WAYS:
        toml += f"""[hooks.{way}]
kind = "misbehaving"
timeout_s = 2
memory_mb = 256
options = {{ does = "{way}" }}
"""
    made = install(folder, ["anna", "piotr", "adam@administrator"], toml=toml)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    path = os.pathsep.join([str(packages), str(ROOT)])
    with stopping(ServerProcess(made, before=["env", f"PYTHONPATH={path}"])):
        yield Bank(made, share)


def test_the_chat_and_a_sound_hook_go_on_beside_hooks_that_do_not(tmp_path: Path) -> None:
    with bank(tmp_path) as made:
        asyncio.run(made.timed(MESSAGES))
        deadline = time.monotonic() + PATIENCE
        while not all(made.failures()[way] for way in WAYS if way != "fork"):
            assert time.monotonic() < deadline, made.failures()
            let_work(0.2)
        asyncio.run(made.timed(1))
        shared(made.share, MESSAGES + 1)
        kept = made.made.settings.paths.run / "hooks"
        assert (kept / "flood.log").exists()
    said = (tmp_path / "server.log").read_text()
    assert "hook_process_ended" in said
    assert "hook_process_stuck" in said
    assert "somebody's words" not in said


@pytest.mark.proofs("figure")
def test_another_persons_acknowledgement_keeps_its_p95(tmp_path: Path) -> None:
    with bank(tmp_path) as made:
        loud: list[float] = []
        quiet: list[float] = []
        for _ in range(3):
            loud += asyncio.run(made.timed(100))
            for way in WAYS:
                made.hooks("pause", way)
            quiet += asyncio.run(made.timed(100))
            for way in WAYS:
                made.hooks("resume", way)
        beside, alone = (statistics.quantiles(each, n=20)[-1] for each in (loud, quiet))
    print(f"p95 {beside * 1e3:.1f} ms beside them, {alone * 1e3:.1f} ms alone", file=sys.stderr)
    assert beside < 3 * alone + 0.05


@pytest.mark.parametrize(
    "named",
    ["tls", "tls/server.key", "secrets", "secrets/sms.token", "keys/compliance", "onrecord.toml"],
)
def test_an_option_that_names_what_is_the_servers_refuses_the_start(
    tmp_path: Path, named: str
) -> None:
    made = install(tmp_path, ["anna"])
    token = made.data / "secrets" / "sms.token"
    token.write_text("token")
    option = f'options = {{ path = "{made.data / named}" }}'
    with made.settings.paths.settings.open("a") as file:
        file.write(f'\n[hooks.share]\nkind = "directory"\n{option}\n')
    done = onrecord(made.data, "serve")
    assert done.returncode == 78
    assert "would give it the server's own data" in done.stderr
