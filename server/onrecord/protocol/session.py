"""The server's side of one socket as a state machine: messages in, what they mean out.

States and their moves:

    AWAIT_HELLO --hello--> OPEN --close--> CLOSED
    AWAIT_HELLO --anything else--> CLOSED (4409)
    OPEN --hello--> CLOSED (4409)
"""

from enum import Enum, auto

from msgspec import Struct

from onrecord.core.domain.errors import CrossingNotConfirmed, Refusal
from onrecord.core.rate_limiter import Allowance, Bucket
from onrecord.protocol.codec import BadFrame, decode
from onrecord.protocol.commands import CommandFrame
from onrecord.protocol.frames import (
    AnyCommand,
    Delivered,
    Hello,
    Idle,
    Looking,
    Nack,
    Ping,
    Played,
    Read,
    Typing,
)
from onrecord.protocol.limits import WireLimits

BAD_FRAME = 4400
SESSION_ENDED = 4401
SLOW_CONSUMER = 4408
OUT_OF_ORDER = 4409
RESUME = 4410
TOO_MANY_SOCKETS = 4429
"""Close codes of onrecord.v1, in the private range of RFC 6455 section 7.4.2."""


class State(Enum):
    """Where a socket stands."""

    AWAIT_HELLO = auto()
    OPEN = auto()
    CLOSED = auto()


class CloseSocket(Struct, frozen=True):
    """Say bye with `code` and `detail`, then close the socket with `close_code`."""

    close_code: int
    code: str
    detail: str


class Wait(Struct, frozen=True):
    """The client sends faster than allowed: read no further for `seconds`, then handle `then`."""

    seconds: float
    then: "Meaning"


Meaning = (
    Hello
    | AnyCommand
    | Read
    | Delivered
    | Played
    | Typing
    | Idle
    | Looking
    | Ping
    | Nack
    | CloseSocket
)
Received = Meaning | Wait


class ServerSession:
    """One socket. Not thread-safe; nothing in it waits."""

    __slots__ = ("_frames", "_limits", "state")

    def __init__(self, limits: WireLimits, now: float) -> None:
        self._limits = limits
        rate = limits.frames_per_second
        self._frames = Bucket(Allowance(2 * rate, 1 / rate), now)
        self.state = State.AWAIT_HELLO

    def receive(self, message: str | bytes, now: float) -> Received:
        """Take one message; return what it means. A bad one never raises.

        A command with a readable id but a wrong member is a Nack to send back; everything else
        that is wrong closes the socket, a binary message too.
        """
        wait = self._frames.take(now)
        meaning = self._understand(message)
        if isinstance(meaning, CloseSocket):
            self.state = State.CLOSED
            return meaning
        return Wait(wait, meaning) if wait else meaning

    def _understand(self, message: str | bytes) -> Meaning:
        if isinstance(message, bytes):
            return CloseSocket(BAD_FRAME, "bad_frame", "Frames are text messages, not binary ones.")
        try:
            frame = decode(message, self._limits)
        except BadFrame as error:
            if error.id and self.state is State.OPEN:
                return Nack(error.id, error.code, error.detail)
            return CloseSocket(BAD_FRAME, error.code, error.detail)
        if isinstance(frame, Hello):
            return self._hello(frame)
        if self.state is State.AWAIT_HELLO:
            return CloseSocket(OUT_OF_ORDER, "hello_expected", "The first frame must be hello.")
        return frame

    def _hello(self, frame: Hello) -> Meaning:
        if self.state is not State.AWAIT_HELLO:
            return CloseSocket(OUT_OF_ORDER, "hello_twice", "This socket has said hello already.")
        if (frame.ticket is None) == (frame.token is None):
            return CloseSocket(BAD_FRAME, "bad_frame", "hello needs a ticket or a token, not both.")
        self.state = State.OPEN
        return frame

    def close(self) -> None:
        """Note that the socket is closed."""
        self.state = State.CLOSED


def refused(frame: CommandFrame, refusal: Refusal) -> Nack:
    """Return the nack that tells a client of a refusal."""
    outside = list(refusal.outside) if isinstance(refusal, CrossingNotConfirmed) else None
    return Nack(frame.id, refusal.code, refusal.detail, refusal.retry_after, outside)
