"""An advisor's reset of a client waits for a time, or for a second person. Both databases."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from onrecord.core.domain.errors import Refusal, Unavailable
from onrecord.core.domain.values import Actor, Facts, Origin, SystemEntry
from onrecord.core.failures import RowRefused
from onrecord.database.statements import sql
from onrecord.features.clients.confirming_again import ConfirmingAgain
from onrecord.features.clients.invites import NewInvite
from onrecord.features.clients.reset_store import ResetStore
from onrecord.features.clients.resets import LONGEST_PAUSE_S, Rule
from onrecord.features.people.approvals import Approvals
from onrecord.features.people.people import Changes, NewPerson
from onrecord.features.people.requests import (
    LIFETIME,
    AddPerson,
    Ending,
    LinkPerson,
    Request,
    ResetClient,
)
from onrecord.features.people.told import Along
from onrecord.features.sign_in.values import Owed, Person
from tests.integration.clients.test_assurance import clara_of_ada, desk, office
from tests.integration.clients.test_passkeys import refused
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import BY_TWO, CONSOLE, GLASS, Office

__all__ = ["desk", "office"]

THIEF = "thief@example.net"
LINK = Origin("objection", addresses=("192.0.2.9",))
DAY = timedelta(hours=24)


class Scene:
    """Clara, whom Ada advises and who has signed in; an administrator and an officer."""

    def __init__(self, office: Office, desk: Desk, ada: Actor, clara: Person) -> None:
        self.office, self.desk, self.ada, self.clara = office, desk, ada, clara
        self.resets = desk.assured.resets
        self.before = len(desk.letters())

    async def open(self) -> "Scene":
        """Hire the office."""
        self.adam = (await self.office.hire("adam", role="administrator")).actor
        self.ola = (await self.office.hire("ola", role="compliance")).actor
        return self

    async def ask(self, address: str | None = THIEF) -> Request:
        """Ada asks for a reset."""
        wanted = ResetClient(self.clara.id, address, "screen")
        came = await self.resets.ask(self.ada, CONSOLE, wanted)
        assert isinstance(came, Request)
        return came

    def letters(self) -> list[dict[str, str]]:
        """What was sent since."""
        return self.desk.letters()[self.before :]

    def secret(self) -> str:
        """What stops it, from the newest letter."""
        return self.letters()[-1]["short"].partition("#object=")[2].split()[0]

    async def in_effect(self) -> bool:
        """Let the background look; whether Clara's sessions ended."""
        await self.resets.look()
        return await self.office.sessions.of(self.clara.id) == []

    async def told(self, person: Actor) -> list[str]:
        """What somebody is told when they sign in."""
        return [each.said.what for each in await self.office.account_notices.of(person.id)]

    async def recorded(self) -> list[str]:
        """What `identity` says of requests, and of the reset."""
        await self.office.entries.settle()
        bodies = [each.body for each in self.office.records.entries]
        types = [each.type for each in bodies if isinstance(each, SystemEntry)]
        return [each for each in types if each.startswith(("request", "client.reset"))]


Story = Callable[[Scene], Awaitable[None]]


def at(office: Office, desk: Desk, story: Story) -> None:
    """Tell a story of Clara's reset."""

    async def tell() -> None:
        ada, opened = await clara_of_ada(office, desk)
        clara = await office.people.one(opened.person.id)
        await story(await Scene(office, desk, ada, clara).open())

    asyncio.run(tell())


def test_it_waits_a_day_and_the_old_address_is_told_at_once(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        asked = await scene.ask()
        assert asked.takes_effect_at == office.clock.now() + DAY
        (letter,) = scene.letters()
        assert letter["to"] == "clara@example.com"
        assert THIEF not in str(letter)
        office.clock.move(hours=23, minutes=59)
        assert not await scene.in_effect()
        shown = await scene.resets.of(scene.ada, scene.clara.id)
        assert shown is not None
        assert shown.waits
        office.clock.move(minutes=1)
        assert await scene.in_effect()
        assert await scene.recorded() == ["request.made", "client.reset"]
        facts = scene.office.records.facts(scene.office.records.types().index("client.reset"))
        assert facts["request"] == asked.id
        (invite,) = [each for each in await desk.invites.of(scene.ada) if not each.accepted_at]
        assert invite.address.value == THIEF
        assert [each["to"] for each in scene.letters()] == ["clara@example.com"] * 2
        assert await scene.resets.of(scene.ada, scene.clara.id) is None

    at(office, desk, story)


def test_the_letters_link_stops_it_once_and_merely_opening_it_does_not(
    office: Office, desk: Desk
) -> None:
    async def story(scene: Scene) -> None:
        await scene.ask()
        secret = scene.secret()
        for _ in range(3):
            shown = await scene.resets.show(secret, "192.0.2.9")
            assert (shown.advisor.id, shown.waits) == (scene.ada.id, True)
        await scene.resets.object_by_link(secret, LINK)
        assert await refused(scene.resets.object_by_link(secret, LINK)) == "reset_over"
        office.clock.move(hours=25)
        assert not await scene.in_effect()
        shown = await scene.resets.show(secret, "192.0.2.9")
        assert (shown.request.state, shown.waits) == ("objected", False)
        assert await scene.recorded() == ["request.made", "request.objected"]
        for one in (scene.ada, scene.adam, scene.ola):
            assert await scene.told(one) == ["reset_objected"]
        assert await refused(scene.resets.show("x" * 43, "192.0.2.9")) == "no_such_request"

    at(office, desk, story)


def test_the_client_who_is_signed_in_sees_it_and_stops_it(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        assert await scene.resets.of_oneself(scene.clara.actor) is None
        office.told.clear()
        await scene.ask()
        assert office.told == [scene.clara.id], "an open page is told"
        shown = await scene.resets.of_oneself(scene.clara.actor)
        assert shown is not None
        assert shown.advisor.id == scene.ada.id
        await scene.resets.object_oneself(scene.clara.actor, CONSOLE)
        assert await scene.resets.of_oneself(scene.clara.actor) is None
        again = scene.resets.object_oneself(scene.clara.actor, CONSOLE)
        assert await refused(again) == "reset_over"
        assert await scene.told(scene.ola) == ["reset_objected"]

    at(office, desk, story)


def test_after_the_moment_it_says_that_it_is_too_late(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        await scene.ask()
        secret = scene.secret()
        office.clock.move(hours=24)
        assert await scene.in_effect()
        assert await refused(scene.resets.object_by_link(secret, LINK)) == "reset_over"
        shown = await scene.resets.show(secret, "192.0.2.9")
        assert (shown.request.state, shown.waits) == ("done", False)

    at(office, desk, story)


def test_who_asked_withdraws_it_and_asks_for_another(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        first = await scene.ask()
        assert (await scene.ask()).id == first.id, "the same is asked for once"
        other = scene.ask("clara@new.example")
        assert await refused(other) == "reset_waiting"
        await scene.resets.withdraw(scene.ada, CONSOLE, scene.clara.id)
        again = scene.resets.withdraw(scene.ada, CONSOLE, scene.clara.id)
        assert await refused(again) == "no_such_request"
        assert (await scene.ask("clara@new.example")).id != first.id
        eve = (await office.hire("eve", role="advisor")).actor
        work = scene.resets.withdraw(eve, CONSOLE, scene.clara.id)
        assert await refused(work) == "no_such_client"

    at(office, desk, story)


@pytest.mark.parametrize("address", [None, THIEF])
def test_a_second_person_approves_it_where_the_setting_says_so(
    office: Office, tmp_path: Path, address: str | None
) -> None:
    desk = open_desk(office, tmp_path / "letters", clients={"reset": "second_person"})

    async def story(scene: Scene) -> None:
        asked = await scene.ask(address)
        assert asked.takes_effect_at is None
        assert scene.letters() == []
        office.clock.move(hours=25)
        assert not await scene.in_effect(), "no time passes for it"
        (waiting,) = await office.approvals.pending()
        assert waiting.id == asked.id
        work = office.approvals.approve(scene.ada, CONSOLE, asked.id)
        assert await refused(work) == "own_request"
        await office.approvals.approve(scene.adam, CONSOLE, asked.id)
        office.clock.move(seconds=1)
        assert await scene.in_effect()
        recorded = await scene.recorded()
        assert recorded == ["request.made", "request.approved", "client.reset"]

    at(office, desk, story)


@pytest.mark.parametrize("declined", [True, False])
def test_the_clients_open_page_hears_of_what_an_administrator_decides(
    office: Office, tmp_path: Path, declined: bool
) -> None:
    """Nothing of it can be stopped from then on, so their page shows nothing to press."""
    desk = open_desk(office, tmp_path / "letters", clients={"reset": "second_person"})

    async def story(scene: Scene) -> None:
        asked = await scene.ask()
        office.told.clear()
        decide = office.approvals.decline if declined else office.approvals.approve
        await decide(scene.adam, CONSOLE, asked.id)
        assert office.told == [scene.clara.id]
        shown = await scene.resets.of_oneself(scene.clara.actor)
        assert shown is None if declined else shown is not None
        assert shown is None or not shown.waits

    at(office, desk, story)


def test_what_an_advisor_asked_for_who_is_none_any_more_waits_for_nobody(
    office: Office, tmp_path: Path
) -> None:
    """What nobody can decide on is not listed either."""
    desk = open_desk(office, tmp_path / "letters", clients={"reset": "second_person"})

    async def story(scene: Scene) -> None:
        asked = await scene.ask()
        changes = Changes(role="compliance")
        await office.people.change(scene.adam, CONSOLE, scene.ada.id, changes, GLASS)
        for decide in (office.approvals.approve, office.approvals.decline):
            assert await refused(decide(scene.adam, CONSOLE, asked.id)) == "no_such_request"
        assert await office.approvals.pending() == []

    at(office, desk, story)


def test_what_waits_for_its_time_is_not_approved(office: Office, desk: Desk) -> None:
    """Nobody shortens the time in which the old address can object."""

    async def story(scene: Scene) -> None:
        asked = await scene.ask()
        assert await office.approvals.pending() == []
        work = office.approvals.approve(scene.adam, CONSOLE, asked.id)
        assert await refused(work) == "no_such_request"
        assert not await scene.in_effect()

    at(office, desk, story)


def test_where_the_old_address_cannot_be_told_a_second_person_approves(
    office: Office, desk: Desk
) -> None:
    async def story(scene: Scene) -> None:
        desk.post.fails = Unavailable("letter_not_taken", "No.")
        asked = await scene.ask()
        desk.post.fails = None
        assert asked.takes_effect_at is None
        office.clock.move(hours=25)
        assert not await scene.in_effect()
        await office.approvals.approve(scene.adam, CONSOLE, asked.id)
        assert await scene.in_effect()

    at(office, desk, story)


async def brought(scene: Scene, how: str) -> None:
    """Have the administrator make Ada, or another who asks, the advisor of Clara."""
    office, adam, ada = scene.office, scene.adam, scene.ada
    new = NewPerson("Sam", "employee", "Bank", "advisor", "sam")
    match how:
        case "added":
            scene.ada = (await office.people.add(adam, CONSOLE, new)).actor
        case "made a link":
            await office.links.create(adam, CONSOLE, ada.id, "chat", warrant=BY_TWO)
        case "asked for a link":
            await office.approvals.ask(adam, CONSOLE, LinkPerson(ada.id, "chat"))
        case "asked for them":
            officer = structs.replace(new, role="auditor")
            asked = await office.approvals.ask(adam, CONSOLE, AddPerson(officer))
            other = (await office.hire("olek", role="administrator")).actor
            scene.ada = (await office.approvals.approve(other, CONSOLE, asked.id)).person.actor
        case "handed over":
            with office.world.database.reading() as tx:
                stream, seq = tx.only(
                    sql(
                        "SELECT s.id, r.from_seq FROM relationship r"
                        " JOIN stream s ON s.key = r.stream_key WHERE r.client = ?"
                    ),
                    (scene.clara.id,),
                )
            facts: Facts = {
                "conversation": stream,
                "change": "conversation.handed_over",
                "conv_seq": seq,
            }
            await office.entries.record(adam, CONSOLE, "relationship.changed", facts)
        case "succeeded":
            piotr = await office.hire("piotr", role="advisor")
            await office.people.deactivate(adam, CONSOLE, piotr.id, successor=ada.id)
            await office.entries.settle()
        case "named later":
            piotr = await office.hire("piotr", role="advisor")
            await office.people.deactivate(adam, CONSOLE, piotr.id)
            await office.people.name_successor(adam, CONSOLE, piotr.id, ada.id)


WAYS = (
    "added", "made a link", "asked for a link", "asked for them", "handed over", "succeeded",
    "named later",
)  # fmt: skip


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("rule", ["wait", "second_person"])
def test_who_made_somebody_the_advisor_does_not_approve_what_they_ask_for(
    office: Office, tmp_path: Path, how: str, rule: Rule
) -> None:
    """An administrator who made an advisor may be that advisor: it would be one person alone."""
    desk = open_desk(office, tmp_path / "letters", clients={"reset": rule})

    async def story(scene: Scene) -> None:
        other = (await office.hire("ewa", role="administrator")).actor
        await brought(scene, how)
        store = ResetStore(office.world.database)
        assert store.brought_there(scene.ada.id, scene.clara.id, scene.adam.id)
        assert not store.brought_there(scene.ada.id, scene.clara.id, other.id)
        if how in ("added", "asked for them"):
            return  # they answer for no client yet: whoever asks is the advisor of theirs
        desk.post.fails = Unavailable("letter_not_taken", "No.")
        asked = await scene.ask()
        desk.post.fails = None
        work = office.approvals.approve(scene.adam, CONSOLE, asked.id)
        assert await refused(work) == "advisor_of_yours"
        assert not await scene.in_effect()
        await office.approvals.approve(other, CONSOLE, asked.id)
        assert await scene.in_effect()

    at(office, desk, story)


def test_who_never_signed_in_is_invited_at_once(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        tom = await office.hire("tom", kind="client", role="client")
        office.world.people |= {ada.id: ada, tom.id: tom.actor}
        office.world.conversation(ada.id, tom.id, direct=True)
        wanted = ResetClient(tom.id, "tom@example.com", "screen")
        came = await desk.assured.resets.ask(ada, CONSOLE, wanted)
        assert isinstance(came, NewInvite)

    asyncio.run(story())


def test_no_verb_resets_who_has_signed_in_without_a_warrant(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        work = desk.assured.again.begin(
            scene.ada, CONSOLE, ResetClient(scene.clara.id, THIEF, "screen")
        )
        assert await refused(work) == "second_administrator_needed"
        assert not await scene.in_effect()

    at(office, desk, story)


def test_it_survives_a_restart_and_what_broke_off_goes_on(
    office: Office, desk: Desk, tmp_path: Path
) -> None:
    async def story(scene: Scene) -> None:
        await scene.ask()
        office.clock.move(hours=24)
        office.records.fails = Unavailable("archive_unavailable", "")
        assert await scene.in_effect(), "what shuts out needs no archive"
        assert "Unavailable" in desk.failures
        office.records.fails = None
        anew = open_desk(office, tmp_path / "letters")
        await anew.assured.resets.look()
        (invite,) = [each for each in await anew.invites.of(scene.ada) if not each.accepted_at]
        assert invite.address.value == THIEF
        assert ResetStore(office.world.database).resets_due(office.clock.now()) == []

    at(office, desk, story)


def test_it_ends_where_its_advisor_answers_for_the_client_no_more(
    office: Office, desk: Desk
) -> None:
    async def story(scene: Scene) -> None:
        await scene.ask()
        ben = (await office.hire("ben", role="advisor")).actor
        await office.people.deactivate(scene.adam, CONSOLE, scene.ada.id, ben.id)
        office.clock.move(hours=24)
        assert not await scene.in_effect()
        assert (await scene.recorded())[-1] == "request.declined"
        assert await scene.told(scene.ada) == ["reset_failed"]

    at(office, desk, story)


def test_what_nobody_carried_out_lapses(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        await scene.ask()
        office.clock.move(seconds=(DAY + LIFETIME).total_seconds())
        assert not await scene.in_effect()
        assert await scene.resets.of(scene.ada, scene.clara.id) is None

    at(office, desk, story)


def test_control_a_reset_that_demands_nothing_is_seen(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it was: the advisor's word alone ends the sessions and moves the address."""
    monkeypatch.setitem(
        ConfirmingAgain.begin.__globals__, "demand", lambda warrant, *, takes_two: {}
    )

    async def story(scene: Scene) -> None:
        wanted = ResetClient(scene.clara.id, THIEF, "screen")
        await desk.assured.again.begin(scene.ada, CONSOLE, wanted)
        assert await scene.in_effect()

    at(office, desk, story)


def test_two_asks_at_once_are_one_reset_and_one_letter(office: Office, desk: Desk) -> None:
    """A second one would take effect after the client has stopped the first."""

    async def story(scene: Scene) -> None:
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(scene.ask()) for _ in range(3)]
        assert len({task.result().id for task in asked}) == 1
        assert len(scene.letters()) == 1
        await scene.resets.object_by_link(scene.secret(), LINK)
        office.clock.move(hours=25)
        assert not await scene.in_effect()
        assert await scene.recorded() == ["request.made", "request.objected"]

    at(office, desk, story)


def test_of_two_asks_for_other_addresses_at_once_one_waits(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        works = [scene.ask(f"{name}@example.net") for name in ("one", "two")]
        came = await asyncio.gather(*works, return_exceptions=True)
        assert [each.code for each in came if isinstance(each, Refusal)] == ["reset_waiting"]
        assert len(scene.letters()) == 1

    at(office, desk, story)


def test_the_database_keeps_one_waiting_reset_of_a_client(office: Office, desk: Desk) -> None:
    async def story(scene: Scene) -> None:
        store, asked = ResetStore(office.world.database), await scene.ask()
        other = structs.replace(asked, id="f" * 32)
        assert store.add_reset(other, b"s" * 32) == asked
        with pytest.raises(RowRefused):
            store.add_request(other)
        await scene.resets.withdraw(scene.ada, CONSOLE, scene.clara.id)
        assert (
            store.add_reset(structs.replace(other, takes_effect_at=None), b"s" * 32).id == other.id
        )
        lapsed = other.expires_at
        late = structs.replace(other, id="e" * 32, asked_at=lapsed, expires_at=lapsed + LIFETIME)
        assert store.add_reset(late, b"t" * 32).id == late.id, "what has lapsed stands in no way"

    at(office, desk, story)


def test_an_objection_whose_answer_is_lost_was_told(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(scene: Scene) -> None:
        await scene.ask()
        move = ResetStore.move_request

        def lost(self: ResetStore, id: str, to: Ending, owed: Owed, along: Along) -> bool:
            assert move(self, id, to, owed, along)
            raise Unavailable("database_busy", "The answer is lost.")

        monkeypatch.setattr(ResetStore, "move_request", lost)
        assert await refused(scene.resets.object_by_link(scene.secret(), LINK)) == "database_busy"
        for one in (scene.ada, scene.adam, scene.ola):
            assert await scene.told(one) == ["reset_objected"]
        assert await scene.recorded() == ["request.made", "request.objected"]

    at(office, desk, story)


def test_an_approval_that_an_objection_overtook_is_not_on_the_record(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(office, tmp_path / "letters", clients={"reset": "second_person"})

    async def story(scene: Scene) -> None:
        asked = await scene.ask()
        found = Approvals._waiting

        async def overtaken(self: Approvals, id: str) -> Request:
            request = await found(self, id)
            await scene.resets.object_oneself(scene.clara.actor, CONSOLE)
            return request

        monkeypatch.setattr(Approvals, "_waiting", overtaken)
        work = office.approvals.approve(scene.adam, CONSOLE, asked.id)
        assert await refused(work) == "no_such_request"
        assert await scene.recorded() == ["request.made", "request.objected"]
        assert not await scene.in_effect()

    at(office, desk, story)


def test_what_fails_is_tried_after_longer_and_longer_pauses(office: Office, desk: Desk) -> None:
    """An outage of an hour is not 1,800 lines in the log, and the reset is recorded once."""

    async def story(scene: Scene) -> None:
        await scene.ask()
        office.clock.move(hours=24)
        office.records.fails = Unavailable("archive_unavailable", "")
        for _ in range(900):
            await scene.resets.look()
            office.clock.move(seconds=2)
        office.records.fails = None
        tries = len(desk.failures)
        assert 8 < tries < 20
        assert (await scene.recorded()).count("client.reset") == 1
        office.clock.move(seconds=LONGEST_PAUSE_S)
        await scene.resets.look()
        (invite,) = [each for each in await desk.invites.of(scene.ada) if not each.accepted_at]
        assert invite.address.value == THIEF

    at(office, desk, story)
