"""`onrecord adopt` without a key: numbers go on, gaps are closed, and the key makes all whole."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from onrecord.app.offline import offline
from onrecord.app.settings.options import storage_options
from onrecord.cli.checks.server import check_server
from onrecord.core.domain.errors import NotSignedIn
from onrecord.database.database import Database
from onrecord.features.chat.history_store import IN_THE_ARCHIVE
from onrecord.features.people.store import CREDENTIAL
from onrecord.features.sign_in.service import Caller, SignIn
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.sign_in.tokens import Tokens
from tests.integration.core.test_adopt import Story
from tests.integration.tables import published_rows
from tests.rig.client import client
from tests.rig.command import onrecord, verified
from tests.rig.installation import PASSWORD, change_password, install, populate_conversations
from tests.rig.process import running

CALLER = Caller("chat", "127.0.0.1")


class Talk(Story):
    """A bank that lost some talk: in `Plain` messages alone, in `Desk` a title as well."""

    def __init__(self, folder: Path) -> None:
        names = ["anna", "marek", "ewa@compliance", "adam@administrator"]
        self.bank = install(folder, names)
        populate_conversations(self.bank, {"Desk": names[:2], "Plain": names[:2]})
        opened = self.by_ewa("cases", "open", "C-1", "--reason", "A complaint.")
        assert opened.returncode == 0, opened.stderr
        # What the first start and the end of the session have to record.
        with running(self.bank):
            pass
        asyncio.run(self.settle())
        self.secret = asyncio.run(self._sign_in())
        backup = folder / "older.db"
        assert onrecord(self.bank.data, "backup", "database", str(backup)).returncode == 0
        with running(self.bank):
            self.sent = asyncio.run(self._talk())
        asyncio.run(self._manage())
        self.before = self.seen()
        for path in self.bank.settings.paths.db.iterdir():
            path.unlink()
        assert onrecord(self.bank.data, "restore", "database", str(backup)).returncode == 0

    async def _sign_in(self) -> str:
        async with offline(self.bank.settings) as root:
            return (await root[SignIn].by_password("anna", PASSWORD, CALLER)).secret

    async def _talk(self) -> dict[str, Any]:
        async with client(self.bank, "anna") as anna:
            await anna.sent(self.bank.groups["Desk"], "on the desk")
            await anna.command(t="title", conv=self.bank.groups["Desk"], title="Desk two")
            await anna.sent(self.bank.groups["Plain"], "first")
            return await anna.sent(self.bank.groups["Plain"], "last")

    async def _manage(self) -> None:
        """Nothing happens to the accounts."""

    def by_ewa(self, *arguments: str) -> Any:
        who = ("--as", "ewa@compliance")
        return onrecord(self.bank.data, *arguments, *who, stdin=PASSWORD + "\n")

    def rows(self) -> dict[str, Any]:
        database = Database(storage_options(self.bank.settings))
        try:
            return published_rows(database)
        finally:
            database.close()


class Accounts(Talk):
    """The same, and somebody got another password."""

    async def _manage(self) -> None:
        await set_password(self, "marek", "a new long horse")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return Talk(tmp_path_factory.mktemp("told"))


@pytest.fixture
def story(told: Talk, tmp_path: Path) -> Any:
    return told.copy(tmp_path)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    return Accounts(tmp_path_factory.mktemp("changed"))


@pytest.fixture
def accounts(changed: Accounts, tmp_path: Path) -> Any:
    return changed.copy(tmp_path)


async def talk_on(story: Talk) -> dict[str, Any]:
    """Retry what was lost, write on, try the closed desk; return what came of it."""
    plain, desk = story.bank.groups["Plain"], story.bank.groups["Desk"]
    async with client(story.bank, "anna") as anna, client(story.bank, "marek") as marek:
        again = await anna.send(plain, "last", id=story.sent["id"])
        found = {
            "again": await anna.answer(again),
            "next": await marek.sent(plain, "next"),
            "desk": await anna.sent(desk, "closed?"),
        }
        await anna.event(found["next"]["event_id"])
        return found


def test_people_go_on_where_only_messages_are_missing(story: Talk) -> None:
    assert onrecord(story.bank.data, "serve").stderr.startswith("journal_behind_archive")
    story.adopt_with()
    with running(story.bank):
        found = asyncio.run(talk_on(story))
    assert found["again"] == story.sent
    assert found["next"]["conv_seq"] == story.sent["conv_seq"] + 1
    assert found["next"]["msg_no"] == story.sent["msg_no"] + 1
    assert (found["desk"]["t"], found["desk"]["code"]) == ("nack", "closed_for_recovery")
    ((conversation, timeline),) = story.seen()["anna"]
    assert conversation.id == story.bank.groups["Plain"]
    texts = [getattr(event, "text", None) for event in timeline.events]
    assert texts[1:] == [IN_THE_ARCHIVE, IN_THE_ARCHIVE, "next"]


def test_the_key_makes_everything_whole_again(story: Talk) -> None:
    story.adopt_with()
    story.adopt()
    assert story.seen() == story.before
    before = story.rows()
    assert onrecord(story.bank.data, "rebuild").returncode == 0
    assert story.rows() == before
    verified(story.bank.data)


def test_it_can_be_done_twice(story: Talk) -> None:
    story.adopt_with()
    before = story.rows()
    again = onrecord(story.bank.data, "adopt")
    assert (again.returncode, again.stdout.partition(" ")[0]) == (0, "0")
    assert story.rows() == before


def test_sessions_of_before_end(story: Talk) -> None:
    story.adopt_with()

    async def come_back() -> None:
        async with offline(story.bank.settings) as root:
            await root[OpenSessions].find(story.secret, "chat")

    with pytest.raises(NotSignedIn):
        asyncio.run(come_back())


def test_what_was_said_meanwhile_stays(story: Talk) -> None:
    story.adopt_with()
    with running(story.bank):
        asyncio.run(talk_on(story))
    story.adopt()
    with running(story.bank):
        found = asyncio.run(talk_on(story))
    assert (found["again"], found["desk"]["t"]) == (story.sent, "ack")
    by_title = {each.title: timeline for each, timeline in story.seen()["marek"]}
    texts = [getattr(event, "text", None) for event in by_title["Plain"].events]
    assert texts[1:] == ["first", "last", "next", "next"]
    assert "Desk two" in by_title


def test_compliance_still_opens_a_closed_conversation(story: Talk, tmp_path: Path) -> None:
    story.adopt_with()
    page = tmp_path / "page.html"
    for title in ("Desk", "Plain"):
        span = ("--conversation", story.bank.groups[title], "--to", str(page), "--reason", title)
        done = story.by_ewa("transcript", "--case", "C-1", *span)
        assert (done.returncode, page.exists()) == (0, True), done.stderr
        page.unlink()
    found = story.by_ewa("search", "desk", "--case", "C-1", "--json")
    # Of what was kept: its title.
    assert (found.returncode, found.stdout.count("\n")) == (0, 1), found.stderr


def test_doctor_and_readiness_say_so_until_the_key_came(story: Talk) -> None:
    story.adopt_with()
    with running(story.bank):
        assert warned(story)
        ready = check_server(story.bank.settings)
    assert ready.verdict == "ok"
    assert "recovery" in ready.detail
    assert "closed_for_recovery" in (story.bank.data.parent / "server.log").read_text()
    story.adopt()
    assert not warned(story)


def warned(story: Talk) -> bool:
    done = onrecord(story.bank.data, "doctor", "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return any(each["check"] == "recovery" and each["verdict"] == "warning" for each in found)


def test_without_changed_accounts_everybody_signs_in(story: Talk) -> None:
    story.adopt_with()
    assert asyncio.run(ways_in(story)) == {"anna", "adam@administrator", "anna's token"}


def test_with_changed_accounts_only_administrators_sign_in(accounts: Talk) -> None:
    accounts.adopt_with()
    assert asyncio.run(ways_in(accounts)) == {"adam@administrator"}
    accounts.adopt()
    assert asyncio.run(ways_in(accounts)) == {"anna", "adam@administrator", "anna's token"}


def test_a_password_that_was_set_meanwhile_stays_and_one_of_before_does_not_come_back(
    accounts: Talk,
) -> None:
    accounts.adopt_with()
    asyncio.run(set_password(accounts, "adam@administrator", "a horse of meanwhile"))
    accounts.adopt()
    database = Database(storage_options(accounts.bank.settings))
    with database.reading() as tx:
        names = ("adam@administrator", "marek")
        hashed = {name: tx.only(CREDENTIAL, (name,)).password_hash for name in names}
    database.close()
    assert {name: each is None for name, each in hashed.items()} == {
        "adam@administrator": False,
        "marek": True,
    }


async def set_password(story: Talk, name: str, password: str) -> None:
    async with offline(story.bank.settings) as root:
        await change_password(root, name, PASSWORD, password)


async def ways_in(story: Talk) -> set[str]:
    """Return who gets in; who does not must be told why."""
    async with offline(story.bank.settings) as root:
        tries = {
            "anna": root[SignIn].by_password("anna", PASSWORD, CALLER),
            "adam@administrator": root[SignIn].by_password("adam@administrator", PASSWORD, CALLER),
            "anna's token": root[Tokens].redeem(story.bank.tokens["anna"]),
        }
        found = await asyncio.gather(*tries.values(), return_exceptions=True)
    refused = [each for each in found if isinstance(each, BaseException)]
    assert {getattr(each, "code", each) for each in refused} <= {"closed_for_recovery"}
    return {name for name, each in zip(tries, found, strict=True) if each not in refused}
