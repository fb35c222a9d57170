"""Somebody, as others see them.

    GET /api/v1/people          [Person], with an ETag; 304 without a body to If-None-Match

Bootstrap has them, and `directory` tells of one of whom something is another.
"""

from typing import Any, Final, Generic, Literal, TypeVar, get_args

from msgspec import Struct

from onrecord.protocol.assurance import Assurance
from onrecord.protocol.statuses import PersonAway, PersonStatus

PositionField = Literal["title", "branch"]
POSITION: Final[tuple[PositionField, ...]] = get_args(PositionField)
Text = TypeVar("Text", bound=str)


class PositionOf(Struct, Generic[Text], frozen=True, omit_defaults=True, kw_only=True):
    """What somebody does, and where in the firm; what is absent is not said of them.

    Whatever has a position inherits it. Each field is a column of `person` and of the import, a
    fact of the record, and a field of the console's forms by the same name.
    """

    title: Text | None = None
    branch: Text | None = None


def position_of(one: PositionOf[Any]) -> dict[str, Any]:
    """Return the fields of a position by name, to make something else of them."""
    return {field: getattr(one, field) for field in POSITION}


class Person(PositionOf[str], frozen=True, omit_defaults=True):
    """Somebody, as others see them. `outside`: not of this firm.

    `picture`: GET /api/v1/pictures/{picture} has it, for those who see this person.
    """

    id: str
    name: str
    kind: Literal["employee", "client", "bot", "system"]
    org: str
    role: str
    outside: bool
    active: bool = True
    picture: str | None = None
    status: PersonStatus | None = None
    """What they say of themself, for the firm's people alone."""
    away: PersonAway | None = None
    """Their absence (PUT /me/away), for the firm's people alone."""
    assurance: Assurance | None = None
    """Of a client, for the firm's people and for themself."""
    unserved: bool = False
    """A client for whom nobody answers yet, to those who may begin: advisors and employees."""
