"""A writer thread that a defect ends takes the process with it: nobody waits in vain."""

import asyncio
from dataclasses import replace
from pathlib import Path

from onrecord.compose.recording import Recording, recording
from onrecord.domain.clock import SystemClock
from onrecord.domain.errors import Fatal
from onrecord.domain.ids import ClientId, event_id_of, new_id
from onrecord.domain.values import Command, MessageSent, Origin
from tests.rig.installation import Installation, install, populate_conversations, surroundings


class Defect:
    """Divides by zero in the middle of a batch, once it is to."""

    planted = False

    def reach(self, name: str) -> None:
        """Do so."""
        if self.planted and name == "journaled":
            raise ZeroDivisionError


def submit(rec: Recording, made: Installation) -> None:
    """Have a message recorded; nobody waits for it."""
    actor, id = made.people["anna"].actor, ClientId(new_id(SystemClock()))
    event, stream = event_id_of(actor.id, id), made.direct("anna", "bela")
    command = Command(event, stream, actor, Origin("test"), MessageSent("hello"), client_id=id)
    assert rec.recorder.submit(command, lambda outcome: None) is None


def test_a_defect_in_the_writer_thread_ends_the_process_to_be_started_again(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "bela"])
    populate_conversations(made, {}, [("anna", "bela")])

    async def story() -> None:
        ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        defect = Defect()
        around = replace(surroundings(), points=defect, on_fatal=ended.set_result)
        async with recording(made.settings, around) as rec:
            defect.planted = True
            submit(rec, made)
            async with asyncio.timeout(10):
                error = await ended
        assert isinstance(error, Fatal)
        assert isinstance(error.__cause__, ZeroDivisionError)

    asyncio.run(story())
