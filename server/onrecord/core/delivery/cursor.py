"""A cursor is one archive_index in an opaque token: it tells a client nothing and can't be made up.

Indices count the whole firm's records, compliance's looks among them, so a client must neither read
them nor see whether two are equal: the token is encrypted and never the same twice.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from onrecord.core.domain.errors import BadInput

KEY_BYTES = 32
_NONCE_BYTES = 12
_INDEX_BYTES = 8
_TAG_BYTES = 16
_TOKEN_CHARS = (_NONCE_BYTES + _INDEX_BYTES + _TAG_BYTES) * 4 // 3
_PURPOSE = b"onrecord cursor 1"


class Cursors:
    """Seals and opens cursors with one server secret of 32 bytes.

    AES-GCM-SIV (RFC 8452): random nonces stay safe for as many tokens as a server will ever make
    (section 9), which plain AES-GCM's 2^32 are not.
    """

    def __init__(self, key: bytes, voided: Sequence[range] = ()) -> None:
        """Take the key, and the indices at which other entries may have stood once.

        A start that found the archive's end void gave them out anew: a cursor among them may say
        that somebody has seen what was there before.
        """
        if len(key) != KEY_BYTES:
            raise ValueError(f"a cursor key has {KEY_BYTES} bytes")
        self._cipher = AESGCMSIV(key)
        self._voided = tuple(voided)

    def seal(self, index: int) -> str:
        """Return a token of 48 URL-safe characters for an archive_index."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, index.to_bytes(_INDEX_BYTES, "big"), _PURPOSE)
        return urlsafe_b64encode(nonce + sealed).decode()

    def open(self, token: str) -> int:
        """Return the archive_index of a token. Raises BadInput (`bad_cursor`)."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii")) if len(token) == _TOKEN_CHARS else b""
            if urlsafe_b64encode(raw).decode() != token:
                raise InvalidTag
            nonce, sealed = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
            index = int.from_bytes(self._cipher.decrypt(nonce, sealed, _PURPOSE), "big")
        except (InvalidTag, UnicodeEncodeError, Base64Error, ValueError) as error:
            raise BadInput("bad_cursor", "This cursor is not one of ours. Start again.") from error
        if any(index in void for void in self._voided):
            raise BadInput("bad_cursor", "What this cursor names is void. Start again.")
        return index
