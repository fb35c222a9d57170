"""What the sockets of one process share, and one socket's own state."""

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.outbound import Frames, Outbound
from onrecord.core.delivery.positions import PositionBook
from onrecord.core.delivery.presence import Presence
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import NotSignedIn, Unavailable
from onrecord.core.domain.values import Origin
from onrecord.core.rate_limiter import Counted, RateLimiter
from onrecord.core.recorder import Recorder
from onrecord.features.clients.period import verification_due
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.tickets import Tickets
from onrecord.features.sign_in.tokens import Tokens
from onrecord.features.sign_in.values import SignedIn
from onrecord.features.uploads.step_up import StepUp
from onrecord.features.waiting.attendance import Attendance
from onrecord.observability.logs import Log
from onrecord.observability.points import Points
from onrecord.protocol.frames import Bye, Hello, TypingNow
from onrecord.protocol.limits import WireLimits
from onrecord.ws.replay import Replay
from onrecord_archive.events.ids import PersonId, StreamId

TRY_AGAIN_LATER = 1013
"""Close code of the IANA registry: the server cannot take the socket at the moment."""


class Doors(Struct, frozen=True):
    """Who comes in by a socket, and how."""

    tickets: Tickets
    tokens: Tokens
    sessions: Sessions

    async def let_in(self, hello: Hello, origin: str | None) -> SignedIn:
        """Return whose ticket or token it is. Raises Refusal. Cancelling is safe."""
        if hello.ticket is not None:
            if origin is None:
                raise NotSignedIn("origin_missing", "A ticket is for a page; scripts use a token.")
            return await self.tickets.redeem(hello.ticket, origin)
        signed_in = await self.tokens.redeem(hello.token or "")
        if signed_in.proof_due:
            raise verification_due()
        return signed_in

    def origin_of(self, connection: "Connection") -> Origin:
        """How a command of a socket comes in now: an advisor may have given their word since."""
        origin = connection.origin
        if origin.auth == "code" and self.sessions.is_confirmed(connection.signed_in.session):
            return replace(origin, auth="advisor_confirmed")
        return origin


class Outgoing(Struct, frozen=True):
    """What sockets are told."""

    fan_out: FanOut
    frames: Frames
    presence: Presence
    attendance: Attendance
    replay: Replay

    async def start(self, connection: "Connection", cursor: str | None, position: int) -> None:
        """Replay, then tell who is there. Who cannot be replayed to comes back later."""
        outbound = connection.outbound
        try:
            await self.replay.run(outbound, cursor, position)
        except Unavailable as busy:
            outbound.close(TRY_AGAIN_LATER, Bye(busy.code, busy.detail, busy.retry_after))
            return
        for there in await self.presence.came(connection.person):
            outbound.push_ephemeral(there)
        for item in await self.attendance.came(connection.person):
            outbound.push_ephemeral(item)

    async def typing(self, person: PersonId, stream: StreamId) -> None:
        """Tell the other members that somebody is typing; a stranger's word goes nowhere."""
        members = await self.presence.members(stream)
        if person in members:
            others = (member for member in members if member != person)
            self.fan_out.whisper(others, TypingNow(stream, person))


class Sending(Struct, frozen=True):
    """What a socket's frames come to."""

    limiter: RateLimiter
    step_up: StepUp
    recorder: Recorder
    positions: PositionBook


class Live(Struct, frozen=True):
    """What live sockets share."""

    clock: Clock
    limits: WireLimits
    doors: Doors
    sending: Sending
    outgoing: Outgoing
    log: Log
    points: Points


class Connection(Struct, frozen=True):
    """One open socket and who is at its other end."""

    signed_in: SignedIn
    outbound: Outbound
    origin: Origin
    sends: tuple[Counted, ...]

    @property
    def person(self) -> PersonId:
        """Who it is."""
        return self.signed_in.person.id
