"""Asks a server's internal listener: live, ready, metrics."""

import httpx2

from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE


def inside(made: Installation, path: str) -> httpx2.Response:
    """Return its answer."""
    transport = httpx2.HTTPTransport(uds=str(made.settings.paths.internal))
    with httpx2.Client(transport=transport, base_url="http://internal", timeout=PATIENCE) as client:
        return client.get(path)


def ready(made: Installation, part: str) -> tuple[int, str]:
    """Return the status of readiness, and what it says of a part."""
    answer = inside(made, "/ready")
    return answer.status_code, answer.json()["checks"][part]
