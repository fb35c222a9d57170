"""Who is told that a client accepted the recording notice."""

import asyncio
from pathlib import Path

from onrecord.core.domain.ids import direct_stream_id
from onrecord.features.clients.invites import Invitee
from onrecord_archive.events.clients import NoticeAccepted
from tests.integration.front_desk import NOTICES, open_desk
from tests.integration.office import CONSOLE, Office


def test_an_acceptance_is_no_business_of_a_group(office: Office, tmp_path: Path) -> None:
    """There another client may read along; those who answer for this one are told."""

    desk = open_desk(office, tmp_path / "letters")

    async def story() -> None:
        ada = (await office.hire(role="advisor")).actor
        clara = (await desk.bring_in(ada)).person.actor
        dan = (await desk.bring_in(ada, Invitee("Dan", "dan@example.com", "en", "mail"))).person
        office.world.people |= {each.id: each for each in (ada, clara, dan.actor)}
        group = office.world.conversation(ada.id, clara.id, dan.id)
        before = len(office.records.entries)
        await desk.notices.accept(clara, CONSOLE, NOTICES["en"].sha256)
        said = office.records.entries[before:]
        streams = [each.stream for each in said if isinstance(each.body, NoticeAccepted)]
        assert streams == [direct_stream_id(ada.id, clara.id)]
        assert group not in streams
        before = len(office.records.entries)
        await desk.notices.accept(clara, CONSOLE, NOTICES["en"].sha256)
        assert len(office.records.entries) == before, "what is accepted is accepted once"

    asyncio.run(story())
