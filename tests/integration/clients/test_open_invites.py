"""A second invite to the same address is said to be one, and ends when the other is accepted."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.core.domain.values import SystemEntry
from onrecord.features.clients.values import AlreadyInvited
from tests.integration.clients.test_invites import POLISH, refused
from tests.integration.front_desk import CLARA, Desk, open_desk
from tests.integration.office import CHAT, Office

BESIDES = replace(CLARA, besides=True)


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


def test_who_invites_an_address_twice_is_told_which_invite_of_theirs_is_open(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        ben = (await office.hire("ben", role="advisor")).actor
        made, _ = await desk.invite(ada)
        letters = len(desk.letters())
        for advisor, own in ((ada, made.invite.id), (ben, None)):
            with pytest.raises(AlreadyInvited) as told:
                await desk.invite(advisor, replace(CLARA, address=" CLARA@example.com"))
            assert (told.value.code, told.value.own and told.value.own.id) == (
                "already_invited",
                own,
            )
            assert ada.name not in told.value.detail
        assert len(desk.letters()) == letters
        assert await desk.invites.of(ben) == []
        await desk.invite(ben, BESIDES)
        with pytest.raises(AlreadyInvited) as told:
            await desk.invite(ada)
        assert told.value.own == made.invite  # one's own comes first

    asyncio.run(story())


def test_an_invite_that_is_over_stands_in_nobody_s_way(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        made, _ = await desk.invite(ada)
        await desk.invites.revoke(ada, CHAT.origin("code"), made.invite.id)
        await desk.invite(ada)
        office.clock.move(days=8)
        await desk.invite(ada)

    asyncio.run(story())


def test_the_other_invites_end_when_one_is_accepted_and_that_is_recorded(
    office: Office, desk: Desk
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        ben = (await office.hire("ben", role="advisor")).actor
        made, token = await desk.invite(ada)
        other, others = await desk.invite(ben, BESIDES)
        elsewhere, _ = await desk.invite(ben, replace(CLARA, address="tom@example.com"))
        await desk.invitation.send_code(token, CHAT)
        await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        assert await refused(desk.invitation.show(others, CHAT)) == "bad_invite"
        bens = {one.id: one for one in await desk.invites.of(ben)}
        assert bens[other.invite.id].superseded
        assert bens[other.invite.id].revoked_at is not None
        assert bens[elsewhere.invite.id].revoked_at is None
        (own,) = await desk.invites.of(ada)
        assert (own.superseded, own.revoked_at) == (False, None)
        await office.entries.settle()
        bodies = [one.body for one in office.records.entries if isinstance(one.body, SystemEntry)]
        (ended,) = [one for one in bodies if one.type == "invite.superseded"]
        assert ended.facts == {"invite": other.invite.id, "accepted": made.invite.id}

    asyncio.run(story())
