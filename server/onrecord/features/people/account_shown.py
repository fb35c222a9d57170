"""The account that the console shows: one way from a stored person to the wire."""

from collections.abc import Iterable

import msgspec

from onrecord.features.people import bodies as wire
from onrecord.features.people.people import NewPerson, taken_for
from onrecord.features.sign_in.values import Person
from onrecord.protocol.people import position_of


def account(person: Person) -> wire.Account:
    """Return somebody as administrators see them."""
    return wire.Account(
        id=person.id,
        name=person.name,
        kind=person.kind,
        org=person.org,
        role=person.role,
        active=person.active,
        outside=person.outside,
        username=person.username,
        mail=person.mail,
        locale=person.locale,
        picture=person.picture,
        enrolled=person.enrolled,
        awaits=None if person.awaits is None else msgspec.convert(person.awaits, wire.PersonRole),
        **position_of(person),
    )


def alike(person: Person | NewPerson, people: Iterable[Person]) -> list[str] | None:
    """Return the people of the firm whom somebody of it could be taken for; None: nobody."""
    if person.kind == "client":
        return None
    own = person.id if isinstance(person, Person) else None
    return [called(each) for each in taken_for(person.name, people, own, person.username)] or None


def called(person: Person) -> str:
    """Return what tells somebody from others of the same name."""
    return f"{person.name} ({person.username or person.role})"
