"""Live, ready and metrics, for whoever runs the service. Over TLS or a UNIX socket, never plain."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp

from onrecord.domain.errors import OnRecordError, Refusal, RefuseToStart
from onrecord.edge.application import Measured
from onrecord.edge.options import RequestLimits
from onrecord.edge.problems import Problems
from onrecord.edge.routes import Anyone, Ask, Nobody, router
from onrecord.edge.security import AnswerHeaders
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
"""A part that does not answer in this time is not ready (`slow`)."""


@dataclass(slots=True)
class Readiness:
    """Whether new work should come here: every check passes, and the server is not draining."""

    checks: Mapping[str, Check]
    draining: bool = False

    async def report(self) -> dict[str, str]:
        """Return `ok`, `ok (code)` for a remark, or a stable code for each check.

        Cancelling is safe.
        """
        async with asyncio.TaskGroup() as tasks:
            running = {
                name: tasks.create_task(_result(check)) for name, check in self.checks.items()
            }
        return {name: task.result() for name, task in running.items()}


def internal_application(
    *, readiness: Readiness, limits: RequestLimits, log: Log, metrics: Metrics
) -> ASGIApp:
    """Return the application. It knows no sessions: who reaches the listener may ask."""
    routes = _Routes(readiness, metrics)
    table = [
        Anyone("GET", "/live", routes.live),
        Anyone("GET", "/ready", routes.ready),
        Anyone("GET", "/metrics", routes.metrics_text),
    ]
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    inner = AnswerHeaders(Problems(router(table, Nobody(), limits), log), headers)
    return Measured(inner, "internal", metrics)


class _Routes:
    def __init__(self, readiness: Readiness, metrics: Metrics) -> None:
        self._readiness = readiness
        self._metrics = metrics

    async def live(self, _: Ask) -> Response:
        return _json({"status": "live"}, 200)

    async def ready(self, _: Ask) -> Response:
        report = await self._readiness.report()
        if self._readiness.draining:
            return _json({"status": "draining", "checks": report}, 503)
        ready = all(result.split()[0] == "ok" for result in report.values())
        status = "ready" if ready else "not ready"
        return _json({"status": status, "checks": report}, 200 if ready else 503)

    async def metrics_text(self, _: Ask) -> Response:
        return Response(self._metrics.render(), headers={"content-type": CONTENT_TYPE})


async def _result(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return "slow"
    except Remark as remark:
        return f"ok ({remark.code})"
    except (Refusal, RefuseToStart) as error:
        return error.code
    except OnRecordError:
        return "failed"
    return "ok"


def _json(body: dict[str, object], status: int) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
