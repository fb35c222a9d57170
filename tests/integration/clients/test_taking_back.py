"""What is taken back opens no door, not even to who is on their way in."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest

from onrecord.core.domain.errors import Conflict, NotAllowed, NotFound, Unavailable
from onrecord.core.domain.values import SYSTEM, Actor, Command
from onrecord.database.statements import sql
from onrecord.features.clients.values import OwedOf
from onrecord.features.sign_in.tokens import NewToken
from tests.integration.front_desk import NOTICES, Desk, open_desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, Office

POLISH = NOTICES["pl"].sha256


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


@pytest.mark.parametrize(
    "step", ["person.added", "conversation.created", "notice.accepted", "session.opened"]
)
def test_an_invite_that_is_taken_back_while_it_is_accepted_lets_nobody_in(
    office: Office, desk: Desk, step: str
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, token = await desk.invite(ada)
        await desk.invitation.send_code(token, CHAT)
        owed = _owed(office, ada, made.invite.id)

        def revoke(command: Command) -> None:
            if command.body.type == step:
                office.records.before = lambda command: None
                revoked = desk.store.revoke_invite(made.invite.id, owed, at=office.clock.now())
                assert revoked is not None

        office.records.before = revoke
        late = desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        with pytest.raises(Conflict) as caught:
            await late
        assert caught.value.code == "invite_closed"
        clients = [each for each in await office.people.all() if each.kind == "client"]
        assert [each for each in clients if each.active or office.store.sessions_of(each.id)] == []

    asyncio.run(story())


def test_who_was_half_in_when_the_invite_was_taken_back_leaves_the_address_to_a_new_one(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, token = await desk.invite(ada)
        await desk.invitation.send_code(token, CHAT)

        def fail(command: Command) -> None:
            if command.body.type == "session.opened":
                raise Unavailable("archive_unavailable", "No.")

        office.records.before = fail
        with pytest.raises(Unavailable):
            await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        office.records.before = lambda command: None
        office.clock.move(microseconds=1)
        await desk.invites.revoke(ada, CONSOLE, made.invite.id)
        assert desk.store.client_at(made.invite.address) is None
        await office.entries.settle()
        assert set(office.records.types()[-2:]) == {"invite.revoked", "person.deactivated"}
        again = await desk.bring_in(ada)
        clients = [each for each in await office.people.all() if each.kind == "client"]
        assert [each.id for each in clients if each.active] == [again.person.id]
        assert len(clients) == 2

    asyncio.run(story())


@pytest.mark.parametrize("kind", ["link.created", "token.created"])
def test_who_is_shut_out_while_a_way_in_is_made_for_them_is_left_without_it(
    office: Office, kind: str
) -> None:
    async def story() -> None:
        ada = await office.hire()

        def shut_out(command: Command) -> None:
            if command.body.type == kind:
                owed = office.entries.owe(ada.actor, CONSOLE, "person.deactivated", {})
                office.store.shut_out(ada.id, owed, deactivate=True, at=office.clock.now())

        office.records.before = shut_out
        token = NewToken(ada.id, "script")
        way: Awaitable[object] = (
            office.links.create(ada.actor, CONSOLE, ada.id, "chat", warrant=BY_TWO)
            if kind == "link.created"
            else office.tokens.create(ada.actor, CONSOLE, token)
        )
        with pytest.raises(NotFound) as caught:
            await way
        assert caught.value.code == "no_such_person"
        await office.people.activate(SYSTEM, CONSOLE, ada.id, BY_TWO)
        with office.world.database.reading() as tx:
            assert tx.all(sql("SELECT 1 FROM sign_in_link")) == []
        assert office.store.tokens_of(ada.id) == []

    asyncio.run(story())


def _owed(office: Office, advisor: Actor, invite: str) -> OwedOf:
    kinds = ("invite.revoked", "person.deactivated")
    first, ending = (
        office.entries.owe(advisor, CONSOLE, kind, {"invite": invite}) for kind in kinds
    )
    return lambda client: [first] if client is None else [first, ending]


def test_who_may_invite_no_more_leaves_an_invitation_that_is_closed(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        _, token = await desk.invite(ada)
        await desk.invitation.send_code(token, CHAT)

        def fail(command: object) -> None:
            if command.body.type == "conversation.created":  # type: ignore[attr-defined]
                raise NotAllowed("not_your_client", "No.")

        office.records.before = fail
        with pytest.raises(Conflict) as caught:
            await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        assert caught.value.code == "invite_closed"

    asyncio.run(story())
