"""An administrator sees what the hooks of a running server do, and has one deliver again."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
import pytest

from onrecord.cli.api import Api
from onrecord.cli.desk import Desk
from onrecord.cli.door import Door
from onrecord.domain.errors import NotFound
from onrecord.wire.administration import HookState
from onrecord_archive.note import encode_base64
from tests.integration.hooks.receiver import SECRET, Act, Receiver, running_receiver
from tests.rig.client import client
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.process import running

T = TypeVar("T")
SECONDS = 25.0
ADMINISTRATOR = "adam@administrator"


@dataclass
class Bank:
    made: Installation
    receiver: Receiver

    def at_desk(self, do: Callable[[Desk], Awaitable[T]]) -> T:
        """Return what the administrator gets."""

        async def run() -> T:
            async with Api(Door.here(self.made.settings.console)) as api:
                await api.sign_in(ADMINISTRATOR, PASSWORD, device="test")
                return await do(Desk(api))

        return asyncio.run(run())

    def state(self, holds: Callable[[HookState], bool]) -> HookState:
        """Wait until something holds of the hook, and return its state."""

        async def look(desk: Desk) -> HookState:
            deadline = time.monotonic() + SECONDS
            while True:
                (hook,) = await desk.hooks()
                if holds(hook):
                    return hook
                assert time.monotonic() < deadline, hook
                await asyncio.sleep(0.1)

        return self.at_desk(look)

    def taken(self) -> dict[str, dict[str, Any]]:
        """Return the last record of each type that the other side has."""
        shown = [json.loads(data["plaintext"]["shown"]) for data in self.receiver.stored]
        return {one["type"]: one for one in shown}

    def internal(self, path: str) -> str:
        transport = httpx2.HTTPTransport(uds=str(self.made.settings.paths.internal))
        with httpx2.Client(transport=transport, base_url="http://internal") as internal:
            return internal.get(path).text

    def say(self, text: str) -> None:
        async def run() -> None:
            async with client(self.made, "anna") as anna:
                assert (await anna.sent(self.made.groups["Desk"], text))["t"] == "ack"

        asyncio.run(run())


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("bank")
    with running_receiver(folder / "receiver") as receiver:
        secret = folder / "secret"
        secret.write_text(f"whsec_{encode_base64(SECRET)}\n")
        secret.chmod(0o600)
        toml = f"""[hooks.bank]
kind = "webhook"
plaintext = true
[hooks.bank.options]
url = "{receiver.url}"
secret_file = "{secret}"
ca_file = "{receiver.tls.ca}"
"""
        made = install(folder, ["anna", "piotr", ADMINISTRATOR], toml=toml)
        populate_conversations(made, {"Desk": ["anna", "piotr"]})
        with running(made):
            yield Bank(made, receiver)


def test_a_replay_gives_a_destination_again_what_it_lost_and_is_on_the_record(bank: Bank) -> None:
    done = bank.state(lambda hook: hook.backlog == 0 and hook.delivered > 0)
    before = len(bank.receiver.attempts)
    bank.at_desk(lambda desk: desk.replay_hook("bank", 0))
    bank.state(lambda hook: hook.backlog == 0 and hook.delivered >= 2 * done.delivered)
    again = bank.receiver.attempts[before:]
    assert set(bank.receiver.attempts[:before]) <= set(again), "the same ids"
    bank.state(lambda hook: "hook.replayed" in bank.taken())
    order = bank.taken()["hook.replayed"]
    assert order["actor"]["role"] == "administrator"
    assert order["payload"] == {"hook": "bank", "from": 0}


def test_a_refused_record_is_told_by_metrics_and_readiness_until_it_is_taken(bank: Bank) -> None:
    bank.receiver.script = lambda number, message_id: Act(422, takes=False)
    bank.say("the other side refuses this")
    refused = bank.state(lambda hook: hook.blocked_streams > 0)
    assert refused.failures >= 1
    assert refused.last_error is not None
    ready = json.loads(bank.internal("/ready"))
    assert ready["checks"]["hook bank"] == "ok (record_refused)"
    deadline = time.monotonic() + SECONDS
    while 'onrecord_hook_blocked_streams{hook="bank"} 0.0' in bank.internal("/metrics"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    metrics = bank.internal("/metrics")
    assert 'onrecord_hook_plaintext{hook="bank"} 1.0' in metrics
    failures = [line for line in metrics.splitlines() if "hook_failures_total{" in line]
    assert float(failures[0].rpartition(" ")[2]) >= 1
    bank.receiver.script = lambda number, message_id: Act()
    bank.at_desk(lambda desk: desk.retry_hook("bank"))
    bank.state(lambda hook: hook.blocked_streams == 0 and hook.backlog == 0)
    assert json.loads(bank.internal("/ready"))["checks"]["hook bank"] == "ok (plaintext)"


def test_a_hook_that_there_is_not_is_not_found(bank: Bank) -> None:
    with pytest.raises(NotFound) as refused:
        bank.at_desk(lambda desk: desk.replay_hook("other", 0))
    assert refused.value.code == "no_such_hook"


def test_a_start_is_in_the_log(bank: Bank) -> None:
    lines = (bank.made.data.parent / "server.log").read_text().splitlines()
    events = [json.loads(line)["event"] for line in lines]
    assert events[0] == "recovered"
    assert events.count("listening") == 3
