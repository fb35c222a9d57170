"""Every 4xx and 5xx as a problem (RFC 9457) with a stable `code`; one place that translates errors.

The codes and what a caller can do about each: server/README.md, codes.
"""

from http import HTTPStatus
from math import ceil

import msgspec
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onrecord.core.domain.errors import CrossingNotConfirmed, Fatal, OnRecordError, Refusal
from onrecord.features.clients.values import AlreadyInvited
from onrecord.features.search.understood import NotUnderstood
from onrecord.features.sign_in.service import SignedInAsOther
from onrecord.features.sign_in.values import LinkUsed
from onrecord.observability.logs import Log, error_fields
from onrecord.protocol.problems import LinkUse, OpenInvite, Problem, SwitchOfPerson
from onrecord.protocol.rest import Named
from onrecord_archive.format.record import format_time

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:onrecord:problem:"
"""`type` is this and the code: an identifier, not an address (RFC 9457 section 3.1.1)."""

_BY_STATUS = {
    400: ("bad_request", "A header of the request is malformed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take this method."),
    416: ("range_not_satisfiable", "The file has no such part. Fetch it from its beginning."),
}


class TooLarge(Refusal):
    """The request's body is too large."""

    status = 413


class WrongMediaType(Refusal):
    """The request's body is not what this address takes."""

    status = 415


class Misdirected(Refusal):
    """The request was meant for another host (RFC 9110 section 15.5.20)."""

    status = 421


class TooManyHeaders(Refusal):
    """A request's head has too many lines or cookies (RFC 6585 section 5)."""

    status = 431


def problem_response(refusal: Refusal) -> Response:
    """Return a refusal as a response."""
    stated = (refusal.status, refusal.code, refusal.detail, refusal.retry_after)
    if isinstance(refusal, AlreadyInvited):
        own = refusal.own
        invite = None if own is None else OpenInvite(own.id, format_time(own.expires_at))
        return _response(*stated, invite=invite)
    if isinstance(refusal, NotUnderstood):
        return _response(*stated, part=refusal.part)
    if isinstance(refusal, SignedInAsOther):
        here, coming = refusal.here, Named(refusal.id or "", refusal.name)
        switch = SwitchOfPerson(Named(here.id, here.name), coming)
        return _response(*stated, switch=switch)
    if isinstance(refusal, CrossingNotConfirmed):
        return _response(*stated, outside=list(refusal.outside))
    if isinstance(refusal, LinkUsed):
        use = refusal.used.use
        return _response(*stated, used=LinkUse(format_time(use.at), use.device, use.address))
    return _response(*stated, offset=getattr(refusal, "offset", None))


class Problems:
    """Turns what is raised inside into problems. Lets through only what ends the process."""

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a WebSocket that was not accepted yet is answered over HTTP."""
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            _refuse_foreign(message)
            begun = begun or message["type"] in _BEGINNINGS
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except ClientDisconnect:  # who goes is no defect, and nobody is left to be answered
            client = scope.get("client")
            self._log.info("request_broken_off", address=client[0] if client else "")
        except Exception as error:  # the edge is where everything is translated
            response = self._response(error)
            if begun:
                # Nothing can be answered any more; the connection is cut instead.
                raise
            await respond(response, scope, receive, send)

    def _response(self, error: Exception) -> Response:
        if isinstance(error, Refusal):
            return problem_response(error)
        if isinstance(error, HTTPException):
            return _of_status(error)
        self._log.error("request.failed", **error_fields(error))
        if isinstance(error, OnRecordError) and not isinstance(error, Fatal):
            detail = "It is not known yet whether this was recorded. Send the same id again."
            return _response(503, "pending", detail, getattr(error, "retry_after", 1.0))
        return _response(500, "internal_error", "Something went wrong here. It was noted.", None)


_BEGINNINGS = frozenset(
    {"http.response.start", "websocket.accept", "websocket.http.response.start", "websocket.close"}
)


def _refuse_foreign(message: Message) -> None:
    """Raise HTTPException where a library answers with its own error, which is plain text."""
    if message["type"] != "http.response.start" or message["status"] < 400:
        return
    headers = Headers(raw=message["headers"])
    if headers.get("content-type", "").startswith("text/plain"):
        kept = {name: headers[name] for name in ("content-range",) if name in headers}
        raise HTTPException(message["status"], headers=kept)


async def respond(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a response; before a WebSocket is accepted, as the answer to its handshake."""
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    start = {"status": response.status_code, "headers": response.raw_headers}
    await send({"type": "websocket.http.response.start", **start})
    await send({"type": "websocket.http.response.body", "body": bytes(response.body)})


def _of_status(error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    fallback = (status.phrase.lower().replace(" ", "_"), f"{status.phrase}.")
    code, detail = _BY_STATUS.get(error.status_code, fallback)
    response = _response(error.status_code, code, detail, None)
    response.headers.update(error.headers or {})
    return response


def _response(
    status: int,
    code: str,
    detail: str,
    retry_after: float | None,
    *,
    offset: int | None = None,
    invite: OpenInvite | None = None,
    switch: SwitchOfPerson | None = None,
    part: str | None = None,
    outside: list[str] | None = None,
    used: LinkUse | None = None,
) -> Response:
    title = code.replace("_", " ").capitalize()
    stated = (status, code, detail, retry_after, offset, invite, switch, part, outside, used)
    problem = Problem(TYPE_PREFIX + code, title, *stated)
    headers = {} if retry_after is None else {"retry-after": str(ceil(retry_after))}
    return Response(msgspec.json.encode(problem), status, headers, MEDIA_TYPE)
