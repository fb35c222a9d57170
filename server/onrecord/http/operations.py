"""What a route takes and gives: said at its handler, used by it, and written into the documents.

    @query(limit=limit_of(50, most=200))    the query string; anything else is refused
    @takes(wire.OpenCase)                   the body, decoded before the handler runs
    @gives(wire.Case, 201)                  the handler returns the body of the answer
    @refuses("bad_case", "case_exists")     codes beside those of every such route
    async def _open(self, ask: SignedAsk, body: wire.OpenCase) -> wire.Case:
        "Open a case."

`@done` is 204, and `@answers` says what a handler answers that makes its response itself. The
docstring is the route's summary. tools/openapi.py makes the OpenAPI documents from all this.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from starlette.responses import Response

from onrecord.http import bodies, queries
from onrecord.http.routes import Ask
from onrecord.protocol.rest import Body

P = ParamSpec("P")
S = TypeVar("S")
A = TypeVar("A", bound=Ask)
B = TypeVar("B", bound=Body)
R = TypeVar("R")
H = TypeVar("H", bound=Callable[..., Awaitable[object]])

JSON = "application/json"
_SAID = "operation"


@dataclass(frozen=True, slots=True)
class Answer:
    """One success: its status, and its body as a type (None: it has none, or is no JSON)."""

    status: int
    body: Any
    media: str


@dataclass(frozen=True, slots=True)
class Operation:
    """All that a handler says of itself."""

    takes: type[Body] | None = None
    required: bool = True
    answers: tuple[Answer, ...] = ()
    refuses: tuple[str, ...] = ()
    query: dict[str, queries.Parameter] = field(default_factory=dict)


def operation_of(handler: object) -> Operation:
    """Return what a handler says of itself; nothing, if it says nothing."""
    said = getattr(handler, _SAID, None)
    return said if isinstance(said, Operation) else Operation()


def takes(
    kind: type[B], *, required: bool = True
) -> Callable[[Callable[[S, A, B], Awaitable[R]]], Callable[[S, A], Awaitable[R]]]:
    """Decode the request's body and hand it over. The route refuses as bodies.read does.

    Where it is not *required*, a request without one says what an empty object says.
    """

    def say(handler: Callable[[S, A, B], Awaitable[R]]) -> Callable[[S, A], Awaitable[R]]:
        @wraps(handler)
        async def with_body(self: S, ask: A) -> R:
            absent = not required and not await ask.request.body()
            body = kind() if absent else await bodies.read(ask.request, kind)
            return await handler(self, ask, body)

        return _add(with_body, takes=kind, required=required)

    return say


def gives(
    kind: type[R], status: int = 200
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[Response]]]:
    """Answer with what the handler returns."""

    def say(handler: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[Response]]:
        @wraps(handler)
        async def encoded(*args: P.args, **kwargs: P.kwargs) -> Response:
            return bodies.reply(await handler(*args, **kwargs), status)

        return _add(encoded, answers=(Answer(status, kind, JSON),))

    return say


def done(handler: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[Response]]:
    """Answer 204 once the handler has returned."""

    @wraps(handler)
    async def without_body(*args: P.args, **kwargs: P.kwargs) -> Response:
        await handler(*args, **kwargs)
        return Response(status_code=204)

    return _add(without_body, answers=(Answer(204, None, ""),))


def answers(status: int, kind: Any = None, media: str = JSON) -> Callable[[H], H]:  # noqa: ANN401
    """Say what a handler answers that makes its response itself; once for each kind of answer."""

    def say(handler: H) -> H:
        one = Answer(status, kind, media if kind is not None or media != JSON else "")
        return _add(handler, answers=(one, *operation_of(handler).answers))

    return say


def refuses(*codes: str) -> Callable[[H], H]:
    """Say which codes this route has beside those of every route of its kind."""
    return lambda handler: _add(handler, refuses=codes)


def query(
    **parameters: queries.Parameter,
) -> Callable[
    [Callable[Concatenate[S, A, P], Awaitable[R]]], Callable[Concatenate[S, A, P], Awaitable[R]]
]:
    """Let these parameters through and no others, each once; the handler reads them."""

    def say(
        handler: Callable[Concatenate[S, A, P], Awaitable[R]],
    ) -> Callable[Concatenate[S, A, P], Awaitable[R]]:
        @wraps(handler)
        async def with_these(self: S, ask: A, /, *args: P.args, **kwargs: P.kwargs) -> R:
            queries.only(ask.request, *parameters)
            return await handler(self, ask, *args, **kwargs)

        return _add(with_these, query=parameters)

    return say


def _add(handler: H, **said: Any) -> H:  # noqa: ANN401
    setattr(handler, _SAID, replace(operation_of(handler), **said))
    return handler
