"""A client comes back: type mail or number, get a code, be in.

Whether anybody has an address is told to nobody: the answer, and how long it takes, are the same,
whatever becomes of the letter. That none leave this way at all is told to everybody. A code is made
and counted for every address, and works in the browser that asked for it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from onrecord.core.domain.errors import Fatal, NotSignedIn, OnRecordError
from onrecord.core.domain.values import SYSTEM
from onrecord.features.clients.addresses import Address, parse_address
from onrecord.features.clients.arrivals import Arrivals
from onrecord.features.clients.codes import Asker, Codes, bad_code
from onrecord.features.clients.store import ClientStore
from onrecord.features.notifications.recorded_letters import Order
from onrecord.features.people.means import Means
from onrecord.features.sign_in.secrets import digest
from onrecord.features.sign_in.service import Caller, Opened, record_refusal
from onrecord.features.sign_in.throttle import Attempt, Throttle
from onrecord.features.sign_in.values import Person

MOST_WAITING = 100
"""Codes that wait for a task; more make the one who asks wait."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A code that is to be sent."""

    client: Person
    to: Address
    caller: Caller
    code: str


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
        self._wanted: asyncio.Queue[_Wanted] = asyncio.Queue(MOST_WAITING)

    async def run(self) -> None:
        """Send the codes that are wanted, side by side, until cancelled."""
        async with asyncio.TaskGroup() as sending:
            while True:
                sending.create_task(self._send(await self._wanted.get()))

    async def send_code(self, typed: str, caller: Caller) -> Address:
        """Have a code sent if a client has this address; answer before it is.

        Raises BadInput (`bad_address`), TooMany (`too_many_codes`), Unavailable
        (`letters_not_set_up`, whoever has the address).
        """
        address = parse_address(typed)
        self._codes.demand(address.way)
        client, asker = await self._who(address, caller)
        self._codes.count(asker)
        code = await self._codes.make(asker)
        if client is not None:
            await self._wanted.put(_Wanted(client, address, caller, code))
        return address

    async def sign_in(self, typed: str, code: str, caller: Caller) -> Opened:
        """Open a session for who has the code.

        Raises BadInput (`bad_address`), SignedInAsOther (the same whoever has the address, unless
        it is who is here), NotSignedIn (`bad_code`), TooMany (`too_many_attempts`), Unavailable
        (`archive_unavailable`; ask for a new code then).
        """
        address = parse_address(typed)
        client, asker = await self._who(address, caller)
        caller.ask_first(None if client is None else client.id, address.masked, told=False)
        if asker.own:
            return await self._open(client, asker, code, caller, Attempt())
        with self._throttle.attempt(None, caller.address) as attempt:
            return await self._open(client, asker, code, caller, attempt)

    async def _open(
        self, client: Person | None, asker: Asker, code: str, caller: Caller, attempt: Attempt
    ) -> Opened:
        try:
            await self._codes.take(asker, code)
        except NotSignedIn:
            attempt.fail()
            await record_refusal(self._entries, caller, "code", client)
            raise
        if client is None:
            attempt.fail()
            raise bad_code()
        return await self._arrivals.open(client, "code", caller)

    async def _who(self, address: Address, caller: Caller) -> tuple[Person | None, Asker]:
        """Return whose address it is, and who asks: a browser that let them in counts by itself.

        The epoch ends codes of before when everything of theirs ends.
        """
        browser = caller.device_secret or ""
        found = await self._read(self._store.client_in, address, digest(browser))
        client, known = found or (None, False)
        whose = f"address {address.value}"
        if client is not None:
            whose = f"person {client.id} {client.epoch}"
        if known and client is not None:
            return client, Asker(whose, browser, f"{client.id} {digest(browser).hex()}")
        return client, Asker(whose, browser, address.value, caller.address, own=False)

    async def _send(self, wanted: "_Wanted") -> None:
        client, to, code = wanted.client, wanted.to, wanted.code
        origin = wanted.caller.origin("code")
        try:
            order = Order(SYSTEM, origin, {"person": client.id})
            await self._codes.send(code, to, client.locale or "en", order)
        except Fatal:
            raise
        except OnRecordError as error:
            self._failed(error)
