"""One bank for all of these tests: people talk, edit and remove; then officers look."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.compliance.office import Desk, at_console
from tests.rig.client import Client, client
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.process import running

PEOPLE = ["anna", "marek", "tom@client", "ewa@compliance", "ola@compliance", "ada@auditor"]
PEOPLE += ["adam@administrator"]
GROUP = "Linden project"


@dataclass
class Talk:
    """What was said: answers by what they are called here."""

    conv: str
    said: dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The bank, its server running."""
    made = install(tmp_path_factory.mktemp("compliance"), PEOPLE)
    populate_conversations(
        made, {GROUP: ["anna", "marek", "tom@client"]}, [("anna", "marek"), ("marek", "tom@client")]
    )
    with running(made):
        yield made


@pytest.fixture(scope="session")
def talk(bank: Installation) -> Talk:
    """A conversation with an edit, a removal, a reply, a reaction, a new title and read marks."""
    return asyncio.run(_talk(bank))


async def _talk(bank: Installation) -> Talk:
    conv = bank.groups[GROUP]
    async with client(bank, "anna") as anna, client(bank, "marek") as marek:
        said = {
            "kept": await anna.sent(conv, "Trade 48213 settles on the 25th."),
            "edited": await marek.sent(conv, "The 26th, I thought."),
            "removed": await anna.sent(conv, "Buy before the merger is public, Łódź office."),
        }
        edit = {"t": "edit", "conv": conv, "target": said["edited"]["event_id"]}
        said["edit"] = await marek.command(**edit, text="The 25th, yes.")
        said["reply"] = await marek.sent(conv, "Noted.", reply_to=said["kept"]["event_id"])
        remove = {"t": "remove", "conv": conv, "target": said["removed"]["event_id"]}
        said["removal"] = await anna.command(**remove)
        react = {"t": "react", "conv": conv, "target": said["kept"]["event_id"], "emoji": "👍"}
        said["reaction"] = await marek.command(**react)
        said["title"] = await anna.command(t="title", conv=conv, title="Linden settlement")
        member = {"t": "members", "op": "remove", "person": bank.people["tom@client"].id}
        said["left"] = await anna.command(**member, conv=conv)
        said["late"] = await marek.sent(conv, "Now without the client.")
        assert all(answer["t"] == "ack" for answer in said.values()), said
        await _read_all(marek, conv, said["late"]["msg_no"])
        other = bank.direct("anna", "marek")
        said["elsewhere"] = await anna.sent(other, "Lunch, or the merger first?")
    return Talk(conv, said)


async def _read_all(reader: Client, conv: str, msg_no: int) -> None:
    """Read up to a number and wait until that is on the record."""
    await reader.say({"t": "read", "conv": conv, "msg_no": msg_no})
    await reader.until(
        lambda: any(
            event["type"] == "positions" and change.get("read") == msg_no
            for event in reader.events
            if event["conv"] == conv
            for change in event.get("changes", ())
        )
    )


@pytest.fixture
def ewa(bank: Installation, talk: Talk) -> Iterator[Desk]:
    """An officer, signed in at the console."""
    with at_console(bank, "ewa@compliance") as desk:
        yield desk


@pytest.fixture
def ola(bank: Installation, talk: Talk) -> Iterator[Desk]:
    """Another officer."""
    with at_console(bank, "ola@compliance") as desk:
        yield desk


@pytest.fixture
def case(ewa: Desk, request: pytest.FixtureRequest) -> str:
    """A case of Ewa's own for this test: its path."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[:60].strip("-")
    return ewa.open_case(name, "A client complained about a trade.")
