"""The answers of the internal listener, for whoever runs the service."""

from typing import Literal

from onrecord.wire.rest import Reply


class Liveness(Reply, frozen=True):
    """The process serves."""

    status: Literal["live"]


class ReadinessReport(Reply, frozen=True):
    """Whether new work should come here. Each check: `ok`, `ok (code)` with a remark, or a code."""

    status: Literal["ready", "not ready", "draining"]
    checks: dict[str, str]
