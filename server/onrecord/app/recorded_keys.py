"""Which of compliance's keys are on the record, and that those registered here are the same."""

from collections.abc import Iterator
from hashlib import sha256

from onrecord.app.settings.keys import sealing_key
from onrecord.app.settings.model import Settings
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import CONFIG
from onrecord.database.database import Database
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord_archive.format.epoch_key import SealingKey, encode_key_file

ADDED = "recipient.added"
PAGE = 500


def require_recorded_keys(settings: Settings, database: Database) -> None:
    """Raise RefuseToStart (`key_damaged`) for a key that is on the record otherwise.

    What is sealed to it would never open. A key whose epoch is not on the record is new.
    """
    recorded = recorded_keys(database)
    epochs = {epoch for epoch, _ in recorded}
    for path in settings.paths.compliance_keys.glob("*.pub"):
        key = sealing_key(path)
        if key.epoch in epochs and (key.epoch, fingerprint(key)) not in recorded:
            raise RefuseToStart(
                "key_damaged",
                f"{path} is another key than the one of epoch {key.epoch} on the record.",
                "Restore it from the backup of the keys (docs/operations.md).",
            )


def recorded_keys(database: Database) -> set[tuple[int, str]]:
    """Return epoch and fingerprint of every key that is on the record. Blocks."""
    facts = _facts(ComplianceStore(database))
    return {(int(str(one.get("epoch", 0))), str(one.get("sha256", ""))) for one in facts}


def fingerprint(key: SealingKey) -> str:
    """Return the SHA-256 of a public key's file, in hex."""
    return sha256(encode_key_file(key)).hexdigest()


def _facts(store: ComplianceStore) -> Iterator[dict[str, object]]:
    before: int | None = None
    while records := store.latest(CONFIG.id, before, PAGE):
        yield from (shown_of(one).get("payload", {}) for one in records if one.type == ADDED)
        before = records[-1].conv_seq
