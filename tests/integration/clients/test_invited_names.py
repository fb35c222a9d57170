"""Nobody is invited under a name that is a link, or that turns the line around."""

import asyncio
from pathlib import Path

import pytest

from onrecord.features.clients.invites import Invitee
from tests.integration.clients.test_invites import refused
from tests.integration.front_desk import open_desk
from tests.integration.office import CONSOLE, Office


@pytest.mark.parametrize(
    "name", ["Hello http://evil.example click", "Jan\u202enaJ", "Jan\u200b Lis", "Jan\nLis"]
)
def test_no_letter_is_written_to_a_name_that_is_a_link_or_turns_the_line(
    office: Office, tmp_path: Path, name: str
) -> None:
    desk = open_desk(office, tmp_path / "letters")

    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        invitee = Invitee(name, "eve@example.com", "en", "mail")
        assert await refused(desk.invites.create(ada, CONSOLE, invitee)) == "bad_name"
        assert desk.letters() == []

    asyncio.run(story())
