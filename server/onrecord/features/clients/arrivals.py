"""A client signs in: on a device they are known to use, or on a new one, which everybody is told.

By code or passkey (`open`), or by an administrator's link, whose session is worth nothing before a
code was typed in it (proving.py, which has the device known by `meet`).

(1) which device                 by a secret that its browser keeps, signed in or not
(2) say it in their conversations: a new device, what they proved
(3) note both
(4) record and open the session
(5) a letter about a new device, with nothing in it, once there is a thread for it; and about a
    passkey that was added
A failure in (2) lets nobody in: no device comes in unseen.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from msgspec import structs

from onrecord.core.domain.errors import Fatal, OnRecordError
from onrecord.core.domain.ids import DeviceId, new_id
from onrecord.core.domain.texts import one_line
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.features.clients.assurance import SERVER, Assurance
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.assurance_values import Device
from onrecord.features.notifications.client_letters import DeviceLetter, PasskeyLetter
from onrecord.features.notifications.recorded_letters import Order, RecordedLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.means import Means
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.service import Caller, Opened
from onrecord.features.sign_in.sessions import LONGEST_DEVICE, Insert, OpenSessions
from onrecord.features.sign_in.values import Person, Session
from onrecord_archive.events.clients import DeviceAdded

MOST_WAITING = 100
"""Letters that wait for their turn; more make the one who signs in wait."""
UNNAMED = "Unnamed device"
Notice = type[DeviceLetter] | type[PasskeyLetter]


@dataclass(frozen=True, slots=True)
class Sender:
    """What a letter names: the firm, and the chat's address."""

    firm: Callable[[], FirmProfile]
    link: str


class Arrivals:
    """Opens clients' sessions. *failed* is told of a letter that nobody took."""

    def __init__(
        self,
        means: Means,
        *,
        store: AssuranceStore,
        assurance: Assurance,
        sessions: OpenSessions,
        letters: RecordedLetters,
        sender: Sender,
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._store = store
        self._read = means.read
        self._write = means.write
        self._clock = means.clock
        self._assurance = assurance
        self._sessions = sessions
        self._letters = letters
        self._sender = sender
        self._failed = failed
        self._wanted: asyncio.Queue[tuple[Person, Notice]] = asyncio.Queue(MOST_WAITING)

    async def run(self) -> None:
        """Send letters about new devices and passkeys, one after the other, until cancelled."""
        while True:
            await self._send(*await self._wanted.get())

    async def warn_of_passkey(self, client: Person) -> None:
        """Have a letter say that a passkey was added. Cancelling may leave it unsent."""
        await self._wanted.put((client, PasskeyLetter))

    async def open(
        self,
        client: Person,
        proof: Literal["code", "passkey"],
        caller: Caller,
        insert: Insert | None = None,
    ) -> Opened:
        """Let a client in who has proved who they are; *insert* as `OpenSessions.open` has it.

        Raises Unavailable (`archive_unavailable`), NotSignedIn (`bad_credentials`) when they were
        shut out meanwhile. Cancelling leaves at most records of a sign-in that did not happen.
        """
        secret = caller.device_secret or new_secret()
        device = await self._read(self._store.device, client.id, digest(secret))
        first = device is None and await self._read(self._store.standing, client.id) is None
        if device is None:
            name = one_line(caller.device_name, LONGEST_DEVICE) or UNNAMED
            device = Device(DeviceId(new_id(self._clock)), client.id, name)
            origin = Origin(proof, device.id, caller.origin(proof).addresses)
            await self._add(client, device, origin, secret, told=not first)
        standing = await self._assurance.signed_in(client, device.id, proof)
        cookie, session = await self._sessions.open(
            client,
            caller.audience,
            proof,
            device_name=caller.device_name,
            address=caller.address,
            device=device.id,
            insert=insert,
        )
        word = standing.confirmation
        session = structs.replace(
            session,
            proved_until=standing.until,
            confirmed_until=None if word is None else word.until,
        )
        return Opened(client, session, cookie, device_secret=secret)

    async def device_of(self, client: Person, session: Session, secret: str | None) -> DeviceId:
        """Return which device an open session is on: the one that its browser is known as."""
        if secret is None or await self._read(self._store.is_known, session.device):
            return session.device
        known = await self._read(self._store.device, client.id, digest(secret))
        return session.device if known is None else known.id

    async def meet(
        self, client: Person, session: Session, origin: Origin, secret: str | None
    ) -> str:
        """Have the device of an open session known, before it proves anything.

        Returns the secret that its browser is to keep. Raises Unavailable (`archive_unavailable`).
        """
        secret = secret or new_secret()
        known = await self._read(self._store.device, client.id, digest(secret))
        if known is None and not await self._read(self._store.is_known, session.device):
            first = await self._read(self._store.standing, client.id) is None
            device = Device(session.device, client.id, session.device_name)
            await self._add(client, device, origin, secret, told=not first)
        return secret

    async def _add(
        self, client: Person, device: Device, origin: Origin, secret: str, *, told: bool
    ) -> None:
        if told:
            body = DeviceAdded(device.name)
            await self._assurance.say(client.id, client.actor, origin, body)
            await self._wanted.put((client, DeviceLetter))
        await self._write(self._store.add_device, device, digest(secret), self._clock.now())

    async def _send(self, client: Person, kind: Notice) -> None:
        letter = kind(client.locale or "en", self._sender.firm().name, self._sender.link)
        try:
            to = await self._read(self._store.address_of, client.id)
            if to is None:  # shut out since
                return
            await self._letters.send(to, letter, Order(SYSTEM, SERVER, {"person": client.id}))
        except Fatal:
            raise
        except OnRecordError as error:
            self._failed(error)
