"""The bodies of assurance, on the chat listener (events and levels: assurance.py).

    anybody    POST   /api/v1/sign-in/passkey/challenge           -> PasskeyQuestion
               POST   /api/v1/sign-in/passkey      PasskeySignIn  -> Me, and a session's cookie
    client     POST   /api/v1/proof/code                          -> CodeSent
               POST   /api/v1/proof                Proof          204
    signed in  GET    /api/v1/passkeys                            -> Passkeys
               POST   /api/v1/passkeys/challenge   WishForPasskey -> PasskeyWish
               POST   /api/v1/passkeys             NewPasskey     -> Passkeys
               DELETE /api/v1/passkeys/{id}                       -> Passkeys
    advisor    POST   /api/v1/clients/{id}/confirmation  ConfirmClient  204
               DELETE /api/v1/clients/{id}/confirmation  204

Bytes are base64url without padding, as WebAuthn's JSON forms have them. Making a passkey needs a
sign-in or code of the last minutes (`step_up_required`: send a Proof, then ask again; the firm's
people say their password instead).
"""

from typing import Annotated

from msgspec import Meta

from onrecord.protocol.rest import Body, Reply
from onrecord_archive.events.clients import Confirmed

Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+$(?!\n)", max_length=12_000)]
ShortBase64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]+$(?!\n)", max_length=1_400)]
"""A credential's id has at most 1,023 bytes (WebAuthn section 4)."""
DeviceName = Annotated[str, Meta(max_length=100)]


class PasskeyQuestion(Reply, frozen=True):
    """What a passkey is to sign; it works once, for `expires_in` seconds."""

    challenge: str
    rp_id: str
    expires_in: int


class PasskeySignIn(Body, frozen=True):
    """What the browser answers."""

    id: ShortBase64
    client_data: Base64
    authenticator_data: Base64
    signature: Base64
    user: ShortBase64
    device: DeviceName | None = None
    instead_of: Annotated[str, Meta(max_length=200)] | None = None
    """Where somebody else is signed in: their id, once whoever comes in agreed."""


class Proof(Body, frozen=True):
    """The code that was sent."""

    code: Annotated[str, Meta(max_length=20)]


class PasskeyWish(Reply, frozen=True):
    """What to make a passkey from. `known`: those that the person has; not to be made again."""

    challenge: str
    rp_id: str
    rp_name: str
    user: str
    user_name: str
    algorithms: list[int]
    known: list[str]
    expires_in: int


class WishForPasskey(Body, frozen=True):
    """To make one. `password`: of the firm's people, whose sign-in was too long ago."""

    password: Annotated[str, Meta(max_length=1000)] | None = None


class NewPasskey(Body, frozen=True):
    """What the browser made. `name`: of the device, for the list."""

    client_data: Base64
    attestation: Base64
    name: DeviceName


class Passkey(Reply, frozen=True):
    """One of the person's passkeys."""

    id: str
    name: str
    created_at: str
    used_at: str | None = None


class Passkeys(Reply, frozen=True):
    """All of them, the oldest first."""

    passkeys: list[Passkey]


class ConfirmClient(Body, frozen=True):
    """An advisor's word for a client. `how` they made sure."""

    how: Confirmed
