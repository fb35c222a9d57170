"""The bodies of who answers for a client. Types for the client are generated from here."""

from typing import Literal

from onrecord.protocol.commands import HexId, Time
from onrecord.protocol.rest import Body, Reply
from onrecord_archive.events.clients import History


class Delegate(Reply, frozen=True):
    """Somebody who stands in for the owner; not `active`: not yet. `id`: the event that said so."""

    id: str
    person: str
    starts: str
    ends: str
    active: bool


class Relationship(Reply, frozen=True):
    """Whose a conversation with a client is: its owner answers, and who stands in for them.

    `read`, `delivered`: up to where the firm's people have read or received it, those who have left
    among them: who takes over does not undo for the client that a message was read.
    """

    client: str
    owner: str
    delegates: list[Delegate]
    read: int = 0
    delivered: int = 0


class LeftOpen(Reply, frozen=True):
    """GET /api/v1/admin/people/{id}/left-open: what somebody leads, owns or covers.

    `conversations`: clients' ones that would be nobody's. `invites`: open ones, whose links let
    nobody in until somebody takes over. `groups`: those with no other admin,
    where every member of the firm is as an admin once the account has ended. `bots`: theirs, by
    name; their tokens end with the account. `scheduled`: messages that were not sent, since the
    account ended. `cases`: an officer's; they stay theirs, and auditors read them. Refusal:
    `no_such_person`.
    """

    conversations: int
    invites: int
    groups: int
    bots: list[str]
    scheduled: int
    cases: int


class Succession(Body, frozen=True):
    """POST /api/v1/admin/people/{id}/successor: who takes over from a leaver, 204.

    All clients' conversations that they left pass within seconds, and their open invites. Again,
    for another one: what has not passed yet. Refusals: `no_such_person`, `account_active` (they
    have not left), `not_an_advisor`, `archive_unavailable`.
    """

    successor: HexId


class ServedClient(Reply, frozen=True):
    """A conversation with a client: whose it is, and who stands in.

    `group`: the name of a group in which `owner` is the last one of the firm who answers; `client`
    is one of the clients there. Absent where client and advisor are alone.
    """

    conversation: str
    client: str
    name: str
    owner: str
    delegates: list[Delegate]
    group: str | None = None


class ServedClients(Reply, frozen=True):
    """GET /api/v1/admin/people/{id}/relationships: theirs, and those where they stand in."""

    relationships: list[ServedClient]


class Leaver(Reply, frozen=True):
    """Somebody whose account ended, and what nobody takes over: clients, open invites, active bots.

    `since`: since when the first of the conversations is uncovered; absent for a few seconds.
    """

    person: str
    name: str
    conversations: list[ServedClient]
    invites: int
    bots: list[str]
    since: str | None = None


class Leavers(Reply, frozen=True):
    """GET /api/v1/admin/uncovered: by name. `alarm_hours`: when administrators get a letter."""

    leavers: list[Leaver]
    alarm_hours: float


class ChangeRelationship(Body, frozen=True):
    """POST /api/v1/admin/relationships/{conv}: as the chat's command `relationship`, 204.

    A group is handed over from the only one who answers there, or from nobody where nobody does.

    Refusals: `not_an_advisor`, `already_a_member`, `bad_period`, `no_such_delegation`,
    `no_relationship`, `no_such_conversation`, `archive_unavailable`.
    """

    id: HexId
    op: Literal["hand_over", "delegate", "end"]
    person: HexId
    history: History = "all"
    since: Time | None = None
    starts: Time | None = None
    ends: Time | None = None
