"""A client whose advisor had everything ended comes in by the new link, and by nothing else."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.core.domain.values import Actor, Origin
from onrecord.features.people.requests import ResetClient
from onrecord.features.sign_in.secrets import new_secret
from onrecord.features.sign_in.service import Opened
from tests.integration.clients.test_codes import CLARAS, code_for, sending, why
from tests.integration.clients.test_invites import POLISH
from tests.integration.front_desk import Desk, open_desk
from tests.integration.office import BY_TWO, CHAT, Office

AT = Origin("password")
NEW = "clara.ito@example.org"


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return open_desk(office, tmp_path / "letters")


async def reset(desk: Desk, ada: Actor, clara: Opened, address: str | None) -> tuple[str, str]:
    """Have her come in anew; return the invite and the token of its link."""
    made = await desk.assured.again.begin(
        ada, AT, ResetClient(clara.person.id, address, "screen"), BY_TWO
    )
    return made.invite.id, made.link.partition("#invite=")[2]


async def tries(desk: Desk, address: str) -> str:
    """Ask for a code in a browser nobody knows, and try the newest there is; return what came."""
    stranger = replace(CHAT, address="198.51.100.9", device_secret=new_secret())
    before = len(desk.letters())
    async with sending(desk):
        await desk.coming_back.send_code(address, stranger)
        await asyncio.sleep(0.3)
    assert desk.letters()[before:] == [], "a code left"
    return await why(desk.coming_back.sign_in(address, desk.code(), stranger))


@pytest.mark.parametrize("address", [None, NEW])
def test_no_code_lets_anybody_in_before_the_link_is_used(
    office: Office, desk: Desk, address: str | None
) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = await desk.bring_in(ada)
        await code_for(desk, CHAT)
        _, token = await reset(desk, ada, clara, address)
        for each in {CLARAS, address or CLARAS}:
            assert await tries(desk, each) == "bad_code"
        await desk.invitation.send_code(token, CHAT)
        back = await desk.invitation.accept(token, desk.code(), POLISH, CHAT)
        assert back.person.id == clara.person.id
        if address is None:
            code = await code_for(desk, CHAT)
            assert await why(desk.coming_back.sign_in(CLARAS, code, CHAT)) == "ok"

    asyncio.run(story())


def test_nor_when_the_link_is_taken_back_or_over(office: Office, desk: Desk) -> None:
    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = await desk.bring_in(ada)
        await reset(desk, ada, clara, None)
        office.clock.move(days=60)
        assert await tries(desk, CLARAS) == "bad_code"
        invite, _ = await reset(desk, ada, clara, NEW)
        await desk.invites.revoke(ada, AT, invite)
        assert await tries(desk, NEW) == "bad_code"

    asyncio.run(story())
