"""A listener's application: the route table inside everything that each request passes."""

import time
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.core.roles.table import permission
from onrecord.http.forwarded import Forwarded
from onrecord.http.options import ProxyOptions, RequestLimits, SiteOptions
from onrecord.http.person_turns import Pace, unpaced
from onrecord.http.problems import Problems
from onrecord.http.routes import Doors, Entry, ForSignedIn, router
from onrecord.http.security import (
    CHAT_PERMISSIONS,
    COMMON_HEADERS,
    AnswerHeaders,
    BodyLimit,
    Gate,
    page_policy,
)
from onrecord.observability.logs import Log
from onrecord.observability.metrics import Metrics

NO_PROXIES = ProxyOptions()


def site_application(
    name: str,
    entries: Sequence[Entry],
    *,
    doors: Doors,
    site: SiteOptions,
    limits: RequestLimits,
    log: Log,
    metrics: Metrics,
    proxies: ProxyOptions = NO_PROXIES,
    pace: Pace = unpaced,
) -> ASGIApp:
    """Return the application of a site for browsers: `chat` or `console`.

    A route whose action is of the other listener is a defect: ValueError.
    """
    for entry in entries:
        if isinstance(entry, ForSignedIn) and permission(entry.action).place != name:
            raise ValueError(f"{entry.action} is no action of the listener {name}: {entry.path}")
    inner: ASGIApp = Gate(BodyLimit(router(entries, doors, limits, pace), limits), site)
    inner = Forwarded(inner, proxies)
    headers = {**COMMON_HEADERS, "content-security-policy": page_policy(site)}
    if name == "chat":
        headers["permissions-policy"] = CHAT_PERMISSIONS
    return Measured(AnswerHeaders(Problems(inner, log), headers), name, metrics)


class Measured:
    """Counts and times requests."""

    def __init__(self, app: ASGIApp, listener: str, metrics: Metrics) -> None:
        self._app = app
        self._listener = listener
        self._requests = metrics.requests
        self._seconds = metrics.request_seconds.labels(listener)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self._requests.labels(self._listener, method, str(status)).inc()
            self._seconds.observe(time.perf_counter() - begun)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
