"""Hands one push to a push service (RFC 8030), and says what became of it."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import httpcore2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from onrecord.core.domain.clock import Clock
from onrecord.core.domain.errors import BadInput
from onrecord.features.notifications.push.encryption import BrowserKeys, encrypt, padded, point_of
from onrecord.features.notifications.push.network import GuardedNetwork
from onrecord.features.notifications.push.services import Services
from onrecord.features.notifications.push.vapid import authorization, base64url

TTL = timedelta(days=1)
"""How long a push service keeps it for a device that is off: what is older is seen on opening."""
TIMEOUT_S = 20.0
LONGEST_WAIT_S = 3600.0
GONE = (404, 410)
"""RFC 8030 section 7.3: the subscription is no longer there."""
_TOO_MANY = 429
_SERVER = range(500, 600)
_SUCCESS = range(200, 300)
_FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
)


@dataclass(frozen=True, slots=True)
class Push:
    """One push. `topic`: in the place of an earlier one of that name that still waits there."""

    address: str
    keys: BrowserKeys
    payload: bytes
    topic: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The push service has it."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The subscription leads nowhere any more, or to where no push may go."""


@dataclass(frozen=True, slots=True)
class Later:
    """It could not be taken now. `after_s`: what the service asks for; None: it asks nothing."""

    reason: str
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The service takes it neither now nor later."""

    status: int


Outcome = Taken | Gone | Later | Refused


class HttpSender:
    """Sends over HTTPS, as *contact* (`mailto:` or `https:`), to *services* alone.

    *proxy*: `http://host:port` of the firm's way out, which is asked for a tunnel (RFC 9110 section
    9.3.6) to every service that is not inside; what names resolve to is looked at there, not here.
    Redirects are not followed, and no proxy is taken from the environment.
    """

    def __init__(
        self,
        services: Services,
        *,
        key: EllipticCurvePrivateKey,
        contact: str,
        tls: ssl.SSLContext,
        clock: Clock,
        proxy: str | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._services = services
        self._key = key
        self._contact = contact
        self._clock = clock
        self._timeout_s = timeout_s
        pool = partial(
            httpcore2.AsyncConnectionPool,
            ssl_context=tls,
            max_connections=16,
            max_keepalive_connections=8,
            keepalive_expiry=60.0,
        )
        self._inside = pool(network_backend=GuardedNetwork(services))
        self._outside = self._inside if proxy is None else pool(proxy=httpcore2.Proxy(proxy))

    @property
    def public_key(self) -> str:
        """What browsers subscribe for (`applicationServerKey`)."""
        return base64url(point_of(self._key.public_key()))

    async def send(self, push: Push) -> Outcome:
        """Hand it over. Cancelling may leave it sent. Raises ValueError for what is too long."""
        record = padded(push.payload)
        try:
            endpoint = self._services.endpoint(push.address)
            body = encrypt(record, push.keys)
        except (BadInput, ValueError):
            return Gone()
        token = authorization(self._key, endpoint.origin, self._contact, self._clock.now())
        headers = {
            "Authorization": token,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(TTL.total_seconds())),
            "Topic": push.topic,
            "Urgency": "high",
        }
        connections = self._inside if endpoint.inside else self._outside
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                connections.stream(
                    "POST", endpoint.address, headers=list(headers.items()), content=body
                ) as response,
            ):
                answered = {name.lower(): value for name, value in response.headers}
                return outcome_of(response.status, answered.get(b"retry-after"))
        except (TimeoutError, OSError, *_FAILURES) as error:
            return Later(type(error).__name__)

    async def close(self) -> None:
        """Let go of its connections."""
        await self._inside.aclose()
        await self._outside.aclose()


def outcome_of(status: int, retry_after: bytes | None) -> Outcome:
    """Return what an answer means. `retry_after` as a date is not heeded: it may be any."""
    if status in _SUCCESS:
        return Taken()
    if status in GONE:
        return Gone()
    if status == _TOO_MANY or status in _SERVER:
        asked = float(retry_after) if retry_after is not None and retry_after.isdigit() else None
        return Later(f"status {status}", None if asked is None else min(asked, LONGEST_WAIT_S))
    return Refused(status)
