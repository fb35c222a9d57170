"""From a client's frame to the domain's command."""

from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.ids import client_id, event_id_of
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import Actor, Command, Origin
from onrecord.features.hours.text import zone_of
from onrecord.protocol import frames
from onrecord.protocol.personal import QuietHoursCommand
from onrecord_archive.events.ids import PersonId, StreamId


def command_of(frame: frames.AnyCommand, actor: Actor, origin: Origin) -> Command:
    """Return what *actor* asks to have recorded. Raises BadInput."""
    id, body = client_id(frame.id), frame.draft()
    if isinstance(frame, QuietHoursCommand):
        _check_quiet_hours(frame, actor)
    own = personal_stream(actor.id) if body.audience == "one person" else None
    return Command(
        event_id=event_id_of(actor.id, id),
        stream=StreamId(frame.conv) if own is None else own.id,
        actor=actor,
        origin=origin,
        body=body,
        client_id=id,
        claimed_at=frame.claimed_at if isinstance(frame, frames.Send) else None,
        create=own,
        outside=_outside(frame),
    )


def _outside(frame: frames.AnyCommand) -> tuple[PersonId, ...]:
    named = frame.outside if isinstance(frame, frames.Send) else None
    return tuple(PersonId(person) for person in named or ())


def _check_quiet_hours(frame: QuietHoursCommand, actor: Actor) -> None:
    if frame.zone is not None:
        zone_of(frame.zone)
    if frame.conv != actor.id:
        raise NotFound("no_such_conversation", "Quiet hours are one's own: `conv` is one's id.")
