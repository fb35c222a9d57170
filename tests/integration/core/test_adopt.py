"""`onrecord adopt` gives an older database what the archive has; no number is used twice."""

import asyncio
from copy import copy
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from onrecord.app.offline import offline
from onrecord.app.settings.load import load
from onrecord.app.settings.options import storage_options
from onrecord.core.domain.values import SYSTEM
from onrecord.core.store.void import void_ends
from onrecord.database.database import Database
from onrecord.features.chat.service import ReadStore
from onrecord.features.people.means import Means
from onrecord.features.people.people import Changes, NewPerson, People
from onrecord.features.people.statuses import Status, Statuses
from onrecord.features.people.store import CREDENTIAL
from onrecord.features.sign_in.values import Person
from onrecord.protocol.people import POSITION, position_of
from onrecord.protocol.statuses import PersonStatus
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.layout import TAILS
from tests.rig.client import client
from tests.rig.command import onrecord, verified
from tests.rig.installation import (
    BY_TWO,
    GLASS,
    PASSWORD,
    RIG,
    change_password,
    install,
    populate_conversations,
)
from tests.rig.process import running

HEAD_OF_DESK: dict[str, Any] = {field: f"Their {field}" for field in POSITION}


class Story:
    """A bank whose database went back in time, and what people saw before."""

    def __init__(self, folder: Path) -> None:
        self.bank = install(folder, ["anna", "marek", "julia", "ola"])
        populate_conversations(self.bank, {"Desk": ["anna", "marek"]}, [("anna", "marek")])
        backup = folder / "older.db"
        assert onrecord(self.bank.data, "backup", "database", str(backup)).returncode == 0
        with running(self.bank):
            self.sent = asyncio.run(self._talk())
        asyncio.run(self._manage())
        self.before = self.seen()
        for path in self.bank.settings.paths.db.iterdir():
            path.unlink()
        assert onrecord(self.bank.data, "restore", "database", str(backup)).returncode == 0

    async def _talk(self) -> dict[str, Any]:
        group, direct = self.bank.groups["Desk"], self.bank.direct("anna", "marek")
        julia = self.bank.people["julia"].id
        async with client(self.bank, "anna") as anna, client(self.bank, "marek") as marek:
            await anna.sent(group, "first")
            await anna.command(t="members", conv=group, op="add", person=julia)
            said = await marek.sent(direct, "wrong")
            await marek.command(
                t="edit", conv=direct, target=said["event_id"], text="right after all"
            )
            gone = await anna.sent(group, "to be removed")
            await anna.command(t="remove", conv=group, target=gone["event_id"])
            await anna.command(t="title", conv=group, title="Desk two")
            await anna.say({"t": "read", "conv": direct, "msg_no": 1})
            await anna.until(lambda: any(e["type"] == "positions" for e in anna.events))
            return await anna.sent(group, "last")

    async def _manage(self) -> None:
        async with offline(self.bank.settings) as root:
            ola = self.bank.people["ola"]
            await root[People].deactivate(SYSTEM, RIG, ola.id)
            await change_password(root, "marek", PASSWORD, "a new long horse")
            anna = self.bank.people["anna"]
            changes = Changes(**HEAD_OF_DESK)
            await root[People].change(SYSTEM, RIG, anna.id, changes, BY_TWO)
            await root[Statuses].set(anna.actor, RIG, Status("Back on Monday", quiet=True))
            new = NewPerson("Ewa Lis", "employee", "Rig Bank", "compliance", "ewa")
            await root[People].add(SYSTEM, RIG, new, GLASS)
        await self.settle()

    async def settle(self) -> None:
        """Record what is owed, which a server does in the background."""
        async with offline(self.bank.settings) as root:
            assert await root[Means].entries.settle()

    def seen(self) -> dict[str, Any]:
        """Return what each person sees, and everybody's account."""
        database = Database(storage_options(self.bank.settings))
        store = ReadStore(database)
        try:
            return {
                name: self._seen_by(store, person.id) for name, person in self.bank.people.items()
            }
        finally:
            database.close()

    def _seen_by(self, store: ReadStore, person: PersonId) -> Any:
        conversations = store.bootstrap(person).conversations
        return [
            (
                each,
                store.timeline(
                    person, StreamId(each.id), before=None, after=None, around=None, limit=100
                ),
            )
            for each in sorted(conversations, key=lambda each: each.id)
        ]

    async def accounts(self) -> dict[str, Person]:
        async with offline(self.bank.settings) as root:
            return {person.name: person for person in await root[People].all()}

    def adopt(self) -> None:
        self.adopt_with("--opening-key", str(self.bank.opening_key))

    def adopt_with(self, *arguments: str) -> None:
        done = onrecord(self.bank.data, "adopt", *arguments)
        assert done.returncode == 0, done.stderr

    def copy(self, folder: Path) -> "Story":
        """Return the same story in another folder."""
        other, data = copy(self), folder / "data"
        copytree(self.bank.data, data)
        other.bank = replace(self.bank, data=data, settings=load(data))
        return other


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(tmp_path_factory.mktemp("told"))


@pytest.fixture
def story(told: Story, tmp_path: Path) -> Story:
    return told.copy(tmp_path)


def test_everybody_sees_what_they_saw(story: Story) -> None:
    assert story.seen() != story.before
    assert onrecord(story.bank.data, "serve").stderr.startswith("journal_behind_archive")
    story.adopt()
    assert story.seen() == story.before
    verified(story.bank.data)


def test_a_write_that_was_cut_short_is_void_and_on_the_record(story: Story) -> None:
    tail = max((story.bank.settings.archive.directory / TAILS).iterdir())
    size = tail.stat().st_size
    tail.chmod(0o600)
    with tail.open("ab") as file:
        file.write(b"ORF1 and no more of it")
    assert onrecord(story.bank.data, "serve").stderr.startswith("journal_behind_archive")
    assert tail == max(tail.parent.iterdir()), "no tail is begun"
    story.adopt()
    assert story.seen() == story.before
    database = Database(storage_options(story.bank.settings))
    (void,) = void_ends(database)
    database.close()
    assert (void.tail, void.offset, void.length) == (tail.name, size, 22)


def test_numbers_go_on_and_a_retry_gets_its_old_answer(story: Story) -> None:
    story.adopt()

    async def again() -> tuple[Any, Any]:
        async with client(story.bank, "anna") as anna:
            old = await anna.send(story.sent["conv"], "last", id=story.sent["id"])
            return await anna.answer(old), await anna.sent(story.sent["conv"], "next")

    with running(story.bank):
        old, new = asyncio.run(again())
    assert old == story.sent
    assert (new["conv_seq"], new["msg_no"]) == (
        story.sent["conv_seq"] + 1,
        story.sent["msg_no"] + 1,
    )


def test_accounts_are_where_the_record_says(story: Story) -> None:
    story.adopt()
    accounts = asyncio.run(story.accounts())
    assert not accounts["Ola"].active
    assert position_of(accounts["Anna"]) == HEAD_OF_DESK
    database = Database(storage_options(story.bank.settings))
    people = ReadStore(database).people(story.bank.people["marek"].id)
    database.close()
    statuses = [each.status for each in people if each.status is not None]
    assert statuses == [PersonStatus("Back on Monday", quiet=True)]
    assert accounts["Ewa Lis"].username == "ewa"


def test_an_old_password_does_not_come_back(story: Story) -> None:
    story.adopt()
    database = Database(storage_options(story.bank.settings))
    with database.reading() as tx:
        found = tx.only(CREDENTIAL, ("marek",))
    database.close()
    assert found.password_hash is None


def test_it_can_be_done_twice(story: Story) -> None:
    story.adopt()
    again = onrecord(story.bank.data, "adopt", "--opening-key", str(story.bank.opening_key))
    assert (again.returncode, again.stdout.partition(" ")[0]) == (0, "0")
    assert story.seen() == story.before


def test_without_the_right_key_nothing_is_adopted(story: Story, tmp_path: Path) -> None:
    pair = ("--epoch", "1", "--to", str(tmp_path / "o.key"), "--public", str(tmp_path / "o.pub"))
    onrecord(story.bank.data, "keys", "pair", *pair)
    refused = onrecord(story.bank.data, "adopt", "--opening-key", str(tmp_path / "o.key"))
    assert refused.returncode == 1
    assert onrecord(story.bank.data, "serve").stderr.startswith("journal_behind_archive")
