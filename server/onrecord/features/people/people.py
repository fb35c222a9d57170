"""The directory: add, change, shut out and let back in. Nobody is ever deleted."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import get_args
from unicodedata import normalize

from msgspec import structs

from onrecord.core.alone import Turns
from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed
from onrecord.core.domain.ids import SessionId, new_id
from onrecord.core.domain.texts import (
    has_link,
    is_blank,
    is_named,
    is_one_line,
    scripts_of,
    shapes_of,
)
from onrecord.core.domain.values import Actor, Facts, Origin, PersonKind, Role
from onrecord.core.journal.case import ADVISORS
from onrecord.features.clients.addresses import Address, address_taken, client_address, mail_address
from onrecord.features.people.means import Means
from onrecord.features.people.told import Along
from onrecord.features.people.warrants import (
    OFFICE,
    Warrant,
    change_takes_two,
    demand,
    demand_met,
    second_needed,
)
from onrecord.features.sign_in.keeper import Destruction
from onrecord.features.sign_in.passwords import Passwords, context_of
from onrecord.features.sign_in.service import spelling
from onrecord.features.sign_in.values import Ended, Owed, PassedOn, Person, nobody
from onrecord.protocol.people import PositionOf, position_of
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.language import Language

Changed = Callable[[PersonId], Awaitable[None]]
AlongChange = Callable[[Person, Person], Along | None]
"""What goes with a change, once it is known who somebody was and is."""

ID = re.compile(r"[0-9a-f]{32}")
LANGUAGES = get_args(Language)
LONGEST = 200
"""Characters in a name, an address or an organisation."""


class NewPerson(PositionOf[str], frozen=True):
    """Somebody to add. Without `username` they sign in by link only, or not at all (bots).

    A client's codes go to `mail`, or to `phone` where there is no mail. `phone` is of nobody else.
    """

    name: str
    kind: PersonKind
    org: str
    role: Role
    username: str | None = None
    mail: str | None = None
    locale: str | None = None
    phone: str | None = None
    owner: PersonId | None = None
    """Of a bot: who answers for it, and alone makes its tokens."""


class Changes(PositionOf[str], frozen=True, omit_defaults=True):
    """What to change about somebody; None: leave as it is."""

    name: str | None = None
    org: str | None = None
    role: Role | None = None
    username: str | None = None
    mail: str | None = None
    locale: str | None = None


class People:
    """Adds and changes people. `firm` is the organisation of those who are not from outside.

    *changed*: told of whom others see otherwise now.
    """

    def __init__(
        self,
        means: Means,
        passwords: Passwords,
        destruction: Destruction,
        *,
        firm: str,
        changed: Changed | None = None,
    ) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._person = means.person
        self._clock = means.clock
        self._passwords = passwords
        self._destruction = destruction
        self._changed = changed
        self._turns = Turns()
        self._on_end: list[Callable[[PersonId], None]] = []
        self.firm = firm

    async def all(self) -> list[Person]:
        """Return everybody, active or not, by name."""
        return await self._read(self._store.people)

    async def addresses(self) -> frozenset[str]:
        """Return where clients are reached, those as well whose account has ended."""
        return await self._read(self._store.client_addresses)

    async def one(self, id: PersonId) -> Person:
        """Return somebody, active or not. Raises NotFound (`no_such_person`)."""
        return await self._person(id)

    async def named(self, username: str) -> Person:
        """Return an active person by user name. Raises NotFound (`no_such_person`)."""
        credential = await self._read(self._store.credential, spelling(username))
        if credential is None:
            raise nobody()
        return credential.person

    async def add(
        self,
        actor: Actor,
        origin: Origin,
        new: NewPerson,
        warrant: Warrant | None = None,
        along: Along | None = None,
        *,
        password: str | None = None,
    ) -> Person:
        """Record and add somebody; what goes *along* is done with it.

        *password*: chosen by themself, who types it at the server's own shell: the first
        administrator's. No route passes one (tests/architecture/test_warrants.py).

        Raises NotAllowed (`role_waits`: nobody new has an office, but by break-glass), BadInput
        (`bad_name`, `bad_body`, `password_too_short`, `password_too_long`, `password_common`,
        `bad_address`; of a client `address_missing`, of a bot `owner_missing`), Conflict
        (`username_taken`, `address_taken`), NotFound (`no_such_person`: the owner), Unavailable
        (`archive_unavailable`). Cancelling leaves at most a record of somebody who is not in the
        directory; adding them again makes a new person.
        """
        demand_met(warrant, None, new.role)
        username = await self.check_new(new)
        address = _address_of(new)
        person = Person(
            id=PersonId(new_id(self._clock)),
            name=one_spelling(new.name),
            kind=new.kind,
            org=new.org,
            role=new.role,
            username=username,
            mail=staff_mail(new.mail) if address is None else address.mail,
            locale=new.locale,
            outside=self._is_outside(new.kind, new.org),
            owner=new.owner,
            has_password=password is not None,
            **position_of(new),
        )
        hashed = None
        if password is not None:
            hashed = await self._passwords.hash(password, context_of(person, self.firm))
        facts = person_facts(person) | demand(warrant, takes_two=False)
        if address is not None:
            facts["address"] = address.value
        await self._entries.record(actor, origin, "person.added", facts)
        await self._write(self._store.add_person, person, hashed, address, along)
        await self.tell(person.id)
        return person

    async def check_new(self, new: NewPerson) -> str | None:
        """Return the user name that somebody new would have.

        Raises as `add` does, but for passwords.
        """
        username = None if new.username is None else spelling(new.username)
        check_office(new.kind, new.role)
        check_name(new.name)
        check_username(username)
        address = _address_of(new)
        staff_mail(new.mail if new.kind != "client" else None)
        check_names(new.org, username, new.mail, *position_of(new).values())
        check_language(new.locale)
        await self._check_owner(new)
        await self._check_free(username, address)
        return username

    async def changed(self, id: PersonId, changes: Changes) -> tuple[Person, Person]:
        """Return somebody as they are and as they would be.

        Raises NotFound (`no_such_person`), BadInput (`bad_name`, `bad_body`), Conflict
        (`username_taken`).
        """
        before = await self._person(id)
        asked = structs.asdict(changes)
        if changes.username is not None:
            asked["username"] = spelling(changes.username)
        if changes.mail is not None and before.kind != "client":
            asked["mail"] = staff_mail(changes.mail)
        after = structs.replace(before, **{name: v for name, v in asked.items() if v is not None})
        after = structs.replace(after, outside=self._is_outside(after.kind, after.org))
        if changes.role is not None:
            after = structs.replace(after, awaits=None)
            check_office(after.kind, changes.role)
        if (before.kind == "client") != (after.role == "client"):
            raise BadInput("bad_body", "The kind `client` and the role `client` go together.")
        if before.kind == "client" and (after.mail, after.username) != (
            before.mail,
            before.username,
        ):
            raise BadInput("bad_body", "A client's address is changed by a reset of their advisor.")
        if after.name != before.name:
            check_name(after.name)
            after = structs.replace(after, name=one_spelling(after.name))
        check_names(
            *(
                now
                for was, now in zip(_names_of(before), _names_of(after), strict=True)
                if now != was
            )
        )
        check_language(changes.locale)
        if after.username != before.username:
            check_username(after.username)
            await self._check_free(after.username)
        return before, after

    async def change(
        self,
        actor: Actor,
        origin: Origin,
        id: PersonId,
        changes: Changes,
        warrant: Warrant | None = None,
        *,
        along: AlongChange | None = None,
    ) -> Person:
        """Record and make changes. A new role or organisation ends what lets the person in now.

        *along*: what goes with it, which is done where nothing is left to change as well.
        Raises as `changed` does, NotAllowed (`second_administrator_needed`: without a *warrant*
        not of who they are once they signed in, and nothing of an office; `role_waits`: an office
        of who was not met), Unavailable (`archive_unavailable`).
        """
        async with self._turns.alone(id):
            while True:  # again where they signed in, or another process changed them
                before, after = await self.changed(id, changes)
                if after == before and along is None:
                    return before
                ground = demand(warrant, takes_two=change_takes_two(before, after))
                demand_met(warrant, before, after.role)
                facts = person_facts(after) | ground
                await self._entries.record(actor, origin, "person.changed", facts)
                also = None if along is None else along(before, after)
                ends = None
                if (after.role, after.org) != (before.role, before.org):
                    ends = self._owed_end(actor, origin, id), self._clock.now()
                update = partial(self._store.update_person, before, after, also, ends=ends)
                if await self._ending("device_revoked", update):
                    break
        await self.tell(id)
        return after

    async def set_position(
        self,
        actor: Actor,
        origin: Origin,
        id: PersonId,
        position: PositionOf[str],
    ) -> Person:
        """Record and set what somebody does and where in the firm; None: nothing is said of it.

        Raises NotFound (`no_such_person`), BadInput (`bad_name`), Unavailable
        (`archive_unavailable`).
        """
        async with self._turns.alone(id):
            while True:  # as in `change`
                before = await self._person(id)
                after = structs.replace(before, **position_of(position))
                if after == before:
                    return before
                check_names(*position_of(position).values())
                await self._entries.record(actor, origin, "person.changed", person_facts(after))
                update = partial(self._store.update_person, before, after)
                if await self._ending("device_revoked", update):
                    break
        await self.tell(id)
        return after

    async def deactivate(
        self, actor: Actor, origin: Origin, id: PersonId, successor: PersonId | None = None
    ) -> None:
        """Deactivate an account: every socket, session, token, ticket and link ends at once.

        It does not wait for the archive (entries.py), nor for what they still lead, own or cover.
        The clients' conversations that would be nobody's pass to *successor*, as soon as the
        archive takes it (relationships/coverage.py), and their open invites at once; without,
        they wait as uncovered. What they were sending or fetching just now ends too (`on_end`).
        Raises NotFound (`no_such_person`), Conflict (`last_administrator`), NotAllowed
        (`not_an_advisor`).
        """
        person = await self._person(id)
        facts: Facts = {"person": person.id}
        if successor is not None:
            await self._check_successor(person, successor)
            facts["successor"] = successor
        people = await self._read(self._store.people)
        theirs = [person.id, *(each.id for each in people if each.owner == person.id)]
        owed = self._entries.owe(actor, origin, "person.deactivated", facts)
        passed = self._passed(actor, origin, facts)
        await self._end(person.id, owed, successor, deactivate=True, passed=passed)
        for ended in self._on_end:
            for each in theirs:
                ended(each)
        await self.tell(person.id)

    def on_end(self, ended: Callable[[PersonId], None]) -> None:
        """Have *ended* told at once, in this process, who cannot act any more: their bots too."""
        self._on_end.append(ended)

    async def name_successor(
        self, actor: Actor, origin: Origin, id: PersonId, successor: PersonId
    ) -> None:
        """Record and note who takes over from somebody whose account has ended.

        The clients' conversations that they left pass as in `deactivate`.
        Raises NotFound (`no_such_person`), Conflict (`account_active`), NotAllowed
        (`not_an_advisor`), Unavailable (`archive_unavailable`).
        """
        person = await self._person(id)
        if person.active:
            raise _still_active(person)
        await self._check_successor(person, successor)
        facts: Facts = {"person": person.id, "successor": successor}
        await self._entries.record(actor, origin, "successor.named", facts)
        passed, at = self._passed(actor, origin, facts), self._clock.now()
        if not await self._write(self._store.name_successor, person.id, successor, passed, at=at):
            raise _still_active(person)

    async def end_sessions(self, actor: Actor, origin: Origin, id: PersonId) -> None:
        """Sign somebody out everywhere; their unused links and their tokens end as well.

        So do tokens of bots that they answer for. It does not wait for the archive (entries.py).
        Raises NotFound (`no_such_person`).
        """
        person = await self._person(id)
        await self._end_sessions(actor, origin, person.id)

    async def check_active_again(self, id: PersonId) -> Person:
        """Return somebody who may be let in again.

        Raises NotFound (`no_such_person`), Conflict (`client_ended`).
        """
        person = await self._person(id)
        if await self._read(self._store.has_left, person.id):
            detail = (
                f"{person.name} has ended the relationship, or was never let in, and has no address"
                " and no conversation any more. Invite them anew."
            )
            raise Conflict("client_ended", detail)
        return person

    async def activate(
        self,
        actor: Actor,
        origin: Origin,
        id: PersonId,
        warrant: Warrant | None = None,
        along: Along | None = None,
    ) -> bool:
        """Record and let somebody sign in again; what goes *along* is done with it.

        They sign in as before if their account ended a short time ago. Else they enrol anew (True):
        what they signed in with is destroyed, and a new link alone lets them in.
        Raises as `check_active_again` does, NotAllowed (`second_administrator_needed`: without a
        *warrant*, of who is not active), Unavailable (`archive_unavailable`).
        """
        person = await self.check_active_again(id)
        facts: Facts = {"person": person.id, **demand(warrant, takes_two=not person.active)}
        await self._entries.record(actor, origin, "person.activated", facts)
        activate = partial(self._store.activate, person.id, along, only_active=warrant is None)
        since, entry = self._destruction.kept_since, self._destruction.entry(person.id)
        now = self._clock.now()
        anew = await self._write(activate, kept_since=since, destroyed=entry, at=now)
        if anew is None:  # shut out meanwhile
            raise second_needed()
        await self.tell(person.id)
        return anew

    async def tell(self, id: PersonId) -> None:
        """Tell open pages, theirs too, that something about somebody is another."""
        if self._changed is not None:
            await self._changed(id)

    async def _end_sessions(self, actor: Actor, origin: Origin, id: PersonId) -> None:
        await self._end(id, self._owed_end(actor, origin, id), deactivate=False)

    def _owed_end(self, actor: Actor, origin: Origin, id: PersonId) -> Owed:
        facts: Facts = {"person": id, "tokens": True}  # in earlier entries they went on
        return self._entries.owe(actor, origin, "sessions.ended", facts)

    async def _end(
        self,
        id: PersonId,
        owed: Owed,
        successor: PersonId | None = None,
        *,
        deactivate: bool,
        passed: PassedOn | None = None,
    ) -> None:
        shut_out = partial(
            self._store.shut_out,
            id,
            owed,
            deactivate=deactivate,
            at=self._clock.now(),
            successor=successor,
            passed=passed,
        )
        await self._ending("deactivated" if deactivate else "device_revoked", shut_out)

    async def _ending(self, reason: Ended, change: Callable[[], list[SessionId] | None]) -> bool:
        """Make a change, and end the sockets of the sessions that it ended; False: it is not made.

        They end once it is made, also where whoever waits for it is cancelled meanwhile.
        """
        loop = asyncio.get_running_loop()

        def made() -> bool:
            ended = change()
            if ended:
                loop.call_soon_threadsafe(self._registry.end, ended, reason)
            return ended is not None

        return await self._write(made)

    async def _check_owner(self, new: NewPerson) -> None:
        """A bot, and nobody else, has an owner: an active person of the firm."""
        if new.kind != "bot":
            if new.owner is not None:
                raise BadInput("bad_body", "Only a bot has an owner.")
            return
        if new.owner is None:
            raise BadInput("owner_missing", "Say who answers for the bot: its owner.")
        owner = await self._person(new.owner)
        if not owner.active or owner.kind != "employee":
            raise nobody()

    def _passed(self, actor: Actor, origin: Origin, facts: Facts) -> PassedOn:
        def passed(invites: Sequence[str]) -> Owed:
            said: Facts = {**facts, "invites": tuple(invites)}
            return self._entries.owe(actor, origin, "invites.passed", said)

        return passed

    async def _check_successor(self, leaver: Person, successor: PersonId) -> None:
        found = await self._person(successor)
        serves = found.active and found.kind == "employee" and found.role in ADVISORS
        if not serves or successor == leaver.id:
            detail = "Only another active employee or advisor of the firm can take over clients."
            raise NotAllowed("not_an_advisor", detail)

    def _is_outside(self, kind: PersonKind, org: str) -> bool:
        return kind == "client" or org != self.firm

    async def _check_free(self, username: str | None, address: Address | None = None) -> None:
        if username is not None and await self._read(self._store.username_taken, username):
            raise Conflict("username_taken", "Somebody has this user name already.")
        if address is not None and await self._read(self._store.address_used, address):
            raise address_taken()


def one_spelling(name: str) -> str:
    """Return a name as NFC, its white space single."""
    return " ".join(normalize("NFC", name).split())


def taken_for(
    name: str,
    people: Iterable[Person],
    but: PersonId | None = None,
    username: str | None = None,
) -> list[Person]:
    """Return the active people of the firm whom somebody called so could be taken for.

    Names are compared with names, a user name with user names.
    """
    looks = looks_of(name, username)
    staff = (each for each in people if each.active and each.kind != "client" and each.id != but)
    return [each for each in staff if looks & looks_of(each.name, each.username)]


def looks_of(name: str, username: str | None) -> set[tuple[str, str]]:
    """Return what a name and a user name look like, each beside which of the two it is."""
    looks = {("name", shape) for shape in shapes_of(name)}
    return looks | {("username", shape) for shape in shapes_of(username or "") if username}


def staff_mail(mail: str | None) -> str | None:
    """Return the one spelling of a mail address. Raises BadInput (`bad_address`)."""
    return None if mail is None else mail_address(mail)


def check_names(*values: str | None) -> None:
    """Raise BadInput (`bad_name`) unless each is absent, or one line of some text, not too long."""
    for value in values:
        if value is not None and not is_line(value):
            detail = (
                f"Each part of a name is one line of 1 to {LONGEST} characters, "
                "without invisible characters or ones that change the direction of writing."
            )
            raise BadInput("bad_name", detail)


def check_office(kind: PersonKind, role: Role) -> None:
    """Raise BadInput (`bad_body`) where who never signs in would have an office."""
    if role in OFFICE and kind != "employee":
        raise BadInput("bad_body", "Only a person of the firm can have this role, and no bot.")


def check_username(username: str | None) -> None:
    """Raise BadInput (`bad_name`) where a user name mixes scripts or could be somebody's id."""
    if username is not None and (len(scripts_of(username)) > 1 or ID.fullmatch(username)):
        detail = "The letters of a user name are of one script, and it is no id of somebody."
        raise BadInput("bad_name", detail)


def check_language(locale: str | None) -> None:
    """Raise BadInput (`bad_body`) for a language that no letter is written in."""
    if locale is not None and locale not in LANGUAGES:
        raise BadInput("bad_body", f"A language is {' or '.join(LANGUAGES)}.")


def check_name(name: str) -> None:
    """As `check_names` does, of what letters call somebody: a link in it would be theirs."""
    check_names(name)
    if not is_named(name):
        raise BadInput("bad_name", "A name has a letter or a digit in it.")
    if has_link(name):
        raise BadInput("bad_name", "A name stands in letters, so it has no link or address in it.")


def is_line(value: str, longest: int = LONGEST) -> bool:
    """Whether a text is one line that shows something, of so many characters at most."""
    return not is_blank(value) and len(value) <= longest and is_one_line(value)


def _still_active(person: Person) -> Conflict:
    detail = f"{person.name} has an account. Deactivate it first, or hand over one by one."
    return Conflict("account_active", detail)


def _address_of(new: NewPerson) -> Address | None:
    return client_address(new.mail, new.phone) if new.kind == "client" else None


def _names_of(person: Person) -> tuple[str | None, ...]:
    return person.org, person.username, person.mail, *position_of(person).values()


def person_facts(person: Person) -> Facts:
    """Return what the identity stream says about somebody."""
    facts: Facts = {
        "person": person.id,
        "name": person.name,
        "kind": person.kind,
        "org": person.org,
        "role": person.role,
    }
    optional = {
        "username": person.username,
        "mail": person.mail,
        **position_of(person),
        "owner": person.owner,
    }
    facts.update({name: value for name, value in optional.items() if value is not None})
    return facts
