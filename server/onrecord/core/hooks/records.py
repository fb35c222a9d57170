"""What is put on the record about hooks: entries of the stream `config`."""

from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import CONFIG, Actor, Command, Origin, SystemEntry
from onrecord_archive.events.ids import EventId


def config_entry(
    event: EventId,
    entry: SystemEntry,
    *,
    actor: Actor,
    origin: Origin,
    client_id: ClientId | None = None,
) -> Command:
    """Return the command that records an entry of the stream."""
    return Command(event, CONFIG.id, actor, origin, entry, client_id=client_id, create=CONFIG)
