"""`onrecord hooks compare`: what a share lacks is named, delivered again, and then there."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.integration.hooks.share import Written, read_share
from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

State = dict[str, Any]


@dataclass
class Bank:
    made: Installation
    share: Path
    siem: Path

    def hooks(self, *arguments: str) -> Done:
        """Run `onrecord hooks …` to its end."""
        who = ("--as", "adam@administrator")
        return onrecord(self.made.data, "hooks", *arguments, *who, stdin=f"{PASSWORD}\n")

    def state(self, holds: Callable[[State], bool]) -> State:
        """Wait until something holds of the hook, and return its state."""
        deadline = time.monotonic() + PATIENCE
        while True:
            hook: State = json.loads(self.hooks("list", "--json").stdout.splitlines()[1])
            if holds(hook):
                return hook
            assert time.monotonic() < deadline, hook

    def compare(self) -> State:
        """Have the share compared, and return what was found."""
        before = self.state(lambda hook: True).get("compared")
        done = self.hooks("compare", "share")
        assert (done.returncode, done.stderr) == (0, "")
        after = self.state(lambda hook: hook.get("compared") != before)
        found: State = after["compared"]
        return found

    def remark(self) -> str:
        transport = httpx2.HTTPTransport(uds=str(self.made.settings.paths.internal))
        with httpx2.Client(transport=transport, base_url="http://internal") as internal:
            checks: dict[str, str] = internal.get("/ready", timeout=PATIENCE).json()["checks"]
        return checks["hook share"]

    def compared_on_record(self) -> list[int]:
        """Return how many differences each archived comparison tells, from the share itself."""
        shown = [json.loads(line.plaintext["shown"]) for line in self.lines() if line.plaintext]
        return [one["payload"]["differences"] for one in shown if one["type"] == "hook.compared"]

    def lines(self) -> list[Written]:
        """Return what the share has, by archive_index."""
        return sorted(read_share(self.share), key=lambda line: line.held.archive_index)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    share, siem, secret = (tmp_path / name for name in ("share", "siem", "secret"))
    share.mkdir()
    siem.mkdir()
    secret.write_text(f"whsec_{'A' * 44}\n")
    secret.chmod(0o600)
    toml = f"""[hooks.bank]
kind = "webhook"
[hooks.bank.options]
url = "https://localhost:1/"
secret_file = "{secret}"
[hooks.share]
kind = "directory"
sees = "plaintext"
options = {{ path = "{share}" }}
[hooks.siem]
kind = "directory"
streams = ["identity", "config", "access:*"]
options = {{ path = "{siem}" }}
"""
    made = install(tmp_path, ["anna", "piotr", "adam@administrator"], toml=toml)
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    with running(made):
        yield Bank(made, share, siem)


def test_what_the_share_lacks_is_named_and_delivered_again(bank: Bank) -> None:
    bank.state(lambda hook: hook["backlog"] == 0 and hook.get("compared") is not None)
    assert bank.compare()["differences"] == 0
    assert bank.hooks("differences", "share").returncode == 0
    assert bank.remark() == "ok (plaintext)"

    gone = bank.lines()[0].file
    lost = sorted(line.held.archive_index for line in bank.lines() if line.file == gone)
    gone.unlink()
    found = bank.compare()
    assert found["differences"] == len(lost)
    named = found["named"]
    assert [(each["archive_index"], each["found"]) for each in named] == [
        (index, "missing") for index in lost
    ]
    assert all("received_at" in each for each in named), "it was acknowledged"
    told = bank.hooks("differences", "share")
    lines = [f"{each['archive_index']} missing {each['received_at']}\n" for each in named]
    assert (told.returncode, told.stdout) == (3, "".join(lines))
    assert bank.remark() == "ok (hook_differs)"

    assert bank.hooks("replay", "share", "--from", "0").returncode == 0
    bank.state(lambda hook: hook["backlog"] == 0)
    assert bank.compare()["differences"] == 0
    assert bank.remark() == "ok (plaintext)"
    assert set(lost) <= {line.held.archive_index for line in bank.lines()}
    bank.state(lambda hook: bank.compared_on_record()[-3:] == [0, len(lost), 0])


def test_a_hook_whose_other_side_cannot_be_listed_says_so(bank: Bank) -> None:
    done = bank.hooks("compare", "bank")
    assert (done.returncode, done.stdout) == (1, "")
    assert "not_comparable: What bank has delivered can't be read back" in done.stderr
    assert "bank: cannot be compared" in bank.hooks("differences", "bank").stderr
    assert "cannot be compared" in bank.hooks("list").stdout.splitlines()[0]


def test_a_hook_gets_the_streams_that_it_may_see_and_says_so(bank: Bank) -> None:
    bank.state(lambda hook: "hook.limits" in {leaf["type"] for leaf in leaves(bank.share)})
    bank.state(lambda hook: "hook.limits" in {leaf["type"] for leaf in leaves(bank.siem)})
    seen = {leaf["stream"] for leaf in leaves(bank.siem)}
    assert "config" in seen
    assert seen <= {"identity", "config"}
    assert any(leaf["stream"] not in seen for leaf in leaves(bank.share))
    told = r"siem: .*, sees only streams identity config access:\*: [1-9]\d* left out, .*"
    assert re.fullmatch(told, bank.hooks("list").stdout.splitlines()[2])


def leaves(share: Path) -> list[State]:
    """What the log committed to, of the records that a share has."""
    return [json.loads(line.held.leaf) for line in read_share(share)]


def test_a_copy_of_the_log_that_may_not_see_all_of_it_refuses_the_start(tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    toml = f"""[hooks.copy]
kind = "replica"
classes = ["chat"]
options = {{ path = "{tmp_path}/copy", policy_file = "{tmp_path}/data/keys/policy" }}
"""
    made = install(tmp_path, ["anna"], toml=toml)
    done = onrecord(made.data, "serve")
    assert done.returncode == 78
    assert (
        "hook_unavailable: hook copy: it copies the whole log, or its copy is none" in done.stderr
    )
    assert (
        "Take classes, streams, types and people of hook copy out of the settings." in done.stderr
    )
