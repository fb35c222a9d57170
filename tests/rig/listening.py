"""Somebody who is connected, and what they are told that is not on the record."""

from onrecord.core.delivery.outbound import AnyEphemeral, Frames, Outbound
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.ids import PersonId


class Listening(Outbound):
    """A socket whose ephemerals are kept."""

    def __init__(self, person: PersonId) -> None:
        super().__init__(person, None, WireLimits(), Frames(str))
        self.told: list[AnyEphemeral] = []

    def push_ephemeral(self, item: AnyEphemeral) -> None:
        self.told.append(item)
