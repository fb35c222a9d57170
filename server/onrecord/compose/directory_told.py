"""Open clients hear that a picture or the firm's name is another, and fetch it."""

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

    def of_firm(self) -> None:
        """Tell everybody."""
        fan_out = self.recording.fan_out
        fan_out.whisper(list(fan_out.online()), DirectoryNow())
