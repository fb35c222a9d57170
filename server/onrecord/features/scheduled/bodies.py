"""Messages that are sent later: what a person plans, sees of it, and changes."""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.protocol.commands import HexId, PeopleOutside, Time
from onrecord.protocol.files import FileIds, WireFile
from onrecord.protocol.frames import Caption
from onrecord.protocol.rest import Body, Reply

MOST = 100
"""Scheduled messages of one person."""
LATEST_DAYS = 366
KEPT_DAYS = 30
"""Days after its time for which a refused message is kept."""


class NewScheduled(Body, frozen=True):
    """POST /api/v1/scheduled: say `text` in `conv` at a time, at most 366 days from now.

    `files` are of POST /api/v1/uploads/{upload}/finish, as with `send`: then `text` may be empty,
    and `outside` names who gets them, now and when they are sent. If somebody else from
    outside joins meanwhile, the message comes back, refused (`crossing_not_confirmed`).

    `id` as in a command frame: the message has it on the record. The same again gives the same
    answer, another message under a known id is `id_reuse`.
    """

    id: HexId
    conv: HexId
    text: Caption
    at: Time
    reply_to: HexId | None = None
    files: FileIds | None = None
    outside: PeopleOutside | None = None


class ScheduledChange(Body, frozen=True):
    """PUT /api/v1/scheduled/{scheduled}: another text or time; what is absent, and files, stay.

    With files, `outside` as when it was planned, where somebody else is there by now.
    """

    text: Caption | None = None
    at: Annotated[str, Meta(max_length=32)] | None = None
    outside: PeopleOutside | None = None


class SendScheduled(Body, frozen=True):
    """POST /api/v1/scheduled/{scheduled}/send, without a body or with a new `outside`."""

    outside: PeopleOutside | None = None


class Scheduled(Reply, frozen=True):
    """A message that waits for its time. It is on no record yet, and nobody else sees it.

    `sending`: its time has come. `refused`: it could not be sent then, for the reason `code`; it
    stays until it is changed, sent again or taken back, and no longer than `kept_until`. `outside`
    are the people outside the firm whom its sender named.
    """

    id: str
    conv: str
    text: str
    at: str
    written_at: str
    state: Literal["waiting", "sending", "refused"]
    reply_to: str | None = None
    files: list[WireFile] | None = None
    code: str | None = None
    detail: str | None = None
    kept_until: str | None = None
    outside: list[str] | None = None


class ScheduledList(Reply, frozen=True):
    """GET /api/v1/scheduled: this person's, the next one first."""

    scheduled: list[Scheduled]
