"""Values of how sure the firm is of a client, and the store of them."""

from datetime import datetime
from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from onrecord.core.domain.ids import DeviceId, SessionId
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.ports import Invite
from onrecord.features.sign_in.ports import Owed, Person
from onrecord_archive.events.clients import Confirmed, Proof
from onrecord_archive.events.ids import PersonId, StreamId


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


class AssuranceStore(Protocol):
    """Devices and proofs. Every method blocks and is one transaction."""

    def device(self, person: PersonId, secret: bytes) -> Device | None:
        """Return the person's device with this secret's SHA-256."""

    def is_known(self, device: DeviceId) -> bool:
        """Whether a session's device is one of these."""

    def add_device(self, device: Device, secret: bytes, at: datetime) -> None:
        """Insert."""

    def forget_device(self, person: PersonId, device: DeviceId) -> None:
        """Delete: it is new when it comes again."""

    def standing(self, person: PersonId) -> Standing | None:
        """Return what a client has proved; None: they have not come in yet."""

    def note(self, person: PersonId, device: DeviceId, standing: Standing) -> None:
        """Replace it but for the confirmation, which lies with the device they are on."""

    def word_for(self, device: DeviceId) -> Confirmation | None:
        """Return an advisor's word that counts for a device, over or not."""

    def use_device(self, session: SessionId, device: DeviceId) -> None:
        """Note on which device a session is."""

    def note_fresh(self, session: SessionId, at: datetime, until: datetime) -> None:
        """Note when the one behind a session last proved who they are; it lasts until then."""

    def fresh_at(self, session: SessionId) -> datetime | None:
        """Return that; None: when the session was opened."""

    def confirm(self, person: PersonId, word: Confirmation) -> list[SessionId]:
        """Note an advisor's word for all known devices; return the sessions of these."""

    def has_word(self, person: PersonId) -> bool:
        """Whether an advisor's word is noted for any of somebody's devices, also one that ended."""

    def end_word(self, person: PersonId, owed: Owed, *, at: datetime) -> list[SessionId]:
        """Let an advisor's word count for nothing on all devices; return the sessions of these.

        Note what is owed where one counted until now.
        """

    def forget_word(self, person: PersonId) -> None:
        """Forget a word that was ended, once everybody was told."""

    def shut_out(self, reset: Begun, owed: Owed, *, at: datetime) -> list[SessionId]:
        """End sessions, devices, passkeys, codes and open invites; return ended sessions.

        With a request, keep the reset in its row, and give the client their address.
        Raises NotFound (`no_such_request`), Conflict (`address_taken`).
        """

    def note_step(self, reset: Begun, step: Step, owed: Owed, *, at: datetime) -> None:
        """Note a step, with what is owed for it. Raises NotFound (`no_such_request`)."""

    def invite_again(self, reset: Begun, secret: bytes) -> None:
        """Insert the invite; without a request give the client their address.

        Raises NotFound (`no_such_request`), Conflict (`address_taken`).
        """

    def is_open(self, invite: Invite, secret: bytes) -> bool:
        """Whether this link of an invite still lets in."""

    def link_sent(self, reset: Begun, secret: bytes, owed: Owed, *, at: datetime) -> None:
        """Note that the letter with this link was handed over, and what is owed for it.

        Raises NotFound (`no_such_request`).
        """

    def address_of(self, person: PersonId) -> Address | None:
        """Return where a client's codes go."""

    def client(self, person: PersonId) -> Person | None:
        """Return an active client."""

    def answers_for(self, advisor: PersonId, client: PersonId) -> bool:
        """Whether a client's relationship is somebody's, as its owner."""

    def conversations_to_tell(self, person: PersonId) -> list[StreamId]:
        """Return a client's conversations with those who answer for them: no group ever."""


class PasskeyStore(Protocol):
    """Passkeys and challenges. Every method blocks and is one transaction."""

    def put_challenge(self, hashed: bytes, person: PersonId, expires_at: datetime) -> None:
        """Insert; delete those that have expired."""

    def take_challenge(self, hashed: bytes, person: PersonId, at: datetime) -> bool:
        """Consume it; False: there is none, it has expired, or it was made for somebody else."""

    def spend_challenge(self, hashed: bytes, expires_at: datetime) -> bool:
        """Note that one is used up which was kept nowhere; False: it was used before."""

    def passkeys_of(self, person: PersonId) -> list[Passkey]:
        """Return a person's passkeys, the oldest first."""

    def passkey(self, credential: bytes) -> tuple[Passkey, Person] | None:
        """Return a passkey and its person if they are active."""

    def add_passkey(self, passkey: Passkey, *, epoch: int) -> bool:
        """Insert; False: this credential is known already, or its person was shut out meanwhile.

        *epoch*: the person's when they asked.
        """

    def use_passkey(self, id: str, counter: int, at: datetime) -> bool:
        """Move its counter on; False: another use came first, or it was removed."""

    def remove_passkey(self, person: PersonId, id: str, owed: Owed, *, at: datetime) -> bool:
        """Delete and note what is owed; False: the person has no such passkey."""
