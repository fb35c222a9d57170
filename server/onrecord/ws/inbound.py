"""What a client's frame does: commands are recorded, positions noted, the rest passed on."""

from onrecord.core.delivery.outbound import Outbound
from onrecord.core.domain.errors import Refusal, TooMany
from onrecord.core.domain.values import Answer
from onrecord.core.settled import Outcome
from onrecord.features.clients.period import VERIFY
from onrecord.features.sign_in.locked import LOCKED
from onrecord.protocol.frames import (
    Ack,
    AnyCommand,
    AnyServerFrame,
    Bye,
    Delivered,
    Heartbeat,
    Hello,
    Idle,
    Looking,
    Nack,
    Pending,
    Ping,
    Played,
    Read,
    Send,
    Typing,
)
from onrecord.protocol.session import RESUME, SESSION_ENDED, CloseSocket, Meaning, refused
from onrecord.ws.commands import command_of
from onrecord.ws.live import Connection, Live
from onrecord_archive.events.ids import BlobId, EventId, StreamId
from onrecord_archive.format.record import format_time

TO_DO = {"verification_due": VERIFY, "session_locked": LOCKED}
"""Why a socket ends whose session does not."""


async def handle(live: Live, connection: Connection, meaning: Meaning) -> None:
    """Do what a frame means. Never raises a Refusal: it is answered. Cancelling is safe."""
    outbound = connection.outbound
    match meaning:
        case Read(conv, msg_no):
            await live.sending.positions.state(StreamId(conv), connection.person, read=msg_no)
        case Delivered(conv, msg_no):
            await live.sending.positions.state(StreamId(conv), connection.person, delivered=msg_no)
        case Played(conv, target):
            await live.sending.positions.played(StreamId(conv), connection.person, EventId(target))
        case Typing(conv):
            await live.outgoing.typing(connection.person, StreamId(conv))
        case Idle(on):
            # It costs a look at who sees it, so whoever goes to and fro without end is not heard.
            if on != outbound.idle and not live.sending.limiter.try_take(*connection.sends):
                await live.outgoing.presence.touched(outbound, idle=on)
        case Looking(on):
            outbound.looking = on
        case Ping():
            outbound.say(Heartbeat(format_time(live.clock.now())))
        case Nack():
            outbound.say(meaning)
        case CloseSocket(close_code, code, detail):
            live.log.info(
                "socket_closed", close_code=close_code, code=code, person=connection.person
            )
            outbound.close(close_code, Bye(code, detail, final=True))
        case Hello():
            raise AssertionError("the session lets one hello through, before this")
        case _:
            await _record(live, connection, meaning)


async def _record(live: Live, connection: Connection, frame: AnyCommand) -> None:
    outbound = connection.outbound
    live.points.reach("parsed")
    try:
        command = command_of(frame, connection.signed_in.person, live.doors.origin_of(connection))
    except Refusal as error:
        outbound.say(refused(frame, error))
        return
    refusal = _slow_down(live, connection) or await _step_up(live, connection, frame)
    # Nothing is awaited between this and submitting: nobody writes whose session has ended.
    if (ended := live.doors.sessions.why_not(connection.signed_in.session)) is not None:
        go(outbound, ended)
        return
    refusal = refusal or live.sending.recorder.submit(
        command, lambda outcome: outbound.say(answer(frame, outcome))
    )
    if refusal is not None:
        outbound.say(answer(frame, await live.sending.recorder.known(command, refusal)))


def go(outbound: Outbound, code: str) -> None:
    """Tell a socket to go: its session has ended or is locked, or a code must be typed first.

    Who has something to do comes back at once, is refused a ticket, and so learns what.
    """
    if code in TO_DO:
        outbound.close(RESUME, Bye(code, TO_DO[code], retry_after=0.1))
    else:
        outbound.close(SESSION_ENDED, Bye(code, "You were signed out. Sign in again.", final=True))


async def _step_up(live: Live, connection: Connection, frame: AnyCommand) -> Refusal | None:
    """Return the refusal of files for which a client must prove themself anew."""
    if not isinstance(frame, Send) or not (frame.files or frame.forward):
        return None
    try:
        if frame.forward is not None:
            await live.sending.step_up.for_message(connection.signed_in, EventId(frame.forward))
        blobs = [BlobId(id) for id in frame.files or ()]
        await live.sending.step_up.for_blobs(connection.signed_in, blobs)
    except Refusal as refusal:
        return refusal
    return None


def _slow_down(live: Live, connection: Connection) -> Refusal | None:
    try:
        live.sending.limiter.take(*connection.sends)
    except TooMany as refusal:
        return refusal
    return None


def answer(frame: AnyCommand, outcome: Outcome) -> AnyServerFrame:
    """Return the frame that tells a client what its command became."""
    if isinstance(outcome, Answer):
        return Ack(
            id=frame.id,
            event_id=outcome.event_id,
            conv=outcome.stream,
            conv_seq=outcome.conv_seq,
            at=format_time(outcome.at),
            msg_no=outcome.msg_no,
        )
    if isinstance(outcome, Refusal):
        return refused(frame, outcome)
    return Pending(frame.id, outcome.retry_after)
