"""What the sockets of one process share, and one socket's own state."""

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.rate_limiter import Counted, RateLimiter
from onrecord.delivery.attendance import Attendance
from onrecord.delivery.fan_out import FanOut
from onrecord.delivery.outbound import Frames, Outbound
from onrecord.delivery.positions import PositionBook
from onrecord.delivery.presence import Presence
from onrecord.domain.clock import Clock
from onrecord.domain.values import Origin
from onrecord.edge.gateway.replay import Replay
from onrecord.filing.step_up import StepUp
from onrecord.identity.ports import SignedIn
from onrecord.identity.registry import Sessions
from onrecord.identity.tickets import Tickets
from onrecord.identity.tokens import Tokens
from onrecord.messaging.send import Recorder
from onrecord.observability.logs import Log
from onrecord.observability.points import Points
from onrecord.wire.limits import WireLimits
from onrecord_archive.events.ids import PersonId


class Live(Struct, frozen=True):
    """What live sockets share."""

    clock: Clock
    limits: WireLimits
    limiter: RateLimiter
    tickets: Tickets
    tokens: Tokens
    sessions: Sessions
    fan_out: FanOut
    frames: Frames
    presence: Presence
    attendance: Attendance
    positions: PositionBook
    recorder: Recorder
    replay: Replay
    step_up: StepUp
    log: Log
    points: Points

    def origin_of(self, connection: "Connection") -> Origin:
        """How a command of a socket comes in now: an advisor may have given their word since."""
        origin = connection.origin
        if origin.auth == "code" and self.sessions.is_confirmed(connection.signed_in.session):
            return replace(origin, auth="advisor_confirmed")
        return origin


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
