"""Each key that records are sealed to is on the record: who may open the archive is no secret.

Whatever registered the key (`onrecord keys new`, `keys add`, a file put there by hand): the first
process that opens the archive with it says so in the stream `config`, before anybody is let in.
"""

from collections.abc import Collection, Iterator
from hashlib import sha256

from onrecord.archiving.dispatcher import CONFIG
from onrecord.compliance.records import shown_of
from onrecord.compose.recording import Recording
from onrecord.domain.clock import Clock
from onrecord.domain.ids import ClientId, event_id_of, new_id
from onrecord.domain.values import SYSTEM, Command, Origin, SystemEntry
from onrecord.settings.keys import sealing_keys
from onrecord.settings.model import Settings
from onrecord.storage.compliance_store import ComplianceStore
from onrecord_archive.epoch_key import SealingKey, encode_key_file

ADDED = "recipient.added"
PAGE = 500


async def record_recipients(
    settings: Settings, recording: Recording, clock: Clock
) -> list[SealingKey]:
    """Record every registered key that is not on the record yet; return those, by epoch.

    Raises RefuseToStart, and what recording raises.
    """
    known = await recording.read(_recorded, ComplianceStore(recording.database))
    fresh = [key for key in sealing_keys(settings.paths) if fingerprint(key) not in known]
    for key in fresh:
        await recording.recorder.record(_command(key, ClientId(new_id(clock))))
    return fresh


def fingerprint(key: SealingKey) -> str:
    """Return the SHA-256 of a public key's file, in hex."""
    return sha256(encode_key_file(key)).hexdigest()


def _recorded(store: ComplianceStore) -> Collection[str]:
    return {str(facts.get("sha256", "")) for facts in _facts(store)}


def _facts(store: ComplianceStore) -> Iterator[dict[str, object]]:
    before: int | None = None
    while records := store.latest(CONFIG.id, before, PAGE):
        yield from (shown_of(one).get("payload", {}) for one in records if one.type == ADDED)
        before = records[-1].conv_seq


def _command(key: SealingKey, id: ClientId) -> Command:
    facts: dict[str, str | int | bool | tuple[str, ...]] = {
        "epoch": key.epoch,
        "suite_id": key.suite_id,
        "sha256": fingerprint(key),
    }
    return Command(
        event_id=event_id_of(SYSTEM.id, id),
        stream=CONFIG.id,
        actor=SYSTEM,
        origin=Origin("keys"),
        body=SystemEntry(ADDED, facts),
        client_id=id,
        create=CONFIG,
    )
