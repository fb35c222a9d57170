"""The files listener: a sandbox of its own origin. So far it has nothing to show."""

from starlette.types import ASGIApp

from onrecord.edge.application import Measured
from onrecord.edge.options import RequestLimits, SiteOptions
from onrecord.edge.problems import Problems
from onrecord.edge.routes import Nobody, router
from onrecord.edge.security import COMMON_HEADERS, SANDBOX_POLICY, AnswerHeaders, BodyLimit, Gate
from onrecord.observability.logs import Log
from onrecord.observability.metrics import Metrics


def files_application(
    *, site: SiteOptions, limits: RequestLimits, log: Log, metrics: Metrics
) -> ASGIApp:
    """Return the application: 404 for everything, with the sandbox's headers."""
    inner = Gate(BodyLimit(router([], Nobody(), limits), limits), site)
    headers = {
        **COMMON_HEADERS,
        "content-security-policy": SANDBOX_POLICY,
        "cross-origin-resource-policy": "same-site",
    }
    return Measured(AnswerHeaders(Problems(inner, log), headers), "files", metrics)
