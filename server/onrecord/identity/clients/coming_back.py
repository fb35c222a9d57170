"""A client comes back: type mail or number, get a code, be in.

Whether anybody has an address is told to nobody: the answer, and how long it takes, are the same.
"""

import asyncio
from collections.abc import Callable

from onrecord.domain.errors import OnRecordError
from onrecord.domain.values import SYSTEM
from onrecord.identity.clients.addresses import Address, parse_address
from onrecord.identity.clients.arrivals import Arrivals
from onrecord.identity.clients.codes import Codes, bad_code
from onrecord.identity.clients.ports import ClientStore
from onrecord.identity.clients.proving import key_of
from onrecord.identity.entries import Facts
from onrecord.identity.means import Means
from onrecord.identity.ports import Person
from onrecord.identity.sign_in import Caller, Opened
from onrecord.identity.throttle import Throttle

MOST_WAITING = 100
"""Codes that wait for a task; more make the one who asks wait."""


class ComingBack:
    """Signs clients in by code. *failed* is told of a letter that nobody took."""

    def __init__(
        self,
        means: Means,
        *,
        store: ClientStore,
        codes: Codes,
        arrivals: Arrivals,
        throttle: Throttle,
        failed: Callable[[OnRecordError], None],
    ) -> None:
        self._store = store
        self._read = means.read
        self._entries = means.entries
        self._codes = codes
        self._arrivals = arrivals
        self._throttle = throttle
        self._failed = failed
        self._wanted: asyncio.Queue[tuple[Person, Address, Caller]] = asyncio.Queue(MOST_WAITING)

    async def run(self) -> None:
        """Send the codes that are wanted, side by side, until cancelled."""
        async with asyncio.TaskGroup() as sending:
            while True:
                sending.create_task(self._send(*await self._wanted.get()))

    async def send_code(self, typed: str, caller: Caller) -> Address:
        """Have a code sent if a client has this address; answer before it is.

        Raises BadInput (`bad_address`), TooMany (`too_many_codes`).
        """
        address = parse_address(typed)
        self._codes.count(address, caller.address)
        client = await self._read(self._store.client_at, address)
        if client is not None:
            await self._wanted.put((client, address, caller))
        return address

    async def sign_in(self, typed: str, code: str, caller: Caller) -> Opened:
        """Open a session for who has the code.

        Raises BadInput (`bad_address`), NotSignedIn (`bad_code`), TooMany (`too_many_attempts`),
        Unavailable (`archive_unavailable`; ask for a new code then).
        """
        address = parse_address(typed)
        self._throttle.take(address.value, caller.address)
        client = await self._read(self._store.client_at, address)
        key = key_of(client) if client is not None else "nobody"
        try:
            await self._codes.take(key, code)
        except OnRecordError:
            await self._refuse(client, caller)
            raise
        if client is None:
            raise bad_code()
        opened = await self._arrivals.open(client, "code", caller)
        self._throttle.give_back(address.value, caller.address)
        return opened

    async def _send(self, client: Person, address: Address, caller: Caller) -> None:
        facts: Facts = {"person": client.id, "letter": "code", "way": address.way}
        try:
            await self._entries.record(SYSTEM, caller.origin("code"), "letter.sent", facts)
            await self._codes.send(key_of(client), address, client.locale or "en")
        except OnRecordError as error:
            self._failed(error)

    async def _refuse(self, client: Person | None, caller: Caller) -> None:
        facts: Facts = {"auth": "code", "audience": caller.audience}
        if client is not None:
            facts["person"] = client.id
        await self._entries.record(SYSTEM, caller.origin("code"), "sign_in.refused", facts)
