"""An invite that is taken back lets nobody in, not even who is on their way in."""

import asyncio
from pathlib import Path

import pytest

from onrecord.domain.errors import Conflict
from onrecord.domain.values import Command
from tests.integration.identity.front_desk import NOTICES, Desk, open_desk
from tests.integration.identity.office import CHAT, CONSOLE, Office

POLISH = NOTICES["pl"].sha256


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


def test_an_invite_that_is_taken_back_while_it_is_accepted_lets_nobody_in(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, token = await desk.invite(ada)
        await desk.invitation.send_code(token, CHAT)
        owed = office.entries.owe(ada, CONSOLE, "invite.revoked", {"invite": made.invite.id})

        def revoke(command: Command) -> None:
            if command.body.type == "person.added":
                assert desk.store.revoke_invite(made.invite.id, owed, at=office.clock.now())

        office.records.before = revoke
        late = desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        with pytest.raises(Conflict) as caught:
            await late
        assert caught.value.code == "invite_closed"
        assert [each.kind for each in await office.people.all()] == ["employee"]

    asyncio.run(story())
