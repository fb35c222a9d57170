"""What the sockets of one process share, and one socket's own state."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from onrecord.delivery.fan_out import FanOut
from onrecord.delivery.outbound import Frames, Outbound
from onrecord.delivery.positions import PositionBook
from onrecord.delivery.presence import Presence
from onrecord.domain.clock import Clock
from onrecord.domain.ids import PersonId
from onrecord.domain.values import Origin
from onrecord.edge.gateway.replay import Replay
from onrecord.identity.ports import SignedIn
from onrecord.messaging.send import Recorder
from onrecord.wire.limits import TokenBucket, WireLimits


class Doors(Protocol):
    """How a hello is let in, and whether the session behind a socket still stands."""

    async def ticket(self, ticket: str, origin: str) -> SignedIn:
        """Consume a one-time ticket. Raises NotSignedIn."""

    async def token(self, token: str) -> SignedIn:
        """Look up a script's token. Raises NotSignedIn."""

    def stands(self, signed_in: SignedIn) -> bool:
        """Return whether the session has not ended; asked on each command."""

    def watch(self, signed_in: SignedIn, outbound: Outbound) -> Callable[[], None]:
        """Close the socket when the session ends; the returned call stops watching."""


class Live(Struct, frozen=True):
    """What live sockets share."""

    clock: Clock
    limits: WireLimits
    doors: Doors
    fan_out: FanOut
    frames: Frames
    presence: Presence
    positions: PositionBook
    recorder: Recorder
    replay: Replay


class Connection(Struct, frozen=True):
    """One open socket and who is at its other end."""

    signed_in: SignedIn
    outbound: Outbound
    origin: Origin
    bucket: TokenBucket

    @property
    def person(self) -> PersonId:
        """Who it is."""
        return self.signed_in.person.id
