"""Values of how sure the firm is of a client."""

from datetime import datetime
from enum import IntEnum

from msgspec import Struct

from onrecord.core.domain.ids import DeviceId
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.values import Invite
from onrecord_archive.events.clients import Confirmed, Proof
from onrecord_archive.events.ids import PersonId


class Device(Struct, frozen=True):
    """A browser that a client is known to use. Its secret is stored as SHA-256 only."""

    id: DeviceId
    person: PersonId
    name: str


class Confirmation(Struct, frozen=True):
    """An advisor's word for a client, for the devices known when it was given."""

    how: Confirmed
    by: PersonId
    until: datetime


class Standing(Struct, frozen=True):
    """What a client has proved. `confirmation`: where it counts for the device they are on."""

    proof: Proof
    proved_at: datetime
    until: datetime
    confirmation: Confirmation | None = None


class Passkey(Struct, frozen=True):
    """A client's passkey. `credential`: the authenticator's id of it; `key`: what verifies."""

    id: str
    person: PersonId
    name: str
    credential: bytes
    key: bytes
    counter: int
    created_at: datetime
    used_at: datetime | None = None


class Step(IntEnum):
    """How far a reset is (confirming_again.py): the last of its steps that was done."""

    SHUT_OUT = 1
    """Sessions, devices and all else ended."""
    WARNED = 2
    """What became of the letter to the address of before is noted."""
    INVITED = 3
    """The new link lets in."""
    SENT = 4
    """What became of the letter with that link is noted."""


class Begun(Struct, frozen=True):
    """A reset that has begun, and how far it is.

    `invite`: the one that `client` gets; all that is done once is named after its id. `before`:
    their address until then. `request`: whose row keeps the step; None: nothing does.
    """

    invite: Invite
    client: PersonId
    before: Address | None
    request: str | None = None
    step: Step = Step.SHUT_OUT
