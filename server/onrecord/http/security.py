"""What every request passes before it is routed: host, origin, size; and what every answer carries.

Facts first:
  * Browsers send Origin with every request that changes something, and Sec-Fetch-Site with every
    request; a page cannot set either (Fetch standard, forbidden header names).
  * Ports are same-site: SameSite=Strict alone would let another listener's page act here.
  * A request with a bearer token carries no ambient authority, so it needs neither.
  * A WebSocket handshake is not subject to CORS, so its Origin is checked here as well; scripts
    send none, and get in by token only.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.core.domain.errors import BadInput, NotAllowed
from onrecord.http.accepting import connection_of
from onrecord.http.options import RequestLimits, SiteOptions
from onrecord.http.problems import Misdirected, TooLarge

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""Methods that change nothing here (RFC 9110 section 9.2.1)."""
HSTS = "max-age=63072000; includeSubDomains"
"""Two years, as Mozilla's guideline 6.0 asks."""

_NO_DEVICES = (
    "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), "
    "gyroscope=(), hid=(), magnetometer=(), {microphone}, midi=(), payment=(), serial=(), usb=()"
)

COMMON_HEADERS = {
    "strict-transport-security": HSTS,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "x-frame-options": "DENY",
    "permissions-policy": _NO_DEVICES.format(microphone="microphone=()"),
    "cache-control": "no-store",
}
"""Unless a response says otherwise."""
CHAT_PERMISSIONS = _NO_DEVICES.format(microphone="microphone=(self)")
"""The chat's pages record voice notes; no page that it would frame does."""


def page_policy(site: SiteOptions) -> str:
    """Return the Content-Security-Policy of a page: nothing inline, nothing from elsewhere."""
    files = f" {site.files_origin}" if site.files_origin else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"connect-src 'self' wss://{site.host}; img-src 'self' blob:{files}; "
        f"media-src 'self' blob:{files}; font-src 'self'; manifest-src 'self'; "
        "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types app"
    )


SANDBOX_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


class AnswerHeaders:
    """Adds headers to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class Gate:
    """Lets in what was meant for this site and comes from it. Raises Refusal otherwise."""

    def __init__(self, app: ASGIApp, site: SiteOptions) -> None:
        self._app = app
        self._host = site.host
        self._origins = site.origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request or handshake, then serve it."""
        headers = Headers(scope=scope)
        self._check_host(headers)
        if scope["type"] == "websocket":
            self._check_origin(headers, missing=True)
        elif scope["method"] not in SAFE_METHODS:
            if bearer(headers) is None:
                self._check_origin(headers, missing=False)
                _check_fetch_site(headers, ("same-origin",))
        # A link from elsewhere may open the page (`none`, or a navigation), not read the API.
        elif scope["path"].startswith("/api/"):
            _check_fetch_site(headers, ("same-origin", "none", ""))
        await self._app(scope, receive, send)

    def _check_host(self, headers: Headers) -> None:
        if headers.getlist("host") != [self._host]:
            raise Misdirected("wrong_host", "This server does not answer for this host name.")

    def _check_origin(self, headers: Headers, *, missing: bool) -> None:
        origins = headers.getlist("origin")
        if not origins and missing:
            return
        if len(origins) != 1 or origins[0] not in self._origins:
            raise NotAllowed("wrong_origin", "Pages of this origin may not do this.")


def bearer(headers: Headers) -> str | None:
    """Return the token of an `Authorization: Bearer` header (RFC 6750 section 2.1)."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def _check_fetch_site(headers: Headers, allowed: tuple[str, ...]) -> None:
    if headers.get("sec-fetch-site", "") not in allowed:
        raise NotAllowed("cross_site", "This must come from a page of this site.")


class BodyLimit:
    """Refuses bodies past the limit, whether their length is declared or not, or in crumbs."""

    def __init__(self, app: ASGIApp, limits: RequestLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isascii() or not declared.isdecimal():
            raise BadInput("bad_request", "Content-Length is not a number.")
        most = self._limits.bytes_of(scope["path"])
        _check_size(int(declared), most)
        received, connection = 0, connection_of(scope)
        chunked = "transfer-encoding" in Headers(scope=scope)
        if connection is not None and chunked and not connection.takes_chunks:
            connection.unwanted = True
            raise _crumbs()

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                _check_size(received, most)
            if connection is not None and connection.unwanted:
                raise _crumbs()
            return message

        await self._app(scope, limited, send)


def _crumbs() -> BadInput:
    return BadInput("too_many_pieces", "Send the body in larger pieces, or with its length.")


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise TooLarge("body_too_large", f"This request has at most {most} bytes.")
