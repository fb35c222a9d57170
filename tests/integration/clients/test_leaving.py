"""A client ends the relationship: everything closes at once, and the record says so."""

import asyncio
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Conflict, Unavailable
from onrecord.core.domain.ids import direct_stream_id
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.invites import Invitee
from onrecord_archive.events.conversations import MemberLeft
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import BY_TWO, CONSOLE, Office

CLARAS = Address("mail", "clara@example.com")


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


def test_leaving_is_said_in_each_conversation_and_ends_every_session(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = await desk.bring_in(ada)
        person = clara.person
        ended: list[str] = []
        office.registry.admit(clara.session.id, person.id, None)
        office.registry.watch(clara.session.id, person.id, ended.append)
        await desk.leaving.leave(person.actor, CONSOLE)
        said = office.records.entries[-1]
        assert said.body == MemberLeft(ended=True)
        assert said.stream == direct_stream_id(ada.id, person.id)
        assert ended == ["left"]
        assert await office.entries.settle()
        assert office.records.types()[-1] == "client.left"
        assert desk.store.client_at(CLARAS) is None

    asyncio.run(story())


def test_a_group_learns_that_they_left_and_not_that_the_relationship_ended(
    office: Office, desk: Desk
) -> None:
    """Another client may read along there."""

    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = (await desk.bring_in(ada)).person.actor
        dan = (await desk.bring_in(ada, Invitee("Dan", "dan@example.com", "en", "mail"))).person
        office.world.people |= {each.id: each for each in (ada, clara, dan.actor)}
        group = office.world.conversation(ada.id, clara.id, dan.id)
        await desk.leaving.leave(clara, CONSOLE)
        bodies = {each.stream: each.body for each in office.records.entries[-2:]}
        assert bodies == {
            direct_stream_id(ada.id, clara.id): MemberLeft(ended=True),
            group: MemberLeft(ended=False),
        }
        assert desk.store.conversations_of(clara.id) == []

    asyncio.run(story())


def test_whoever_left_may_be_invited_anew_and_is_another_person(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        first = await desk.bring_in(ada)
        await desk.leaving.leave(first.person.actor, CONSOLE)
        second = await desk.bring_in(ada)
        assert second.person.id != first.person.id
        assert desk.store.conversations_of(first.person.id) == []

    asyncio.run(story())


def test_who_left_for_good_is_not_let_back_in_by_a_switch(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = (await desk.bring_in(ada)).person
        await office.people.deactivate(ada, CONSOLE, clara.id)
        await office.people.activate(ada, CONSOLE, clara.id, BY_TWO)
        assert (await office.people.one(clara.id)).active, "control: who was shut out is let in"
        await desk.leaving.leave(clara.actor, CONSOLE)
        with pytest.raises(Conflict) as caught:
            await office.people.activate(ada, CONSOLE, clara.id, BY_TWO)
        assert caught.value.code == "client_ended"
        assert not (await office.people.one(clara.id)).active
        await office.people.deactivate(ada, CONSOLE, ada.id)
        await office.people.activate(ada, CONSOLE, ada.id, BY_TWO)
        assert (await office.people.one(ada.id)).active, "control: nor is it about employees"

    asyncio.run(story())


def test_while_nothing_can_be_recorded_nobody_leaves(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = await desk.bring_in(ada)
        office.records.fails = Unavailable("archive_unavailable", "Not now.")
        with pytest.raises(Unavailable):
            await desk.leaving.leave(clara.person.actor, CONSOLE)
        assert desk.store.client_at(CLARAS) is not None
        office.records.fails = None
        await desk.leaving.leave(clara.person.actor, CONSOLE)  # the rest is done
        assert desk.store.client_at(CLARAS) is None

    asyncio.run(story())
