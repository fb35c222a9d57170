"""What is put on the record about hooks: entries of the stream `config`."""

from msgspec import Struct

from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import SYSTEM, Actor, Command, Origin, SystemEntry, config_entry
from onrecord_archive.events.ids import EventId

SETTINGS = Origin("settings")
"""Where an entry comes from that nobody orders."""


class Owed(Struct, frozen=True, omit_defaults=True):
    """An entry that is noted before it is recorded, so that the end of the process loses none.

    Its event_id makes each try the same record.
    """

    event: EventId
    entry: SystemEntry
    actor: Actor = SYSTEM
    origin: Origin = SETTINGS
    client_id: ClientId | None = None

    def command(self) -> Command:
        """Return the command that records it."""
        return config_entry(
            self.event,
            self.entry,
            actor=self.actor,
            origin=self.origin,
            client_id=self.client_id,
        )
