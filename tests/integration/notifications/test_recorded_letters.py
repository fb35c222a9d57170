"""Whatever letter it is: its order is on the record before it leaves, then what became of it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import Actor, Command, SystemEntry
from onrecord.features.clients.invites import Invitee, NewInvite
from onrecord.features.people.requests import ResetClient
from onrecord.features.sign_in.secrets import digest
from onrecord.features.sign_in.service import Caller, Opened
from onrecord.features.sign_in.values import Person
from tests.integration.front_desk import NOTICES, Desk, Killed, open_desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, Office
from tests.rig.patience import SECONDS as PATIENCE

REFUSED = Unavailable("letter_not_taken", "No.")
EVE = Invitee("Eve", "eve@example.com", "en", "mail")
ELSEWHERE = Caller("chat", "192.0.2.9", "Firefox", "another browser")


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


class Scene:
    """Ada, her client Clara who is in, and Eve who was invited."""

    def __init__(self, desk: Desk, ada: Actor, clara: Opened, eve: tuple[NewInvite, str]) -> None:
        self.desk, self.ada, self.clara = desk, ada, clara
        self.made, self.token = eve
        self.newer = self.token
        self.waits_s = PATIENCE
        """How long for the end of a letter that leaves by itself."""

    async def code_of_invite(self) -> None:
        await self.desk.invitation.send_code(self.token, CHAT)

    async def code_of_proof(self) -> None:
        client, session = self.clara.person, self.clara.session
        await self.desk.assured.proving.send_code(client, session, CONSOLE)

    async def code_of_sign_in(self) -> None:
        await self.desk.coming_back.send_code("clara@example.com", CHAT)
        await self._aside(self.desk.coming_back.run)

    async def invite(self) -> None:
        await self.desk.invite(self.ada, Invitee("Jan", "+48 601 234 567", "en", "sms"))

    async def link(self) -> None:
        made = await self.desk.invites.again(self.ada, CONSOLE, self.made.invite.id, "mail")
        self.newer = made.link.partition("#invite=")[2]

    async def device(self) -> None:
        await self.desk.assured.arrivals.open(self.clara.person, "passkey", ELSEWHERE)
        await self._aside(self.desk.assured.arrivals.run)

    async def passkey(self) -> None:
        await self.desk.assured.arrivals.warn_of_passkey(self.clara.person)
        await self._aside(self.desk.assured.arrivals.run)

    async def moved(self) -> None:
        again, client = self.desk.assured.again, self.clara.person.id
        await again.begin(
            self.ada, CONSOLE, ResetClient(client, "clara@new.example", "screen"), BY_TWO
        )

    async def _aside(self, run: Callable[[], Coroutine[object, object, None]]) -> None:
        """Let a background task run until its letter is through, or for `waits_s`."""
        before = self._ended()
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(run())
            with suppress(TimeoutError):
                async with asyncio.timeout(self.waits_s):
                    while self._ended() == before:
                        await asyncio.sleep(0.005)
                        await self.desk.office.entries.settle()
            running.cancel()

    def _ended(self) -> int:
        types = self.desk.office.records.types()
        return types.count("letter.sent") + types.count("letter.failed")

    async def results(self) -> list[tuple[str, object, object]]:
        """Type, kind and order of each record of a letter."""
        await self.desk.office.entries.settle()
        bodies = [each.body for each in self.desk.office.records.entries]
        return [
            (body.type, body.facts["letter"], body.facts["order"])
            for body in bodies
            if isinstance(body, SystemEntry) and body.type.startswith("letter.")
        ]


Story = Callable[[Scene], Awaitable[None]]
KINDS = {
    "code": Scene.code_of_invite,
    "code of a proof": Scene.code_of_proof,
    "code of a sign-in": Scene.code_of_sign_in,
    "invite": Scene.invite,
    "invite again": Scene.link,
    "device": Scene.device,
    "passkey": Scene.passkey,
    "moved": Scene.moved,
}
every_kind = pytest.mark.parametrize("kind", KINDS)


async def scene_at(desk: Desk) -> Scene:
    ada = (await desk.office.hire(role="advisor")).actor
    clara = await desk.bring_in(ada)
    return Scene(desk, ada, clara, await desk.invite(ada, EVE))


async def told_by(scene: Scene, kind: str) -> list[tuple[str, object, object]]:
    """What one letter of a kind adds to the record; what refuses or dies is no matter here."""
    before = len(await scene.results())
    try:
        await KINDS[kind](scene)
    except (Unavailable, Killed):
        pass
    except BaseExceptionGroup as group:
        if group.subgroup(Killed) is None:
            raise
    return (await scene.results())[before:]


def letter_of(kind: str) -> str:
    return kind.split(maxsplit=1)[0]


@every_kind
def test_a_letter_that_was_taken(desk: Desk, kind: str) -> None:
    async def story() -> None:
        scene = await scene_at(desk)
        before = len(desk.letters())
        (ordered, sent) = await told_by(scene, kind)
        assert (ordered[0], sent[0]) == ("letter.ordered", "letter.sent")
        assert ordered[1:] == sent[1:]
        assert ordered[1] == letter_of(kind)
        assert len(desk.letters()) == before + 1

    asyncio.run(story())


@every_kind
def test_a_letter_that_nobody_took_is_never_said_to_have_left(desk: Desk, kind: str) -> None:
    async def story() -> None:
        scene = await scene_at(desk)
        desk.post.fails = REFUSED
        (ordered, failed) = await told_by(scene, kind)
        assert (ordered[0], failed[0]) == ("letter.ordered", "letter.failed")
        assert ordered[1:] == failed[1:]
        bodies = [each.body for each in desk.office.records.entries]
        said = [b.facts for b in bodies if isinstance(b, SystemEntry) and b.type == "letter.failed"]
        assert [facts["code"] for facts in said] == ["letter_not_taken"]

    asyncio.run(story())


@every_kind
@pytest.mark.parametrize("after", [False, True])
def test_a_process_that_dies_leaves_an_order_without_a_result(
    desk: Desk, kind: str, *, after: bool
) -> None:
    async def story() -> None:
        scene = await scene_at(desk)
        desk.post.fails, desk.post.after = Killed(), after
        ((ordered, _, _),) = await told_by(scene, kind)
        assert ordered == "letter.ordered"

    asyncio.run(story())


@every_kind
def test_nothing_leaves_while_nothing_can_be_archived(desk: Desk, kind: str) -> None:
    async def story() -> None:
        scene = await scene_at(desk)
        scene.waits_s = 0.3
        before = len(desk.letters())
        refuse = Unavailable("archive_unavailable", "No.")

        def orders(command: Command) -> None:
            if command.body.type == "letter.ordered":
                raise refuse

        desk.office.records.before = orders
        assert await told_by(scene, kind) == []
        assert len(desk.letters()) == before

    asyncio.run(story())


def test_the_advisor_sees_what_was_not_delivered_and_sends_it_again(desk: Desk) -> None:
    async def story() -> None:
        scene = await scene_at(desk)

        async def not_delivered() -> set[str]:
            return {each.name for each in await desk.invites.of(scene.ada) if not each.sent}

        assert await not_delivered() == set()
        desk.post.fails = REFUSED
        await scene.link()
        assert await not_delivered() == {"Eve"}
        desk.post.fails = None
        await scene.link()
        assert await not_delivered() == set()
        desk.post.fails, desk.post.after = Killed(), True
        with pytest.raises(Killed):
            await scene.invite()
        assert await not_delivered() == {"Jan"}, "nobody knows, so it is there to be sent again"

    asyncio.run(story())


def test_a_letter_with_an_older_link_delivers_no_newer_one(desk: Desk) -> None:
    async def story() -> None:
        scene = await scene_at(desk)
        id = scene.made.invite.id
        desk.post.fails = REFUSED
        await scene.link()
        for token, sent in ((scene.token, False), (scene.newer, True)):
            owed = desk.office.entries.owe(scene.ada, CONSOLE, "letter.sent", {"invite": id})
            desk.store.invite_sent(id, digest(token), owed, at=desk.office.clock.now())
            invite = desk.store.invite(id)
            assert invite is not None
            assert invite.sent == sent

    asyncio.run(story())


def test_who_asks_for_a_code_learns_that_it_did_not_leave_but_a_stranger_learns_nothing(
    desk: Desk,
) -> None:
    async def story() -> None:
        scene = await scene_at(desk)
        desk.post.fails = REFUSED
        for proved in (scene.code_of_invite, scene.code_of_proof):
            with pytest.raises(Unavailable) as caught:
                await proved()
            assert caught.value.code == "letter_not_taken"
        for address in ("clara@example.com", "nobody@example.com"):
            await desk.coming_back.send_code(address, CHAT)

    asyncio.run(story())


def test_where_no_such_letters_leave_everybody_is_told(office: Office, tmp_path: Path) -> None:
    async def story() -> None:
        desk = open_desk(office, tmp_path / "letters", carriers={})
        for address in ("clara@example.com", "+48 601 234 567"):
            with pytest.raises(Unavailable) as caught:
                await desk.coming_back.send_code(address, CHAT)
            assert caught.value.code == "letters_not_set_up"

    asyncio.run(story())


def test_after_a_failure_the_next_code_lets_them_in(desk: Desk) -> None:
    async def story() -> None:
        scene = await scene_at(desk)
        desk.post.fails = REFUSED
        with pytest.raises(Unavailable):
            await scene.code_of_invite()
        desk.post.fails = None
        await scene.code_of_invite()
        eve: Person = (
            await desk.invitation.accept(scene.token, desk.code(), NOTICES["en"].sha256, CHAT)
        ).person
        assert eve.name == "Eve"

    asyncio.run(story())
