"""The two ceremonies of WebAuthn, verified by a library: making a passkey, and using one.

Pure. Attestation is not asked for: which maker's authenticator a client owns is their business.
User verification (finger, face, PIN) is required, so that a found phone opens nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import error as StructError  # noqa: N812 - an exception, as such named

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
    UserVerificationRequirement,
)

from onrecord.core.domain.errors import BadInput

ALGORITHMS: Sequence[int] = CoseKey.supported_algorithms()
"""COSE numbers of the signatures that are taken, the best liked first."""
_FOREIGN = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError,
    RecursionError, StructError, InvalidSignature, UnsupportedAlgorithm, NotImplementedError,
)  # fmt: skip
"""What the library raises at bytes that are none of its forms."""


@dataclass(frozen=True, slots=True)
class Made:
    """A credential that an authenticator made."""

    credential: bytes
    key: bytes
    counter: int


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a browser hands over when a passkey is used."""

    credential: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user: bytes | None


class Ceremonies:
    """Verifies for one origin; passkeys belong to its host (`rp_id`)."""

    def __init__(self, *, rp_id: str, origin: str, name: Callable[[], str]) -> None:
        self.rp_id = rp_id
        self.name = name
        self._server = Fido2Server(
            PublicKeyCredentialRpEntity(name=rp_id, id=rp_id),
            attestation=AttestationConveyancePreference.NONE,
            verify_origin=lambda said: said == origin,
        )

    def challenge_in(self, client_data: bytes) -> bytes:
        """Return the challenge that a browser's answer names. Raises BadInput."""
        return _client_data(client_data).challenge

    def made(self, client_data: bytes, attestation: bytes) -> Made:
        """Return what was made. Its challenge is checked by whoever keeps the challenges.

        Raises BadInput (`bad_passkey`).
        """
        data = _client_data(client_data)
        try:
            answer = RegistrationResponse(
                raw_id=b"",
                response=AuthenticatorAttestationResponse(
                    client_data=data, attestation_object=AttestationObject(attestation)
                ),
            )
            verified = self._server.register_complete(_state(data), answer)
            attested = verified.credential_data
            if attested is None or attested.public_key.ALGORITHM not in ALGORITHMS:
                raise ValueError("a key of another kind")
            return Made(attested.credential_id, bytes(attested), verified.counter)
        except _FOREIGN as error:
            raise bad_passkey() from error

    def used(self, said: Assertion, key: bytes) -> int:
        """Return the authenticator's counter. Raises BadInput (`bad_passkey`)."""
        data = _client_data(said.client_data)
        try:
            authenticator_data = AuthenticatorData(said.authenticator_data)
            answer = AuthenticationResponse(
                raw_id=said.credential,
                response=AuthenticatorAssertionResponse(
                    client_data=data,
                    authenticator_data=authenticator_data,
                    signature=said.signature,
                    user_handle=said.user,
                ),
            )
            known = AttestedCredentialData(key)
            self._server.authenticate_complete(_state(data), [known], answer)
        except _FOREIGN as error:
            raise bad_passkey() from error
        return authenticator_data.counter


def challenge_hash(challenge: bytes) -> bytes:
    """Return a challenge as it is stored."""
    return sha256(challenge).digest()


def bad_passkey() -> BadInput:
    """Return the answer to what is no passkey, or not one for here."""
    return BadInput("bad_passkey", "This passkey cannot be used here. Use a code instead.")


def _client_data(value: bytes) -> CollectedClientData:
    try:
        data = CollectedClientData(value)
        if data.cross_origin:
            raise ValueError("inside another page")
    except _FOREIGN as error:
        raise bad_passkey() from error
    return data


def _state(data: CollectedClientData) -> dict[str, object]:
    """The library compares a challenge with itself; that it was ours, and once, the store says."""
    return {
        "challenge": websafe_encode(data.challenge),
        "user_verification": UserVerificationRequirement.REQUIRED,
    }
