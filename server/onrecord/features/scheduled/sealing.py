"""The words of messages that wait, sealed with one key of the server's."""

import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from onrecord.core.domain.ids import ClientId
from onrecord.features.scheduled.planned import Words
from onrecord_archive.events.ids import PersonId

NONCE_BYTES: Final = 12


class SealedWords:
    """AES-GCM-SIV (RFC 8452); each is bound to whose it is and its id."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCMSIV(key)

    def seal(self, words: Words, person: PersonId, id: ClientId) -> bytes:
        """Return them sealed."""
        nonce = os.urandom(NONCE_BYTES)
        plain = msgspec.json.encode(words)
        return nonce + self._cipher.encrypt(nonce, plain, _place(person, id))

    def open(self, sealed: bytes, person: PersonId, id: ClientId) -> Words | None:
        """Return what was sealed there; None: it was changed."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            plain = self._cipher.decrypt(nonce, rest, _place(person, id))
        except (InvalidTag, ValueError):
            return None
        return msgspec.json.decode(plain, type=Words)


def _place(person: PersonId, id: ClientId) -> bytes:
    return f"{person} {id}".encode()
