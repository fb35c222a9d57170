"""A mark that a device keeps of a completed sign-in: guesses from elsewhere do not keep it out.

    mark = base64url(body || HMAC-SHA256(key, body)[:16])
    body = person (16) || epoch (8) || nonce (8) || expires (8, Unix seconds), big-endian

Nothing is stored: the mark is signed. It lets nobody in; it has an allowance of its own for the
password of one person (service.py), and its hashes do not wait for those of strangers. It ends
after 180 days, and when everything of its person ends: a reset, a new password, a shutting out.
"""

import hmac
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId

LIFETIME = timedelta(days=180)
MOST = 4
"""People of one browser whose marks are kept: the newest ones."""
BETWEEN = "~"
_BODY = struct.Struct("!16sQ8sQ")
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that is signed and has not expired."""

    person: PersonId
    epoch: int
    nonce: str
    text: str

    def is_of(self, person: Person) -> bool:
        """Whether it is a person's, and nothing ended it since."""
        return (self.person, self.epoch) == (person.id, person.epoch)


class DeviceMarks:
    """Makes and reads them. *key*: 32 bytes that this server alone has."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def read(self, kept: str, now: datetime) -> list[Mark]:
        """Return the marks in what a browser keeps; what is no mark of ours is passed over."""
        found = (self._mark(text, now) for text in kept.split(BETWEEN, MOST)[:MOST])
        return [mark for mark in found if mark is not None]

    def add(self, kept: str, person: Person, now: datetime) -> str:
        """Return what a browser is to keep after a sign-in of *person*, the newest first."""
        others = [mark.text for mark in self.read(kept, now) if mark.person != person.id]
        return BETWEEN.join([self._make(person, now), *others][:MOST])

    def _make(self, person: Person, now: datetime) -> str:
        expires = int((now + LIFETIME).timestamp())
        body = _BODY.pack(bytes.fromhex(person.id), person.epoch, os.urandom(8), expires)
        return urlsafe_b64encode(body + self._tag(body)).decode().rstrip("=")

    def _mark(self, text: str, now: datetime) -> Mark | None:
        try:
            data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
            person, epoch, nonce, expires = _BODY.unpack(data[:-_TAG_BYTES])
        except (Error, ValueError, struct.error):
            return None
        if not hmac.compare_digest(data[-_TAG_BYTES:], self._tag(data[:-_TAG_BYTES])):
            return None
        if datetime.fromtimestamp(expires, UTC) <= now:
            return None
        return Mark(PersonId(person.hex()), epoch, nonce.hex(), text)

    def _tag(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, sha256)[:_TAG_BYTES]
