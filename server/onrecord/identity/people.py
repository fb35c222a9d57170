"""The directory: add, change, shut out and let back in. Nobody is ever deleted."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct, structs

from onrecord.domain.errors import BadInput, Conflict, NotAllowed
from onrecord.domain.ids import PersonId, new_id
from onrecord.domain.texts import has_link, is_blank, is_named, is_one_line
from onrecord.domain.values import Actor, Origin, PersonKind, Role
from onrecord.identity.addresses import Address, address_taken, client_address
from onrecord.identity.entries import Facts
from onrecord.identity.means import Means
from onrecord.identity.passwords import Passwords
from onrecord.identity.ports import Owed, PassedOn, Person, nobody
from onrecord.identity.sign_in import spelling
from onrecord.journal.case import ADVISORS

Changed = Callable[[PersonId], Awaitable[None]]

LONGEST = 200
"""Characters in a name, an address or an organisation."""


class NewPerson(Struct, frozen=True):
    """Somebody to add. Without `username` they sign in by link only, or not at all (bots).

    A client's codes go to `mail`, or to `phone` where there is no mail. `phone` is of nobody else.
    """

    name: str
    kind: PersonKind
    org: str
    role: Role
    username: str | None = None
    mail: str | None = None
    title: str | None = None
    branch: str | None = None
    locale: str | None = None
    password: str | None = None
    phone: str | None = None


class Changes(Struct, frozen=True, omit_defaults=True):
    """What to change about somebody; None: leave as it is."""

    name: str | None = None
    org: str | None = None
    role: Role | None = None
    username: str | None = None
    mail: str | None = None
    title: str | None = None
    branch: str | None = None
    locale: str | None = None


class People:
    """Adds and changes people. `firm` is the organisation of those who are not from outside.

    *changed*: told of whom others see otherwise now.
    """

    def __init__(
        self, means: Means, passwords: Passwords, *, firm: str, changed: Changed | None = None
    ) -> None:
        self._store = means.store
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._registry = means.registry
        self._clock = means.clock
        self._passwords = passwords
        self._changed = changed
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

    async def add(self, actor: Actor, origin: Origin, new: NewPerson) -> Person:
        """Record and add somebody.

        Raises BadInput (`bad_name`, `password_too_short`, `password_too_long`; of a client
        `address_missing`, `bad_address`), Conflict (`username_taken`, `address_taken`),
        Unavailable (`archive_unavailable`). Cancelling leaves at most a record
        of somebody who is not in the directory; adding them again makes a new person.
        """
        username = None if new.username is None else spelling(new.username)
        check_name(new.name)
        check_names(new.org, username, new.mail, new.title, new.branch)
        hashed = None if new.password is None else await self._passwords.hash(new.password)
        address = client_address(new.mail, new.phone) if new.kind == "client" else None
        await self._check_free(username, address)
        person = Person(
            id=PersonId(new_id(self._clock)),
            name=new.name,
            kind=new.kind,
            org=new.org,
            role=new.role,
            username=username,
            mail=new.mail if address is None else address.mail,
            title=new.title,
            branch=new.branch,
            locale=new.locale,
            outside=self._is_outside(new.kind, new.org),
        )
        facts = person_facts(person)
        if address is not None:
            facts["address"] = address.value
        await self._entries.record(actor, origin, "person.added", facts)
        await self._write(self._store.add_person, person, hashed, address)
        await self._tell(person.id)
        return person

    async def change(self, actor: Actor, origin: Origin, id: PersonId, changes: Changes) -> Person:
        """Record and make changes. A new role or organisation ends the person's sessions.

        Raises NotFound (`no_such_person`), BadInput (`bad_name`), Conflict (`username_taken`),
        Unavailable (`archive_unavailable`).
        """
        before = await self._person(id)
        asked = structs.asdict(changes)
        if changes.username is not None:
            asked["username"] = spelling(changes.username)
        after = structs.replace(before, **{name: v for name, v in asked.items() if v is not None})
        after = structs.replace(after, outside=self._is_outside(after.kind, after.org))
        if after.name != before.name:
            check_name(after.name)
        check_names(after.org, after.username, after.mail, after.title, after.branch)
        if after.username != before.username:
            await self._check_free(after.username)
        await self._entries.record(actor, origin, "person.changed", person_facts(after))
        await self._write(self._store.update_person, after)
        if (after.role, after.org) != (before.role, before.org):
            await self._end_sessions(actor, origin, id)
        await self._tell(id)
        return after

    async def set_position(
        self,
        actor: Actor,
        origin: Origin,
        id: PersonId,
        *,
        title: str | None,
        branch: str | None,
    ) -> Person:
        """Record and set what somebody does and where in the firm; None: nothing is said of it.

        Raises NotFound (`no_such_person`), BadInput (`bad_name`), Unavailable
        (`archive_unavailable`).
        """
        before = await self._person(id)
        after = structs.replace(before, title=title, branch=branch)
        if after == before:
            return before
        check_names(title, branch)
        await self._entries.record(actor, origin, "person.changed", person_facts(after))
        await self._write(self._store.update_person, after)
        await self._tell(id)
        return after

    async def set_password(self, actor: Actor, origin: Origin, id: PersonId, password: str) -> None:
        """Record and set a password; sessions opened with the old one end.

        Raises as `add` does, and NotFound (`no_such_person`).
        """
        person = await self._person(id)
        hashed = await self._passwords.hash(password)
        facts: Facts = {"person": person.id}
        await self._entries.record(actor, origin, "password.set", facts)
        owed, now = self._entries.owe(actor, origin, "sessions.ended", facts), self._clock.now()
        ended = await self._write(self._store.set_password, person.id, hashed, owed, at=now)
        self._registry.end(ended, "device_revoked")

    async def deactivate(
        self, actor: Actor, origin: Origin, id: PersonId, successor: PersonId | None = None
    ) -> None:
        """Shut somebody out: every socket, session, token, ticket and link ends at once.

        It does not wait for the archive (entries.py). The clients' conversations that would be
        nobody's pass to *successor*, as soon as the archive takes it (messaging/coverage.py), and
        their open invites at once.
        Raises NotFound (`no_such_person`), Conflict (`successor_required`), NotAllowed
        (`not_an_advisor`).
        """
        person = await self._person(id)
        await self._check_successor(person, successor)
        facts: Facts = {"person": person.id}
        if successor is not None:
            facts["successor"] = successor
        owed = self._entries.owe(actor, origin, "person.deactivated", facts)

        def passed(invites: Sequence[str]) -> Owed:
            return self._entries.owe(
                actor, origin, "invites.passed", {**facts, "invites": tuple(invites)}
            )

        await self._end(person.id, owed, successor, deactivate=True, passed=passed)
        await self._tell(person.id)

    async def end_sessions(self, actor: Actor, origin: Origin, id: PersonId) -> None:
        """Sign somebody out everywhere; their unused links end as well, their tokens go on.

        It does not wait for the archive (entries.py). Raises NotFound (`no_such_person`).
        """
        person = await self._person(id)
        await self._end_sessions(actor, origin, person.id)

    async def activate(self, actor: Actor, origin: Origin, id: PersonId) -> None:
        """Record and let somebody sign in again.

        Raises NotFound (`no_such_person`), Conflict (`client_ended`), Unavailable
        (`archive_unavailable`).
        """
        person = await self._person(id)
        if await self._read(self._store.has_left, person.id):
            detail = (
                f"{person.name} has ended the relationship, or was never let in, and has no address"
                " and no conversation any more. Invite them anew."
            )
            raise Conflict("client_ended", detail)
        await self._entries.record(actor, origin, "person.activated", {"person": person.id})
        await self._write(self._store.activate, person.id)
        await self._tell(person.id)

    async def _tell(self, id: PersonId) -> None:
        if self._changed is not None:
            await self._changed(id)

    async def _end_sessions(self, actor: Actor, origin: Origin, id: PersonId) -> None:
        owed = self._entries.owe(actor, origin, "sessions.ended", {"person": id})
        await self._end(id, owed, deactivate=False)

    async def _end(
        self,
        id: PersonId,
        owed: Owed,
        successor: PersonId | None = None,
        *,
        deactivate: bool,
        passed: PassedOn | None = None,
    ) -> None:
        ended = await self._write(
            self._store.shut_out,
            id,
            owed,
            deactivate=deactivate,
            at=self._clock.now(),
            successor=successor,
            passed=passed,
        )
        self._registry.end(ended, "deactivated" if deactivate else "device_revoked")

    async def _check_successor(self, leaver: Person, successor: PersonId | None) -> None:
        if successor is None:
            clients = await self._read(self._store.clients_of, leaver.id)
            if clients:
                detail = f"{leaver.name} answers for {clients} conversations with clients."
                if clients == 1:
                    detail = f"{leaver.name} answers for a conversation with a client."
                raise Conflict("successor_required", f"{detail} Say who takes over.")
            return
        found = await self._person(successor)
        serves = found.active and found.kind == "employee" and found.role in ADVISORS
        if not serves or successor == leaver.id:
            detail = "Only another active employee or advisor of the firm can take over clients."
            raise NotAllowed("not_an_advisor", detail)

    def _is_outside(self, kind: PersonKind, org: str) -> bool:
        return kind == "client" or org != self.firm

    async def _person(self, id: PersonId) -> Person:
        person = await self._read(self._store.person, id)
        if person is None:
            raise nobody()
        return person

    async def _check_free(self, username: str | None, address: Address | None = None) -> None:
        if username is not None and await self._read(self._store.username_taken, username):
            raise Conflict("username_taken", "Somebody has this user name already.")
        if address is not None and await self._read(self._store.address_used, address):
            raise address_taken()


def check_names(*values: str | None) -> None:
    """Raise BadInput (`bad_name`) unless each is absent, or one line of some text, not too long."""
    for value in values:
        if value is not None and not is_line(value):
            detail = (
                f"Each part of a name is one line of 1 to {LONGEST} characters, "
                "without signs that change the direction of writing."
            )
            raise BadInput("bad_name", detail)


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
        "title": person.title,
        "branch": person.branch,
    }
    facts.update({name: value for name, value in optional.items() if value is not None})
    return facts
