"""What works for people hears of an account's end, whoever made it and whoever asks for it."""

import asyncio
from dataclasses import dataclass, field

from onrecord.app.house import SERVER
from onrecord.core.domain.values import SYSTEM
from onrecord.features.export.service import ExportDesk
from onrecord.features.own_copy.desk import CopyDesk
from onrecord.features.uploads.uploads import Uploads
from onrecord_archive.events.ids import PersonId
from tests.integration.office import CONSOLE, Office


@dataclass
class Hearing:
    """Stands where something works for people, and notes who cannot act any more."""

    ended: list[PersonId] = field(default_factory=list)

    def end_of(self, person: PersonId) -> None:
        self.ended.append(person)


def test_control_what_is_given_instead_hears_too(office: Office) -> None:
    hearing = {each: Hearing() for each in (Uploads, ExportDesk, CopyDesk)}

    async def story() -> None:
        ben = await office.hire("ben")
        office.beside(SERVER, hearing).join()
        await office.people.deactivate(SYSTEM, CONSOLE, ben.id)
        assert [each.ended for each in hearing.values()] == [[ben.id]] * len(hearing)

    asyncio.run(story())
