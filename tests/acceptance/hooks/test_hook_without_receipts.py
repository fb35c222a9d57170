"""A SIEM beside a running server: what it gets, and how a hook without receipts is shown."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.integration.hooks.rsyslog import Rsyslog, running_rsyslog
from tests.rig.command import onrecord
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

SETTINGS = """
[hooks.siem]
kind = "siem"
sees = "plaintext"
[hooks.siem.options]
{acknowledged}
[hooks.unheard]
kind = "siem"
[hooks.unheard.options]
{plain}
[hooks.unheard_plaintext]
kind = "siem"
sees = "plaintext"
[hooks.unheard_plaintext.options]
{plain}
"""


@dataclass
class Bank:
    made: Installation
    siem: Rsyslog

    def listed(self, *arguments: str) -> list[str]:
        """Return the lines of `onrecord hooks list`."""
        who = ("--as", "adam@administrator")
        done = onrecord(self.made.data, "hooks", "list", *arguments, *who, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def remarks(self) -> dict[str, str]:
        """Return what /ready says of the hooks."""
        transport = httpx2.HTTPTransport(uds=str(self.made.settings.paths.internal))
        with httpx2.Client(transport=transport, base_url="http://internal") as internal:
            checks: dict[str, str] = internal.get("/ready", timeout=PATIENCE).json()["checks"]
        return {name: said for name, said in checks.items() if name.startswith("hook ")}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("bank")
    with running_rsyslog() as siem:
        acknowledged = _toml(siem.options(timeout="20"))
        plain = _toml(siem.options(timeout="20", port=str(siem.plain), receipts="none"))
        toml = SETTINGS.format(acknowledged=acknowledged, plain=plain)
        made = install(folder, ["anna", "piotr", "adam@administrator"], toml=toml)
        populate_conversations(made, {"Desk": ["anna", "piotr"]})
        with running(made):
            yield Bank(made, siem)


def _toml(options: dict[str, str]) -> str:
    return "\n".join(f'{name} = "{value}"' for name, value in options.items())


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_hook_whose_other_side_never_answers_is_told_as_such(bank: Bank) -> None:
    siem, unheard, both = bank.listed()
    assert siem.startswith("siem: ")
    assert "without receipts" not in siem
    assert ", without receipts, cannot be compared" in unheard
    assert ", plaintext, without receipts, cannot be compared" in both
    receipts = [json.loads(line)["receipts"] for line in bank.listed("--json")]
    assert receipts == [True, False, False]
    expected = {
        "hook siem": "ok (plaintext)",
        "hook unheard": "ok (without_receipts)",
        "hook unheard_plaintext": "ok (plaintext_without_receipts)",
    }
    until(lambda: bank.remarks() == expected)


def test_a_siem_gets_who_signed_in_and_how_hooks_were_set_and_no_conversation(bank: Bank) -> None:
    bank.listed()
    awaited = {"session.opened", "hook.plaintext"}
    until(lambda: awaited <= {each.header["msgid"] for each in bank.siem.messages()})
    until(lambda: bank.siem.messages("plain"))
    messages = bank.siem.messages()
    shown = [json.loads(each.said["plaintext"]["shown"]) for each in messages]
    assert "Adam" in {each["actor"]["name"] for each in shown if each["type"] == "session.opened"}
    for name in ("acknowledged", "plain"):
        streams = {each.parameters["stream"].partition(":")[0] for each in bank.siem.messages(name)}
        assert streams <= {"access", "config", "identity", "policy"}


def test_a_siem_that_is_away_is_told_by_readiness(bank: Bank) -> None:
    bank.siem.kill()
    until(lambda: set(bank.remarks().values()) == {"ok (hook_unavailable)"})
    bank.siem.start()
    until(lambda: bank.remarks()["hook siem"] == "ok (plaintext)")


def test_nothing_can_be_made_to_wait_for_a_hook_that_is_never_answered(tmp_path: Path) -> None:
    toml = """[hooks.unheard]
kind = "siem"
max_unshipped_age_s = 60
options = { host = "localhost", receipts = "none" }
"""
    made = install(tmp_path, ["anna"], toml=toml)
    done = onrecord(made.data, "serve")
    assert done.returncode == 78
    said = "hook unheard: its other side never answers, so nothing can wait for it"
    assert f"hook_unavailable: {said}" in done.stderr
    assert "Take max_unshipped_age_s of hook unheard out of the settings." in done.stderr
