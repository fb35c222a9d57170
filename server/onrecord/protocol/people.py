"""Somebody, as others see them.

    GET /api/v1/people          [Person], with an ETag; 304 without a body to If-None-Match

Bootstrap has them, and `directory` tells of one of whom something is another.
"""

from typing import Literal

from msgspec import Struct

from onrecord.protocol.assurance import Assurance
from onrecord.protocol.statuses import PersonAway, PersonStatus


class Person(Struct, frozen=True, omit_defaults=True):
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
    title: str | None = None
    picture: str | None = None
    branch: str | None = None
    status: PersonStatus | None = None
    """What they say of themself, for the firm's people alone."""
    away: PersonAway | None = None
    """Their absence (PUT /me/away), for the firm's people alone."""
    assurance: Assurance | None = None
    """Of a client, for the firm's people and for themself."""
    unserved: bool = False
    """A client for whom nobody answers yet, to those who may begin: advisors and employees."""
