"""What one administrator may do to somebody's account alone, and what takes a second one.

Somebody is *enrolled* once they opened a session: from then on their account is theirs, and nobody
alone makes a way into it or says who they are. A role that sees or decides about others (OFFICE) is
given and taken by two as well. A *warrant* says on what ground such a thing is done all the same;
the verbs of identity (people.py, links.py) demand one and refuse without, whoever calls them.
"""

from dataclasses import dataclass
from typing import Final, get_args

from onrecord.domain.errors import NotAllowed
from onrecord.domain.values import Role
from onrecord.identity.entries import Facts
from onrecord.identity.ports import Person
from onrecord.identity.told import Field

OFFICE: Final[frozenset[Role]] = frozenset({"compliance", "auditor", "administrator"})
"""Roles that two give and take."""


@dataclass(frozen=True, slots=True)
class Warrant:
    """Why something happens that takes two: an approved `request`, or break-glass.

    Made by approvals.py, break_glass.py and clients/resets.py alone.
    """

    request: str | None = None

    @property
    def facts(self) -> Facts:
        """What the entries of its effects say of it."""
        return {"break_glass": True} if self.request is None else {"request": self.request}


def new_role_takes_two(role: Role) -> bool:
    """Whether adding somebody with a role takes two."""
    return role in OFFICE


def change_takes_two(before: Person, after: Person) -> bool:
    """Whether a change of somebody takes two."""
    role = before.role != after.role and bool({before.role, after.role} & OFFICE)
    return role or (before.enrolled and bool(changed(before, after)))


def link_takes_two(person: Person) -> bool:
    """Whether a link for somebody takes two: a first one of an employee or advisor does not."""
    return person.enrolled or person.role in OFFICE


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
