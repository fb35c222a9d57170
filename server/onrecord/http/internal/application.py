"""Live, ready, metrics and break-glass, for whoever runs the service. Over a UNIX socket alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp

from onrecord.core.domain.conditions import closes
from onrecord.core.domain.errors import OnRecordError, Refusal, RefuseToStart
from onrecord.http import bodies
from onrecord.http.application import Measured
from onrecord.http.internal.bodies import Liveness, ReadinessReport, Status
from onrecord.http.internal.break_glass import GlassRoutes
from onrecord.http.operations import answers, gives
from onrecord.http.options import RequestLimits
from onrecord.http.problems import Problems
from onrecord.http.routes import Anyone, Ask, Entry, Nobody, router
from onrecord.http.security import AnswerHeaders
from onrecord.observability.logs import Log
from onrecord.observability.metrics import CONTENT_TYPE, Metrics

Check = Callable[[], Awaitable[None]]
"""Returns when the part works; raises OnRecordError when it does not. Safe to cancel."""


class Remark(OnRecordError):
    """The part works, and an operator should know something: a stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


CHECK_SECONDS = 2.0
"""A part that does not answer in this time is `slow`."""


@dataclass(slots=True)
class Readiness:
    """Whether new work should come here: recording is on, and the server is not draining.

    `closed` alone decides that; the checks say what is wrong beside it (core/domain/conditions.py).
    """

    checks: Mapping[str, Check]
    closed: Callable[[], Refusal | None]
    draining: bool = False

    def at_once(self) -> ReadinessReport:
        """Return the status and what closes recording, without asking the parts."""
        return self._report({})

    def _report(self, found: dict[str, str | None]) -> ReadinessReport:
        refusal = self.closed()
        closed = refusal is not None
        found["archive"] = None if refusal is None else refusal.code
        said = {name: _said(code, closed=closed) for name, code in found.items()}
        status: Status = "draining" if self.draining else "not ready" if closed else "ready"
        return ReadinessReport(status, said)

    async def report(self) -> ReadinessReport:
        """Return the status and, for each check and `archive`, `ok`, `ok (code)` or a stable code.

        A code without `ok` closes recording, and stands there while it is closed. Cancelling is
        safe.
        """
        async with asyncio.TaskGroup() as tasks:
            running = {
                name: tasks.create_task(_result(check)) for name, check in self.checks.items()
            }
        return self._report({name: task.result() for name, task in running.items()})


def internal_application(
    *,
    readiness: Readiness,
    break_glass: GlassRoutes,
    limits: RequestLimits,
    log: Log,
    metrics: Metrics,
) -> ASGIApp:
    """Return the application. It knows no sessions: who reaches the listener may ask."""
    table = [*InternalRoutes(readiness, metrics).table(), *break_glass.table()]
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    inner = AnswerHeaders(Problems(router(table, Nobody(), limits), log), headers)
    return Measured(inner, "internal", metrics)


class InternalRoutes:
    """Health and metrics."""

    def __init__(self, readiness: Readiness, metrics: Metrics) -> None:
        self._readiness = readiness
        self._metrics = metrics

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [
            Anyone("GET", "/live", self.live),
            Anyone("GET", "/health", self.health),
            Anyone("GET", "/ready", self.ready),
            Anyone("GET", "/metrics", self.metrics_text),
        ]

    @gives(Liveness)
    async def live(self, _: Ask) -> Liveness:
        """Say that the process serves."""
        return Liveness("live")

    @answers(200, ReadinessReport)
    @answers(503, ReadinessReport)
    async def health(self, _: Ask) -> Response:
        """Say the same as `/ready` at once, without a look at each part."""
        return _answer(self._readiness.at_once())

    @answers(200, ReadinessReport)
    @answers(503, ReadinessReport)
    async def ready(self, _: Ask) -> Response:
        """Say whether new work should come here, and why not."""
        return _answer(await self._readiness.report())

    @answers(200, media="text/plain")
    async def metrics_text(self, _: Ask) -> Response:
        """Give the metrics, as Prometheus reads them."""
        return Response(self._metrics.render(), headers={"content-type": CONTENT_TYPE})


def _answer(report: ReadinessReport) -> Response:
    return bodies.reply(report, 200 if report.status == "ready" else 503)


async def _result(check: Check) -> str | None:
    """Return the code of what is wrong with a part, None when it works."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return "slow"
    except (Remark, Refusal, RefuseToStart) as error:
        return error.code
    except OnRecordError:
        return "failed"
    return None


def _said(code: str | None, *, closed: bool) -> str:
    if code is None:
        return "ok"
    return code if closed and closes(code) else f"ok ({code})"
