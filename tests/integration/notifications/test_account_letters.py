"""Letters about accounts: at the address of before, each until it was taken."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.features.notifications.account_letters import (
    LOOK_S,
    PAUSE_S,
    AccountLetters,
)
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.told import Said
from onrecord.features.sign_in.values import Person
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import Office
from tests.rig.patience import SECONDS as PATIENCE

SAID = Said("link", "Adam", "Ada", "Ola")


@dataclass
class Scene:
    """Ada and Ben, who are told something, and what sends it."""

    office: Office
    desk: Desk
    letters: AccountLetters

    async def told(self, name: str) -> Person:
        """Somebody to whom something was done."""
        person = await self.office.hire(name, mail=f"{name}@bank.example")
        await self.office.tell(person, SAID)
        self.office.clock.move(seconds=1)
        return person

    def to(self) -> list[str]:
        """Whom letters went to."""
        return [each["to"] for each in self.desk.letters()]


Story = Callable[[Scene], Coroutine[None, None, None]]


@pytest.fixture
def tell(office: Office, tmp_path: Path) -> Callable[[Story], None]:
    def run(story: Story, *, by_mail: bool = True) -> None:
        mail = {"folder": tmp_path / "letters" if by_mail else None}
        desk = open_desk(office, tmp_path / "letters", mail=mail)
        asyncio.run(story(Scene(office, desk, desk.root[AccountLetters])))

    return run


def test_each_is_sent_once_at_the_address_of_before(tell: Callable[[Story], None]) -> None:
    async def story(scene: Scene) -> None:
        await scene.told("ada")
        await scene.told("ben")
        await scene.letters.look()
        await scene.letters.look()
        assert scene.to() == ["ada@bank.example", "ben@bank.example"]
        await scene.office.entries.settle()
        assert scene.office.records.types().count("letter.sent") == 2
        assert scene.desk.failures == []

    tell(story)


def test_what_nobody_takes_is_left_alone_and_tried_again(tell: Callable[[Story], None]) -> None:
    async def story(scene: Scene) -> None:
        await scene.told("ada")
        scene.desk.post.fails = Unavailable("letter_not_taken", "No.")
        await scene.letters.look()
        scene.desk.post.fails = None
        await scene.told("ben")
        await scene.letters.look()
        assert scene.to() == ["ben@bank.example"], "one does not hold the others up"
        scene.office.clock.move(seconds=PAUSE_S)
        await scene.letters.look()
        assert scene.to() == ["ben@bank.example", "ada@bank.example"]
        assert len(scene.desk.failures) == 1

    tell(story)


def test_a_kill_after_it_was_taken_sends_it_again_rather_than_never(
    tell: Callable[[Story], None],
) -> None:
    async def story(scene: Scene) -> None:
        await scene.told("ada")
        scene.desk.post.fails, scene.desk.post.after = asyncio.CancelledError(), True
        with pytest.raises(asyncio.CancelledError):
            await scene.letters.look()
        scene.desk.post.fails = None
        await scene.letters.look()
        assert scene.to() == ["ada@bank.example"] * 2

    tell(story)


def test_it_looks_every_few_seconds_until_cancelled(
    tell: Callable[[Story], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(scene: Scene) -> None:
        slept, go_on = asyncio.Event(), asyncio.Event()
        pauses: list[float] = []

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)
            slept.set()
            await go_on.wait()
            go_on.clear()

        monkeypatch.setattr("onrecord.core.turns.asyncio.sleep", sleep)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(scene.letters.run())
            for name in ("ada", "ben"):
                await slept.wait()
                slept.clear()
                await scene.told(name)
                go_on.set()
            await slept.wait()
            running.cancel()
        assert scene.to() == ["ada@bank.example", "ben@bank.example"]
        assert set(pauses) == {LOOK_S}

    tell(story)


def test_where_there_is_no_mail_server_it_ends_and_what_waits_stays(
    tell: Callable[..., None],
) -> None:
    async def story(scene: Scene) -> None:
        await scene.told("ada")
        await asyncio.wait_for(scene.letters.run(), PATIENCE)
        assert scene.to() == []
        store = ApprovalStore(scene.office.world.database)
        assert len(store.notices_to_mail(10)) == 1

    tell(story, by_mail=False)
