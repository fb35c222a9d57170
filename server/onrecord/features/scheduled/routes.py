"""Messages that are sent later, as their author plans and changes them."""

from dataclasses import dataclass

from onrecord.core.domain.clock import asked_time
from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.files import asked_file
from onrecord.core.domain.ids import ClientId, client_id
from onrecord.core.domain.values import Origin
from onrecord.core.rate_limiter import RateLimiter
from onrecord.features.scheduled import bodies as wire
from onrecord.features.scheduled.due import DueMessages
from onrecord.features.scheduled.planned import Planned, Words
from onrecord.features.scheduled.service import Scheduled
from onrecord.http.operations import done, gives, refuses, takes
from onrecord.http.routes import Entry, ForSignedIn, SignedAsk
from onrecord.protocol.files import wire_files
from onrecord.protocol.limits import Rate, sends
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.format.record import format_time


@dataclass(frozen=True, slots=True)
class SchedulingRoutes:
    """The routes."""

    scheduled: Scheduled
    due: DueMessages
    limiter: RateLimiter
    rate: Rate

    def table(self) -> list[Entry]:
        """Return the routes."""
        all_, one = "/api/v1/scheduled", "/api/v1/scheduled/{scheduled}"
        return [
            ForSignedIn("POST", all_, self._plan, "chat.schedule"),
            ForSignedIn("GET", all_, self._list, "chat.schedule"),
            ForSignedIn("PUT", one, self._change, "chat.schedule"),
            ForSignedIn("POST", f"{one}/send", self._send, "chat.schedule"),
            ForSignedIn("DELETE", one, self._cancel, "chat.schedule"),
        ]

    @takes(wire.NewScheduled)
    @gives(wire.Scheduled, 201)
    @refuses(
        "bad_client_id",
        "bad_time",
        "text_empty",
        "text_too_long",
        "not_a_member",
        "client_left",
        "admins_only",
        "account_ended",
        "closed_for_recovery",
        "no_such_file",
        "crossing_not_confirmed",
        "too_many_scheduled",
        "id_reuse",
        "scheduled_damaged",
        "rate_limited",
    )
    async def _plan(self, ask: SignedAsk, body: wire.NewScheduled) -> wire.Scheduled:
        """Have a message sent later, in a conversation that one is in."""
        reply_to = None if body.reply_to is None else EventId(body.reply_to)
        asked = body.files or []
        if len(set(asked)) != len(asked):
            raise BadInput("bad_body", "Each of `files` stands there once.")
        files = tuple(asked_file(BlobId(id)) for id in asked)
        words = Words(body.text, ask.origin, reply_to, files, _people(body.outside) or ())
        id, stream = client_id(body.id), StreamId(body.conv)
        person, at = ask.who.person.id, asked_time(body.at, "at")
        self._count(person)
        return _shown(await self.scheduled.plan(person, id, stream, at, words))

    @gives(wire.ScheduledList)
    async def _list(self, ask: SignedAsk) -> wire.ScheduledList:
        """List one's messages that wait, the next one first."""
        found = await self.scheduled.of(ask.who.person.id)
        return wire.ScheduledList([_shown(each) for each in found])

    @takes(wire.ScheduledChange)
    @gives(wire.Scheduled)
    @refuses(
        "no_such_scheduled",
        "bad_time",
        "text_empty",
        "text_too_long",
        "crossing_not_confirmed",
        "being_sent",
        "scheduled_damaged",
        "rate_limited",
    )
    async def _change(self, ask: SignedAsk, body: wire.ScheduledChange) -> wire.Scheduled:
        """Change the text or the time of a message that waits."""
        person = ask.who.person.id
        at = None if body.at is None else asked_time(body.at, "at")
        id, outside = _id(ask), _people(body.outside)
        self._count(person)
        return _shown(await self.scheduled.change(person, id, body.text, at, outside))

    @takes(wire.SendScheduled, required=False)
    @done
    @refuses(
        "no_such_scheduled",
        "not_a_member",
        "closed_for_recovery",
        "not_allowed",
        "no_such_file",
        "crossing_not_confirmed",
        "being_sent",
        "id_reuse",
        "rate_limited",
    )
    async def _send(self, ask: SignedAsk, body: wire.SendScheduled) -> None:
        """Send a message that waits now; a refusal is as for any message."""
        person, id, outside = ask.who.person.id, _id(ask), _people(body.outside)
        self._count(person)
        await self.due.send_now(person, id, outside)

    @done
    @refuses("no_such_scheduled", "being_sent")
    async def _cancel(self, ask: SignedAsk) -> None:
        """Take back a message that waits; nothing of it was ever on the record."""
        await self.scheduled.cancel(ask.who.person.id, _id(ask))

    def _count(self, person: PersonId) -> None:
        self.limiter.take(*sends(person, self.rate))


def _shown(planned: Planned) -> wire.Scheduled:
    words = planned.words or Words("", Origin(""))
    return wire.Scheduled(
        id=planned.id,
        conv=planned.stream,
        text=words.text,
        at=format_time(planned.at),
        written_at=format_time(planned.written_at),
        state=planned.state,
        reply_to=words.reply_to,
        files=wire_files(words.files),
        code=planned.code,
        detail=planned.detail,
        kept_until=None if planned.kept_until is None else format_time(planned.kept_until),
        outside=list(words.outside) or None,
    )


def _id(ask: SignedAsk) -> ClientId:
    return ClientId(ask.id("scheduled"))


def _people(named: list[str] | None) -> tuple[PersonId, ...] | None:
    return None if named is None else tuple(PersonId(person) for person in named)
