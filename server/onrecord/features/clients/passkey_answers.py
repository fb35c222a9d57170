"""What a browser's passkey answered, and what it is asked, as they go over the wire."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from onrecord.features.clients import passkey_bodies as wire
from onrecord.features.clients.ceremonies import Assertion
from onrecord.features.clients.passkeys import CHALLENGE

EXPIRES_IN = int(CHALLENGE.total_seconds())


def assertion(body: wire.PasskeySignIn) -> Assertion:
    """Return what the browser answered, in bytes."""
    return Assertion(
        credential=_bytes(body.id),
        client_data=_bytes(body.client_data),
        authenticator_data=_bytes(body.authenticator_data),
        signature=_bytes(body.signature),
        user=_bytes(body.user),
    )


def text_of(value: bytes) -> str:
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(value: str) -> bytes:
    """Whatever has base64url's letters means some bytes; a spare letter at the end is dropped."""
    whole = value[: len(value) - (len(value) % 4 == 1)]
    return urlsafe_b64decode(whole + "=" * (-len(whole) % 4))
