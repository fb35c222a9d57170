"""What the sockets of one process share, and one socket's own state."""

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.delivery.fan_out import FanOut
from onrecord.core.delivery.outbound import Frames, Outbound
from onrecord.core.delivery.positions import PositionBook
from onrecord.core.delivery.presence import Presence
from onrecord.core.domain.clock import Clock
from onrecord.core.domain.values import Origin
from onrecord.core.rate_limiter import Counted, RateLimiter
from onrecord.core.recorder import Recorder
from onrecord.features.sign_in.registry import Sessions
from onrecord.features.sign_in.tickets import Tickets
from onrecord.features.sign_in.tokens import Tokens
from onrecord.features.sign_in.values import SignedIn
from onrecord.features.uploads.step_up import StepUp
from onrecord.features.waiting.attendance import Attendance
from onrecord.observability.logs import Log
from onrecord.observability.points import Points
from onrecord.protocol.limits import WireLimits
from onrecord.ws.replay import Replay
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
