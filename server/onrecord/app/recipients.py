"""Each key that records are sealed to is on the record: who may open the archive is no secret.

Whatever registered the key (`onrecord keys new`, `keys add`, a file put there by hand): the first
process that opens the archive with it says so in the stream `config`, before anybody is let in.
"""

from onrecord.app.recorded_keys import ADDED, fingerprint, recorded_keys
from onrecord.app.recording import Recording
from onrecord.app.settings.keys import sealing_keys
from onrecord.app.settings.model import Settings
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord.core.domain.values import SYSTEM, Command, Facts, Origin, SystemEntry, config_entry
from onrecord_archive.format.epoch_key import SealingKey


async def record_recipients(
    settings: Settings, recording: Recording, clock: Clock
) -> list[SealingKey]:
    """Record every registered key that is not on the record yet; return those, by epoch.

    Raises RefuseToStart, and what recording raises.
    """
    known = {sha256 for _, sha256 in await recording.read(recorded_keys, recording.database)}
    fresh = [key for key in sealing_keys(settings.paths) if fingerprint(key) not in known]
    for key in fresh:
        await recording.recorder.record(_command(key, ClientId(new_id(clock))))
    return fresh


def _command(key: SealingKey, id: ClientId) -> Command:
    facts: Facts = {
        "epoch": key.epoch,
        "suite_id": key.suite_id,
        "sha256": fingerprint(key),
    }
    event, entry = event_id_of(SYSTEM.id, id), SystemEntry(ADDED, facts)
    return config_entry(event, entry, origin=Origin("keys"), client_id=id)
