"""What takes a second person, as it waits for one (approvals.py)."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from onrecord.core.domain.values import Facts, Role
from onrecord.features.clients.addresses import InviteWay
from onrecord.features.people.people import Changes, NewPerson
from onrecord.features.people.warrants import OFFICE
from onrecord.features.sign_in.values import Audience
from onrecord_archive.events.ids import PersonId

LIFETIME = timedelta(days=7)
"""How long a request waits."""
ROLE_LIFETIME = timedelta(days=30)
"""How long one for an office does, whose person may have to sign in first: as long as the longest
link of an import works."""
Ending = Literal["approved", "declined", "withdrawn", "objected"]
"""How the waiting of a request ends, and what is recorded of that (`request.…`). `objected` is of
resets alone: the client stopped it."""
State = Literal["pending", Ending, "done", "lapsed"]
"""`done` and `lapsed` are of resets alone: it was carried out; nobody did, and another one was
asked for."""


class AddPerson(Struct, frozen=True, tag="add"):
    """Somebody new with an office, as older versions asked for: they are added, and it waits."""

    new: NewPerson


class ChangePerson(Struct, frozen=True, tag="change"):
    """Another role, name, address, user name or organisation of somebody."""

    person: PersonId
    changes: Changes


class ActivatePerson(Struct, frozen=True, tag="activate"):
    """Let somebody sign in again; a link for who enrols anew (keeper.py)."""

    person: PersonId


class LinkPerson(Struct, frozen=True, tag="link"):
    """A new sign-in link for somebody, at one listener."""

    person: PersonId
    audience: Audience


class ResetClient(Struct, frozen=True, tag="reset"):
    """End all that a client is signed in with, and invite them anew (clients/resets.py).

    `address`: their new one; None: it is still theirs.
    """

    person: PersonId
    address: str | None
    way: InviteWay


WithoutReset = AddPerson | ChangePerson | ActivatePerson | LinkPerson
Wanted = WithoutReset | ResetClient


class Request(Struct, frozen=True):
    """What somebody asked for. `person`: whom it is about; None: somebody who is not there yet.

    `takes_effect_at`: it needs nobody's approval, but waits until then; None: it is approved.
    """

    id: str
    wanted: Wanted
    person: PersonId | None
    asked_by: PersonId
    asked_at: datetime
    expires_at: datetime
    state: State = "pending"
    takes_effect_at: datetime | None = None


class Wait(Struct, frozen=True):
    """Until when a request waits, and until when it may be carried out."""

    request: str
    takes_effect_at: datetime
    expires_at: datetime


class RoleWaits(Struct, frozen=True):
    """A role that waits for its person. `asked_by`: the administrator's name.

    `chosen`: this session chose their password; else it chooses another one before it shows a code.
    """

    request: str
    role: Role
    asked_by: str
    expires_at: datetime
    chosen: bool


def request_facts(request: Request) -> Facts:
    """Return what the identity stream says of a request."""
    wanted = request.wanted
    facts: Facts = {
        "request": request.id,
        "wanted": str(kind_of(wanted)),
        "asked_by": request.asked_by,
        "expires_at": request.expires_at.isoformat(timespec="seconds"),
    }
    if request.person is not None:
        facts["person"] = request.person
    match wanted:
        case AddPerson(new):
            facts |= _said(msgspec.to_builtins(new))
        case ChangePerson(_, changes):
            facts |= _said(msgspec.to_builtins(changes))
        case LinkPerson(_, audience):
            facts["audience"] = audience
        case ResetClient(_, address, way):
            facts |= _said({"address": address, "way": way})
    if request.takes_effect_at is not None:
        facts["takes_effect_at"] = request.takes_effect_at.isoformat(timespec="seconds")
    return facts


def office_of(wanted: Wanted) -> Role | None:
    """Return the office that somebody who is there gets by a request; None: none."""
    match wanted:
        case ChangePerson(_, changes) if changes.role in OFFICE:
            return changes.role
        case _:
            return None


def kind_of(wanted: Wanted) -> str:
    """Return a request's kind: add, change, activate, link or reset."""
    return str(type(wanted).__struct_config__.tag)


def _said(members: dict[str, str | None]) -> Facts:
    return {name: value for name, value in members.items() if value is not None}
