"""A compliance officer at the console, who exports."""

import json
import time
from typing import Any

from tests.faults.gate import Door, door
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE

NAME = "olga@compliance"
CASE = "cases/kill"
WHY = "The complaint names this conversation."


def asked(officer: Door, method: str, path: str, body: Any = None) -> Any:
    """Return what the console answers."""
    return json.loads(officer.text(method, path, body))


def order(made: Installation, span: dict[str, str]) -> None:
    """Open the case and order an export in it."""
    with door(made, made.settings.console, NAME) as officer:
        open_case(officer)
        asked(officer, "POST", f"{CASE}/exports", {"span": span, "reason": WHY})


def open_case(officer: Door) -> None:
    asked(officer, "POST", "cases", {"id": "kill", "reason": "A client complained."})


def exported(officer: Door, span: dict[str, str]) -> bytes:
    """Order an export, wait for it and download it."""
    made = asked(officer, "POST", f"{CASE}/exports", {"span": span, "reason": WHY})
    path = f"{CASE}/exports/{made['number']}"
    deadline = time.monotonic() + PATIENCE
    while (export := asked(officer, "GET", path))["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline, export
        time.sleep(0.05)
    assert export["state"] == "ready", export
    answer = officer.client.request(
        "GET", f"/api/v1/{path}/bundle.zip", extensions={"sni_hostname": officer.host}
    )
    assert answer.is_success, answer.text
    return answer.content
