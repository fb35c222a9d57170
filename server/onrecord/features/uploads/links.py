"""Addresses of files: sealed tokens, and what stands behind one, looked up again each time.

A token names who asked, through which session, for which file of which message, and until when.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.files import HeldFile
from onrecord.core.domain.ids import SessionId
from onrecord.core.ports import Bridge
from onrecord.features.uploads import bodies as wire
from onrecord.features.uploads.file_store import FileStore
from onrecord.features.uploads.typing import PICTURES
from onrecord_archive.events.ids import BlobId, EventId, PersonId
from onrecord_archive.format.record import format_time

LIFETIME: Final = timedelta(minutes=5)
PATH: Final = "/v1/"
_PURPOSE: Final = b"onrecord file 1"
_NONCE: Final = 12
_LONGEST: Final = 1000


class _Token(Struct, frozen=True, array_like=True):
    session: SessionId
    person: PersonId
    event: EventId
    file: BlobId
    variant: wire.Variant
    until: int
    """Milliseconds since 1970."""
    recorded: bool = False
    """Made for compliance: the file is read from its record, whatever became of the message."""


class Found(Struct, frozen=True):
    """What a link leads to."""

    held: HeldFile
    variant: wire.Variant
    session: SessionId


class Links:
    """Makes and follows links. *key*: 32 bytes of the server's own.

    *person_of* returns whose a session, or a script's token, is; it raises NotSignedIn, NotAllowed
    (`verification_due`, `session_locked`). *has_ended*: whether one has ended that was in force.
    """

    def __init__(
        self,
        *,
        key: bytes,
        origin: str,
        store: FileStore,
        person_of: Callable[[SessionId], Awaitable[PersonId]],
        has_ended: Callable[[SessionId], bool],
        read: Bridge,
        clock: Clock,
    ) -> None:
        self._cipher = AESGCMSIV(key)
        self._origin = origin
        self._store = store
        self._person_of = person_of
        self._has_ended = has_ended
        self._read = read
        self._clock = clock

    async def make(
        self, person: PersonId, session: SessionId, asked: wire.AskLink
    ) -> tuple[wire.FileLink, HeldFile]:
        """Return where somebody reads a file. Raises NotFound (`no_such_file`)."""
        event, file = EventId(asked.event), BlobId(asked.file)
        held = await self._held(person, event, file, asked.variant)
        return self._link(_Token(session, person, event, file, asked.variant, 0)), held

    async def make_recorded(
        self, person: PersonId, session: SessionId, asked: wire.AskLink
    ) -> wire.FileLink:
        """Return where a file of any record is read: its opening is on the record already.

        Raises NotFound (`no_such_file`).
        """
        event, file = EventId(asked.event), BlobId(asked.file)
        await self._recorded(event, file, asked.variant)
        return self._link(_Token(session, person, event, file, asked.variant, 0, recorded=True))

    def _link(self, token: _Token) -> wire.FileLink:
        until = self._clock.now() + LIFETIME
        token = replace(token, until=int(until.timestamp() * 1000))
        nonce = os.urandom(_NONCE)
        sealed = self._cipher.encrypt(nonce, msgspec.msgpack.encode(token), _PURPOSE)
        text = urlsafe_b64encode(nonce + sealed).decode().rstrip("=")
        return wire.FileLink(f"{self._origin}{PATH}{text}", format_time(until))

    async def follow(self, text: str) -> Found:
        """Return what a link leads to now.

        Raises NotFound (`link_expired`, `no_such_file`), NotSignedIn, NotAllowed
        (`verification_due`).
        """
        token = self._open(text)
        if self._clock.now().timestamp() * 1000 >= token.until:
            raise _expired()
        if await self._person_of(token.session) != token.person:
            raise _expired()
        if token.recorded:
            held = await self._recorded(token.event, token.file, token.variant)
        else:
            held = await self._held(token.person, token.event, token.file, token.variant)
        return Found(held, token.variant, token.session)

    def has_ended(self, session: SessionId) -> bool:
        """Whether the session has ended since that a link was followed for."""
        return self._has_ended(session)

    async def _held(
        self, person: PersonId, event: EventId, file: BlobId, variant: wire.Variant
    ) -> HeldFile:
        return _fit(await self._read(self._store.shown_to, person, event, file), variant)

    async def _recorded(self, event: EventId, file: BlobId, variant: wire.Variant) -> HeldFile:
        return _fit(await self._read(self._store.recorded, event, file), variant)

    def _open(self, text: str) -> _Token:
        try:
            if len(text) > _LONGEST:
                raise InvalidTag
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            plain = self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], _PURPOSE)
            return msgspec.msgpack.decode(plain, type=_Token)
        except (InvalidTag, UnicodeEncodeError, Base64Error, ValueError) as error:
            raise _expired() from error


def _fit(held: HeldFile | None, variant: wire.Variant) -> HeldFile:
    if held is None or (variant != "original" and held.file.type not in PICTURES):
        raise NotFound("no_such_file", "There is no such file, or it cannot be read any more.")
    return held


def _expired() -> NotFound:
    return NotFound("link_expired", "This address does not work any more. Open the file again.")
