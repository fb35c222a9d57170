"""The files listener: a sandbox of its own origin, without cookies."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from onrecord.http.application import Measured
from onrecord.http.options import RequestLimits, SiteOptions
from onrecord.http.problems import Problems
from onrecord.http.routes import Entry, Nobody, router
from onrecord.http.security import COMMON_HEADERS, SANDBOX_POLICY, AnswerHeaders, BodyLimit, Gate
from onrecord.observability.logs import Log
from onrecord.observability.metrics import Metrics


def files_application(
    entries: Sequence[Entry],
    *,
    site: SiteOptions,
    limits: RequestLimits,
    log: Log,
    metrics: Metrics,
) -> ASGIApp:
    """Return the application: files at their addresses, with the sandbox's headers."""
    inner = Gate(BodyLimit(router(entries, Nobody(), limits), limits), site)
    headers = {
        **COMMON_HEADERS,
        "content-security-policy": SANDBOX_POLICY,
        "cross-origin-resource-policy": "cross-origin",
    }
    return Measured(AnswerHeaders(Problems(inner, log), headers), "files", metrics)
