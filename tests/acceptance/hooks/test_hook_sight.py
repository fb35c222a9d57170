"""What a hook may see, with a running server: headers without a word, fields left out, people."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.integration.hooks.share import Written, read_share
from tests.rig.client import client
from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running

TO_PIOTR, TO_ZOFIA = "Sell the yellow folder", "Keep the green folder"
NAMES = ("headers", "desk", "whole")


@dataclass
class Bank:
    made: Installation
    folder: Path

    def share(self, name: str) -> Path:
        return self.folder / name

    def lines(self, name: str) -> list[Written]:
        """What a hook's share has, by archive_index."""
        return sorted(read_share(self.share(name)), key=lambda line: line.held.archive_index)

    def has(self, name: str, event: str) -> bool:
        """Whether a share has a record."""
        return event in [event_of(line) for line in self.lines(name)]

    def has_word(self, name: str, word: str) -> bool:
        """Whether any file of a share has a word in the clear."""
        files = [path for path in self.share(name).rglob("*") if path.is_file()]
        return any(word.encode() in path.read_bytes() for path in files)

    def hooks(self) -> Done:
        """Run `onrecord hooks list`."""
        who = ("--as", "adam@administrator")
        return onrecord(self.made.data, "hooks", "list", *who, stdin=f"{PASSWORD}\n")

    def ready(self, hook: str) -> str:
        transport = httpx2.HTTPTransport(uds=str(self.made.settings.paths.internal))
        with httpx2.Client(transport=transport, base_url="http://internal") as internal:
            checks: dict[str, str] = internal.get("/ready", timeout=PATIENCE).json()["checks"]
        return checks[f"hook {hook}"]

    def say(self, group: str, text: str) -> str:
        """Have Anna say something, and return its event_id."""

        async def run() -> str:
            async with client(self.made, "anna") as anna:
                return str((await anna.sent(self.made.groups[group], text))["event_id"])

        return asyncio.run(run())

    def set(self, toml: str) -> None:
        """Write the hooks into the settings file, in the place of those before."""
        path = self.made.settings.paths.settings
        path.write_text(path.read_text().partition("# hooks\n")[0] + "# hooks\n" + toml)

    def config(self, *kinds: str) -> list[dict[str, Any]]:
        """What the stream config says of hooks, in order."""
        shown = [
            json.loads(line.plaintext["shown"]) for line in self.lines("whole") if line.plaintext
        ]
        said = [{"type": one["type"], **one["payload"]} for one in shown]
        return [one for one in said if one["type"] in kinds]


def event_of(line: Written) -> str:
    return str(json.loads(line.held.leaf)["event_id"])


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def hook(bank: Bank, name: str, rest: str) -> str:
    return (
        f'[hooks.{name}]\nkind = "directory"\n{rest}\noptions = {{ path = "{bank.share(name)}" }}\n'
    )


def hooks(bank: Bank, headers: str = 'sees = "headers"') -> str:
    desk = 'sees = "plaintext"\nwithout = ["text", "addresses"]\npeople = ["Piotr"]'
    whole = 'sees = "plaintext"'
    rest = dict(zip(NAMES, (headers, desk, whole), strict=True))
    return "".join(hook(bank, name, words) for name, words in rest.items())


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    for name in NAMES:
        (tmp_path / name).mkdir()
    made = install(tmp_path, ["anna", "piotr", "zofia", "adam@administrator"])
    populate_conversations(made, {"Desk": ["anna", "piotr"], "Vault": ["anna", "zofia"]})
    return Bank(made, tmp_path)


def test_a_hook_gets_as_much_as_it_may_see_and_of_whom(bank: Bank) -> None:
    bank.set(hooks(bank))
    with running(bank.made):
        to_zofia, to_piotr = bank.say("Vault", TO_ZOFIA), bank.say("Desk", TO_PIOTR)
        for name in NAMES:
            until(partial(bank.has, name, to_piotr))
        assert (bank.ready("headers"), bank.ready("whole")) == ("ok (reduced)", "ok (plaintext)")
        listed = {line.partition(":")[0]: line for line in bank.hooks().stdout.splitlines()}
    assert bank.has_word("whole", TO_PIOTR), "control: the words are in the clear where they may be"
    for name, word in (("headers", TO_PIOTR), ("headers", TO_ZOFIA), ("desk", TO_PIOTR)):
        assert not bank.has_word(name, word)
    says_who_and_when(bank, to_zofia)
    has_piotr_alone(bank, to_zofia)
    assert re.search(r", headers, not provable, ", listed["headers"])
    told = (
        r", plaintext without text addresses, not provable, sees only people Piotr: [1-9]\d* left"
    )
    assert re.search(told, listed["desk"])


def says_who_and_when(bank: Bank, event: str) -> None:
    """Each record is there, with who made it, and nothing proves it."""
    lines = bank.lines("headers")
    (one,) = [line for line in lines if event_of(line) == event]
    assert one.reduced is not None
    shown = json.loads(one.reduced["shown"])
    assert (shown["actor"]["name"], shown["type"]) == ("Anna", "message.sent")
    assert "payload" not in shown
    assert (one.reduced["provable"], one.reduced["kept"]) == (False, "{}")
    assert all(line.plaintext is None and line.reduced is not None for line in lines)


def has_piotr_alone(bank: Bank, not_his: str) -> None:
    """What Piotr made or could read came, without its text and addresses; nothing else did."""
    piotr, desk = bank.made.people["piotr"].id, bank.made.groups["Desk"]
    assert not_his not in [event_of(line) for line in bank.lines("desk")]
    for line in bank.lines("desk"):
        assert line.reduced is not None
        shown, kept = json.loads(line.reduced["shown"]), json.loads(line.reduced["kept"])
        assert shown["stream"]["id"] == desk or shown["actor"]["id"] == piotr
        assert "addresses" not in kept
        assert "text" not in shown["payload"]


def test_each_change_of_what_a_hook_sees_is_one_record(bank: Bank) -> None:
    bank.set(hooks(bank))
    for headers in ('sees = "headers"', 'sees = "headers"', 'sees = "sealed"'):
        bank.set(hooks(bank, headers))
        with running(bank.made):
            event = bank.say("Desk", TO_PIOTR)
            until(partial(bank.has, "whole", event))
    piotr = str(bank.made.people["piotr"].id)
    words: dict[str, object] = {"classes": [], "streams": [], "types": [], "people": [piotr]}
    expected = [
        opened("headers", "headers"),
        opened("desk", "plaintext", "text", "addresses"),
        {"type": "hook.limits", "hook": "desk", **words},
        opened("whole", "plaintext"),
    ]
    said = bank.config("hook.plaintext", "hook.limits")
    first, last = said[:4], said[4:]
    assert sorted(first, key=str) == sorted(expected, key=str)
    assert last == [opened("headers", "sealed")]


def opened(name: str, sees: str, *without: str) -> dict[str, object]:
    whole = sees == "plaintext" and not without
    facts = {"hook": name, "plaintext": whole, "sees": sees, "without": list(without)}
    return {"type": "hook.plaintext", **facts}


def test_where_records_go_and_that_they_go_there_no_more_is_on_the_record(bank: Bank) -> None:
    other = bank.folder / "other"
    other.mkdir()
    whole = hook(bank, "whole", 'sees = "plaintext"')
    moved = f'[hooks.desk]\nkind = "directory"\noptions = {{ path = "{other}", format = "eml" }}\n'
    for settings in (hook(bank, "desk", ""), hook(bank, "desk", ""), moved, ""):
        bank.set(whole + settings)
        with running(bank.made):
            event = bank.say("Desk", TO_PIOTR)
            until(partial(bank.has, "whole", event))
    said = bank.config("hook.destination", "hook.removed")
    assert [one for one in said if one["hook"] == "whole"] == [goes("whole", bank.share("whole"))]
    assert [one for one in said if one["hook"] == "desk"] == [
        goes("desk", bank.share("desk")),
        goes("desk", other, "format=eml"),
        {"type": "hook.removed", "hook": "desk"},
    ]


@pytest.mark.parametrize("point", ["journaled", "published"])
def test_a_hook_that_comes_back_after_a_kill_is_removed_and_added_again(
    bank: Bank, point: str
) -> None:
    whole, desk = hook(bank, "whole", 'sees = "plaintext"'), hook(bank, "desk", "")
    bank.set(whole + desk)
    with running(bank.made):
        event = bank.say("Desk", TO_PIOTR)
        until(partial(bank.has, "whole", event))
    bank.set(whole)
    killed = ServerProcess(bank.made, point=f"{point}:1")
    assert killed.process.wait(PATIENCE) == -9
    killed.kill()
    bank.set(whole + desk)
    with running(bank.made):
        event = bank.say("Desk", TO_PIOTR)
        until(partial(bank.has, "whole", event))
    there = goes("desk", bank.share("desk"))
    said = bank.config("hook.destination", "hook.removed")
    gone = {"type": "hook.removed", "hook": "desk"}
    assert [one for one in said if one["hook"] == "desk"] == [there, gone, there]


def goes(name: str, path: Path, *rest: str) -> dict[str, object]:
    facts = {"hook": name, "kind": "directory", "options": [*rest, f"path={path}"]}
    return {"type": "hook.destination", **facts}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ('people = ["piotr", "nobody"]', "hook desk: there is no person nobody"),
        (f'people = ["{"f" * 32}"]', f"hook desk: there is no person {'f' * 32}"),
    ],
)
def test_a_person_who_does_not_exist_refuses_the_start(bank: Bank, words: str, told: str) -> None:
    bank.set(hook(bank, "desk", words))
    done = onrecord(bank.made.data, "serve")
    assert done.returncode == 78
    assert f"hook_unavailable: {told}" in done.stderr
