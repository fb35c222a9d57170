"""Open clients hear that a picture, a status or the firm's name is another, and fetch it."""

from dataclasses import dataclass

from onrecord.compose.recording import Recording
from onrecord.domain.ids import PersonId
from onrecord.wire.frames import DirectoryNow


@dataclass(frozen=True, slots=True)
class DirectoryTold:
    """Tells who is connected. Belongs to the event loop."""

    recording: Recording

    async def of_person(self, person: PersonId) -> None:
        """Tell those who see somebody in the directory; whoever does not is told nothing."""
        online = list(self.recording.fan_out.online())
        seeing = await self.recording.read(self.recording.store.viewers, person, online)
        self.recording.fan_out.whisper(seeing, DirectoryNow())

    async def of_status(self, person: PersonId) -> None:
        """Tell the firm's people of a status; clients see nobody's."""
        del person
        online = list(self.recording.fan_out.online())
        colleagues = await self.recording.read(self.recording.store.colleagues, online)
        self.recording.fan_out.whisper(colleagues, DirectoryNow())

    def of_firm(self) -> None:
        """Tell everybody."""
        fan_out = self.recording.fan_out
        fan_out.whisper(list(fan_out.online()), DirectoryNow())
