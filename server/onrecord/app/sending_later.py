"""Messages that are sent later: what keeps them, seals them and says them."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from onrecord.app.accounts import Accounts
from onrecord.app.events import TABLES
from onrecord.app.recording import Recording, Surroundings
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import wire_limits
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.values import Actor
from onrecord.core.rate_limiter import RateLimiter
from onrecord.features.people.store import IdentityStore
from onrecord.features.scheduled.service import Scheduled
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.features.uploads.file_store import FileStore
from onrecord.observability.logs import error_fields
from onrecord.protocol.personal import ScheduledNow
from onrecord_archive.events.ids import PersonId

NONCE_BYTES = 12


class SealedWords:
    """Fulfils messaging.scheduled.Cipher with one key of the server's: AES-GCM-SIV (RFC 8452)."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCMSIV(key)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Return it sealed."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes | None:
        """Return what was sealed there; None: it was changed."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            return None


def scheduled(
    settings: Settings,
    recording: Recording,
    who: Accounts,
    around: Surroundings,
    limiter: RateLimiter,
) -> Scheduled:
    """Make the one of a process; `run` belongs into the task tree.

    *limiter* is shared with the gateway.
    """
    people, fan_out = IdentityStore(recording.database), recording.fan_out
    limits = wire_limits(settings)

    def actor_of(person: PersonId) -> Actor | None:
        found = people.person(person)
        return found.actor if found is not None and found.active else None

    def failed(error: OnRecordError) -> None:
        around.log.warning("scheduled_failed", **error_fields(error))

    return Scheduled(
        recorder=recording.recorder,
        store=recording.store,
        planned=ScheduledStore(recording.database),
        cipher=SealedWords(recording.server_key.derived("scheduled")),
        read=recording.read,
        write=recording.write,
        clock=around.clock,
        limits=limits,
        actor_of=actor_of,
        limiter=limiter,
        changed=lambda person: fan_out.whisper([person], ScheduledNow()),
        failed=failed,
        may_write=FileStore(recording.database, TABLES.slots).check_may_write,
    )
