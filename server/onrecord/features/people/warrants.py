"""What one administrator may do to somebody's account alone, and what takes a second one.

Somebody is *enrolled* once they opened a session: from then on their account is theirs, and nobody
alone makes a way into it or says who they are. A role that sees or decides about others (OFFICE) is
given and taken by two as well, and to nobody who is not enrolled: until then it waits, and the
second of the two has met its person (role_codes.py). No link leads to it. A *warrant* says on what
ground such a thing is done all the same; the verbs of identity (people.py, links.py) demand one and
refuse without, whoever calls them.

Whoever approves must know whose account it is, so they are shown its *provenance*: who added the
person, who made their first links, and how they first came in. It is read from the stream
`identity`, so there is no copy that could lack something. A record does not say which of several
links let somebody in, so all count that could have: every one from before that, and every one that
an administrator made alone, since nobody makes such a link for who has come in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

import msgspec
from msgspec import Struct

from onrecord.core.domain.errors import NotAllowed
from onrecord.core.domain.values import SYSTEM, Actor, Event, Facts, Role, SystemEntry
from onrecord.features.people.told import Field
from onrecord.features.sign_in.values import Auth, Person
from onrecord_archive.events.ids import PersonId

OFFICE: Final[frozenset[Role]] = frozenset({"compliance", "auditor", "administrator"})
"""Roles that two give and take."""
LESS: Final[Role] = "employee"
"""What somebody is while an office waits for them."""
Missing = Literal["sign_in", "username", "password"]
"""What somebody lacks before an office is given to them, in the order in which they come by it."""
Part = Literal["added", "link"]
"""What somebody did for an account before its person came in."""


@dataclass(frozen=True, slots=True)
class Warrant:
    """Why something happens that takes two: an approved `request`, or break-glass.

    Made by approvals.py, break_glass.py and clients/resets.py alone. `met`: whoever approved it
    typed the code that the screen of whom it is about showed.
    """

    request: str | None = None
    met: bool = False

    @property
    def broke_glass(self) -> bool:
        """Whether it is break-glass: no second person, and none that was met."""
        return self.request is None

    @property
    def facts(self) -> Facts:
        """What the entries of its effects say of it."""
        return {"break_glass": True} if self.request is None else {"request": self.request}


def missing(person: Person) -> Missing | None:
    """Return what somebody lacks before an office is given to them; None: nothing."""
    if not person.enrolled:
        return "sign_in"
    if person.username is None:
        return "username"
    return None if person.has_password else "password"


def demand_met(warrant: Warrant | None, before: Person | None, role: Role) -> None:
    """Raise NotAllowed (`role_waits`) where an office would come before its person.

    *before*: as they are; None: they are new. Break-glass gives it to anybody.
    """
    if role not in OFFICE or (before is not None and before.role == role):
        return
    if warrant is not None and warrant.broke_glass:
        return
    if before is None or missing(before) is not None or warrant is None or not warrant.met:
        raise role_waits()


def role_waits() -> NotAllowed:
    """Return the answer to who would give an office before its person was met."""
    detail = (
        "This role waits for its person: they sign in, choose a password, and read the code that"
        " their screen shows to the administrator who approves it."
    )
    return NotAllowed("role_waits", detail)


def change_takes_two(before: Person, after: Person) -> bool:
    """Whether a change of somebody takes two."""
    role = before.role != after.role and bool({before.role, after.role} & OFFICE)
    return role or (before.enrolled and bool(changed(before, after)))


def link_takes_two(person: Person) -> bool:
    """Whether a link for somebody takes two: a first one of an employee or advisor does not."""
    return person.enrolled or person.role in OFFICE


def demand_no_office(warrant: Warrant | None, person: Person) -> None:
    """Raise NotAllowed (`role_waits`) where a link would lead to an office.

    Whoever is handed it could open it: so the office is taken first, and waits (approvals.py).
    """
    if person.role in OFFICE and not (warrant is not None and warrant.broke_glass):
        raise role_waits()


def changed(before: Person, after: Person) -> tuple[Field, ...]:
    """Return which of what says who they are differs."""
    fields: tuple[Field, ...] = get_args(Field)
    return tuple(name for name in fields if getattr(before, name) != getattr(after, name))


def demand(warrant: Warrant | None, *, takes_two: bool) -> Facts:
    """Return what a warrant adds to the entry of its effect.

    Raises NotAllowed (`second_administrator_needed`).
    """
    if takes_two and warrant is None:
        raise second_needed()
    return {} if warrant is None else warrant.facts


def second_needed() -> NotAllowed:
    """Return the answer to who tries alone what takes two."""
    detail = "This takes a second administrator. Ask for it, and they approve it."
    return NotAllowed("second_administrator_needed", detail)


class Step(Struct, frozen=True):
    """Something that was done for an account before its person came in.

    `by`: None: on the server's own shell. `asked_by`: who asked for it, where two agreed.
    """

    at: datetime
    by: Actor | None
    asked_by: Actor | None = None

    @property
    def hands(self) -> frozenset[PersonId]:
        """Who had a part in it."""
        return frozenset(each.id for each in (self.by, self.asked_by) if each is not None)


class FirstSignIn(Struct, frozen=True):
    """When and how somebody first came in. `address`: as far as it is recorded."""

    at: datetime
    auth: Auth
    device: str
    address: str | None = None


class Provenance(Struct, frozen=True):
    """What the record says of an account's beginning; None: nothing.

    `links`: the first that each administrator made before the person came in.
    """

    added: Step | None = None
    links: tuple[Step, ...] = ()
    first_sign_in: FirstSignIn | None = None

    def parts_of(self, person: PersonId) -> list[Part]:
        """Return what of it was done, asked for or approved by *person*."""
        parts: list[Part] = []
        if self.added is not None and person in self.added.hands:
            parts.append("added")
        if any(person in link.hands for link in self.links):
            parts.append("link")
        return parts


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the stream, and the addresses that are kept of it."""

    event: Event
    addresses: tuple[str, ...] = ()

    @property
    def type(self) -> str:
        """What happened."""
        return self.event.payload.type

    @property
    def adds(self) -> bool:
        """Whether somebody was added."""
        return self.type == "person.added"

    @property
    def person(self) -> PersonId:
        """Whom it is about; empty where it names nobody."""
        return PersonId(str(self.facts.get("person", "")))

    @property
    def facts(self) -> Facts:
        """What it says."""
        payload = self.event.payload
        return payload.facts if isinstance(payload, SystemEntry) else {}


def provenance_of(
    people: Collection[PersonId], done: Iterable[Entry], opened: Iterable[Entry]
) -> dict[PersonId, Provenance]:
    """Return where the accounts of *people* come from.

    *done*: who was added, links and requests, in order. *opened*: the first session of each who
    came in.
    """
    done, first = list(done), {each.event.actor.id: each for each in opened}
    askers = {
        str(each.facts["request"]): each.event.actor for each in done if each.type == "request.made"
    }
    return {id: _of(id, done, first.get(id), askers) for id in people}


def _of(
    person: PersonId, done: Iterable[Entry], first: Entry | None, askers: Mapping[str, Actor]
) -> Provenance:
    added, links = None, dict[frozenset[PersonId], Step]()
    for each in done:
        if each.person != person:
            continue
        if each.adds:
            added = added or _step(each, askers)
        elif each.type == "link.created" and _could_be_first(each, first):
            step = _step(each, askers)
            links.setdefault(step.hands, step)
    return Provenance(added, tuple(links.values()), None if first is None else _sign_in(first))


def _could_be_first(each: Entry, first: Entry | None) -> bool:
    alone = each.facts.keys().isdisjoint(("request", "break_glass"))
    return alone or first is None or each.event.conv_seq < first.event.conv_seq


def _step(each: Entry, askers: Mapping[str, Actor]) -> Step:
    actor = each.event.actor
    by = None if actor.id == SYSTEM.id else actor
    return Step(each.event.at, by, askers.get(str(each.facts.get("request"))))


def _sign_in(each: Entry) -> FirstSignIn:
    said = {
        "at": each.event.at,
        "auth": each.facts["auth"],
        "device": each.facts["device_name"],
        "address": each.addresses[0] if each.addresses else None,
    }
    return msgspec.convert(said, FirstSignIn)
