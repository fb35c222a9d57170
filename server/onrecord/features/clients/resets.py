"""An advisor asks for a client's reset; it waits, and the client can stop it.

(1) `ask`       of who never signed in it is done at once; else record `request.made` and keep it:
                from here on it takes a second person
(2)             where the setting says `wait`: write to the client's address of before. Once that
                letter was taken, it waits for its time instead, and the letter's link stops it.
                Where there is no such address, or nobody takes the letter, (1) stays as it is
(3)             the client stops it, by the link or signed in (`request.objected`); the advisor
                withdraws it; an administrator approves what takes a second person (approvals.py)
(4) `look`      what was approved, or has waited long enough, is stopped by nobody any more, and is
                carried out (confirming_again.py) as its advisor, if they still answer for the
                client; else it is declined, and nothing has happened. What has begun is gone on
                with where it stopped until it was done, after a restart too
So no advisor moves a client's codes alone and unseen: the old address could object, or a second
person agreed.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Literal

from msgspec import structs

from onrecord.core.alone import Turns
from onrecord.core.domain.errors import (
    BadInput,
    Conflict,
    Fatal,
    NotAllowed,
    NotFound,
    OnRecordError,
    Unavailable,
)
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import SYSTEM, Actor, Facts, Origin
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.assurance_values import Begun
from onrecord.features.clients.confirming_again import ConfirmingAgain, Subject
from onrecord.features.clients.invites import NewInvite
from onrecord.features.clients.reset_store import ResetStore
from onrecord.features.notifications.account_notices import AccountNotices
from onrecord.features.notifications.client_letters import ResetLetter
from onrecord.features.notifications.recorded_letters import Order, RecordedLetters
from onrecord.features.people.firm import FirmProfile
from onrecord.features.people.means import Means
from onrecord.features.people.requests import (
    LIFETIME,
    Ending,
    Request,
    ResetClient,
    Wait,
    request_facts,
)
from onrecord.features.people.told import Along, Said, no_such_request
from onrecord.features.people.warrants import Warrant
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.throttle import Throttle
from onrecord.features.sign_in.values import Person, nobody
from onrecord_archive.events.ids import PersonId

FRAGMENT: Final = "#object="
"""What stands between the chat's address and the secret that stops a reset."""
LOOK_S: Final = 2.0
"""How often the store is asked for what is due, seconds."""
LONGEST_PAUSE_S: Final = 300.0
"""The longest pause between two tries, seconds."""
REQUEST: Final = Origin("request")
"""How an advisor acts whose request is carried out."""
Rule = Literal["wait", "second_person"]
"""What an advisor's reset takes. There is no third."""


@dataclass(frozen=True, slots=True)
class ResetOptions:
    """What a reset takes; what its letter names; who is told.

    `origin`: the chat's address. `changed`: a client's reset began to wait, or ended. `failed`:
    what is tried again.
    """

    origin: str
    firm: Callable[[], FirmProfile]
    changed: Callable[[PersonId], Awaitable[None]]
    failed: Callable[[OnRecordError], None]
    rule: Rule = "wait"
    wait: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Shown:
    """A reset, who asked for it, and whether it can be stopped."""

    request: Request
    advisor: Person
    waits: bool


class Resets:
    """Keeps resets that wait, and carries them out."""

    def __init__(
        self,
        means: Means,
        store: ResetStore,
        *,
        again: ConfirmingAgain,
        letters: RecordedLetters,
        notices: AccountNotices,
        throttle: Throttle,
        options: ResetOptions,
    ) -> None:
        self._means = means
        self._store = store
        self._again = again
        self._letters = letters
        self._notices = notices
        self._throttle = throttle
        self._options = options
        self._turns = Turns()
        self._pauses: dict[str, tuple[float, float]] = {}
        """From when on what failed is tried again, and the pause after that."""

    async def ask(self, actor: Actor, origin: Origin, wanted: ResetClient) -> NewInvite | Request:
        """Reset a client who never signed in, else keep the request and tell the client.

        One that waits already is returned as it is. Raises as `ConfirmingAgain.subject` does,
        Conflict (`reset_waiting`: another one waits), TooMany (`too_many_attempts`), Unavailable
        (`archive_unavailable`). Cancelling leaves at most a request that takes a second person.
        """
        subject = await self._again.subject(actor, wanted.person, wanted.address)
        if not subject.client.enrolled:
            return await self._again.begin(actor, origin, wanted)
        secret = new_secret()
        async with self._turns.alone(wanted.person):
            waiting = await self._of(wanted.person)
            if waiting is not None:
                return _the_same(waiting, wanted, actor)
            self._again.count(actor)
            now, id = self._means.clock.now(), new_id(self._means.clock)
            request = Request(id, wanted, wanted.person, actor.id, now, now + LIFETIME)
            await self._means.entries.record(actor, origin, "request.made", request_facts(request))
            kept = await self._means.write(self._store.add_reset, request, digest(secret))
            if kept.id != id:  # another process was faster
                return _the_same(kept, wanted, actor)
        if self._options.rule == "wait" and subject.before is not None:
            request = await self._tell(subject, subject.before, request, secret, (actor, origin))
        await self._options.changed(wanted.person)
        return request

    async def _tell(
        self,
        subject: Subject,
        to: Address,
        request: Request,
        secret: str,
        by: tuple[Actor, Origin],
    ) -> Request:
        """Write to the old address; once that was taken the request waits for its time."""
        (actor, origin), now, options = by, self._means.clock.now(), self._options
        at = now + options.wait
        letter = ResetLetter(
            locale=subject.client.locale or "en",
            firm=options.firm().name,
            advisor=actor.name,
            at=at,
            hours=round(options.wait / timedelta(hours=1)),
            link=f"{options.origin}/{FRAGMENT}{secret}",
        )
        waits = structs.replace(request, takes_effect_at=at, expires_at=at + LIFETIME)
        wait = Wait(request.id, at, waits.expires_at)
        sent = partial(self._store.reset_waits, wait, at=now)
        try:
            await self._letters.send(to, letter, Order(actor, origin, request_facts(waits)), sent)
        except Unavailable as refusal:
            if refusal.code == "archive_unavailable":
                await self._stop(request, "withdrawn", actor, origin)
                raise
            return request
        return waits

    async def of(self, actor: Actor, client: PersonId) -> Shown | None:
        """Return what waits for a client of one's own. Raises NotFound (`no_such_client`)."""
        await self._again.own_client(actor, client)
        request = await self._of(client)
        return None if request is None else await self._shown(request)

    async def of_oneself(self, client: Actor) -> Shown | None:
        """Return what waits for the client who asks."""
        request = await self._of(client.id)
        return None if request is None else await self._shown(request)

    async def withdraw(self, actor: Actor, origin: Origin, client: PersonId) -> None:
        """End what waits for a client of one's own.

        Raises NotFound (`no_such_client`, `no_such_request`: none waits), Conflict (`reset_over`).
        """
        shown = await self.of(actor, client)
        if shown is None:
            raise no_such_request()
        await self._stop(shown.request, "withdrawn", actor, origin)

    async def show(self, secret: str, address: str) -> Shown:
        """Return what a letter's link is about; nothing happens.

        Raises NotFound (`no_such_request`), TooMany (`too_many_attempts`).
        """
        request = await self._means.read(self._store.by_objection, digest(secret))
        if request is None:
            self._throttle.take_wrong(address)
            raise no_such_request()
        return await self._shown(request)

    async def object_by_link(self, secret: str, origin: Origin) -> None:
        """Stop what a letter's link is about.

        Raises as `show` does, Conflict (`reset_over`: it took effect, or was stopped before).
        """
        shown = await self.show(secret, origin.address)
        await self._object(shown.request, SYSTEM, origin)

    async def object_oneself(self, client: Actor, origin: Origin) -> None:
        """Stop what waits for the client who asks. Raises Conflict (`reset_over`)."""
        request = await self._of(client.id)
        if request is None:
            raise _over()
        await self._object(request, client, origin)

    async def _object(self, request: Request, actor: Actor, origin: Origin) -> None:
        client, advisor = await self._people(request)
        told = {each.id: each for each in (*await self._notices.office(), advisor)}
        said = Said("reset_objected", client.name, client.name)
        along = self._notices.along(told.values(), said)
        await self._stop(request, "objected", actor, origin, along)

    async def _stop(
        self,
        request: Request,
        to: Ending,
        actor: Actor,
        origin: Origin,
        along: Along | None = None,
    ) -> None:
        """End a request at once, with its entry owed. Raises Conflict (`reset_over`)."""
        owed = self._means.entries.owe(actor, origin, f"request.{to}", request_facts(request))
        along = along or Along(self._means.clock.now())
        if not await self._means.write(self._store.move_request, request.id, to, owed, along):
            raise _over()
        await self._options.changed(_whom(request))

    async def look(self) -> None:
        """Carry out what is due now. What fails is told, and tried after ever longer pauses.

        Cancelling is safe: what was broken off is due again.
        """
        for request in await self._means.read(self._store.resets_due, self._means.clock.now()):
            now, since = self._means.clock.now(), self._means.clock.monotonic()
            not_before, pause = self._pauses.get(request.id, (since, LOOK_S))
            if since < not_before:
                continue
            if await self._means.write(self._store.begin_reset, request.id, now):
                try:
                    await self._carry_out(request)
                except Fatal:
                    raise
                except OnRecordError as error:
                    self._options.failed(error)
                    self._pauses[request.id] = since + pause, min(2 * pause, LONGEST_PAUSE_S)
                else:
                    self._pauses.pop(request.id, None)

    async def _carry_out(self, request: Request) -> None:
        client, advisor = await self._people(request)
        reset = await self._means.read(self._store.begun, request.id)
        if reset is None:
            reset = await self._begin(request, client, advisor)
        if reset is not None:
            await self._go_on(reset, client, advisor)
            await self._means.write(self._store.end_reset, request.id)
        await self._options.changed(client.id)

    async def _begin(self, request: Request, client: Person, advisor: Person) -> Begun | None:
        """Shut the client out; None: it was refused, so nothing was done, and it is declined."""
        wanted, warrant = request.wanted, Warrant(request.id)
        try:
            if not (isinstance(wanted, ResetClient) and advisor.active):
                raise no_such_request()
            return await self._again.shut_out(
                advisor.actor, REQUEST, wanted, warrant=warrant, request=request.id
            )
        except (NotFound, Conflict, BadInput, NotAllowed) as refusal:
            facts: Facts = {**request_facts(request), "code": refusal.code}
            owed = self._means.entries.owe(SYSTEM, REQUEST, "request.declined", facts)
            said = Said("reset_failed", advisor.name, client.name)
            along = self._notices.along([advisor], said)
            await self._means.write(self._store.decline_reset, request.id, owed, along)
            return None

    async def _go_on(self, reset: Begun, client: Person, advisor: Person) -> None:
        """Do what is left, as whoever answers for the client if its advisor has gone since.

        Nothing, where the client has gone. Raises NotFound (`no_such_person`: it waits for who is
        to answer for them).
        """
        acting: Person | None = advisor
        if not advisor.active:
            acting = await self._means.read(self._store.advisor_of, client.id)
        if not client.active:
            return
        if acting is None:
            raise nobody()
        await self._again.go_on(acting.actor, REQUEST, reset)

    async def _of(self, client: PersonId) -> Request | None:
        return await self._means.read(self._store.reset_of, client, self._means.clock.now())

    async def _shown(self, request: Request) -> Shown:
        _, advisor = await self._people(request)
        lapsed = self._means.clock.now() >= request.expires_at
        return Shown(request, advisor, request.state == "pending" and not lapsed)

    async def _people(self, request: Request) -> tuple[Person, Person]:
        """Return whom a request is about, and who asked."""
        person = self._means.store.person
        client = await self._means.read(person, _whom(request))
        advisor = await self._means.read(person, request.asked_by)
        if client is None or advisor is None:
            raise no_such_request()
        return client, advisor


def _whom(request: Request) -> PersonId:
    if request.person is None:
        raise no_such_request()
    return request.person


def _the_same(waiting: Request, wanted: ResetClient, actor: Actor) -> Request:
    """Return what waits, if it is what somebody asks for. Raises Conflict (`reset_waiting`)."""
    if (waiting.wanted, waiting.asked_by) == (wanted, actor.id):
        return waiting
    detail = "A reset of this client is waiting. Withdraw it before you ask for another."
    raise Conflict("reset_waiting", detail)


def _over() -> Conflict:
    detail = "This reset took effect already, or was stopped before. If you did not ask for it,"
    return Conflict("reset_over", f"{detail} call the firm on a number that you know.")
