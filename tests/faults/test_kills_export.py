"""F1, K13: kill -9 while an export is being written."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from onrecord_archive.checkpoint import parse_policy
from onrecord_archive.verify_bundle import verify_bundle
from tests.faults.gate import Door, door
from tests.faults.load import more_promises, until, writing
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.installation import Installation
from tests.rig.process import ServerProcess

CASE = "cases/kill"
WRITTEN = 15
"""Records of the export that are on the disk, and more to come."""
OFFICER = "olga@compliance"


def test_a_kill_in_an_export_leaves_its_record_and_nothing_else(tmp_path: Path) -> None:
    """The order stays on the record, no plaintext stays on the disk, and the next one verifies."""
    made = small_bank(tmp_path)
    writers = people(made)
    desk = made.groups["Desk"]
    folder = made.settings.paths.run / "exports"

    async def through_a_kill() -> ServerProcess:
        server = ServerProcess(made, point=f"exporting:{WRITTEN}")
        async with writing(writers):
            await until(lambda: sum(len(writer.acked) for writer in writers) > 4 * WRITTEN)
            await asyncio.to_thread(order, made, {"conversation": desk})
            await asyncio.to_thread(server.process.wait, 40)
            assert server.process.returncode == -9
            server.kill()
            left = [path for path in folder.rglob("*") if path.is_file()]
            assert sum(path.stat().st_size for path in left) > 0, "control: killed half-way"
            server = ServerProcess(made)
            await more_promises(writers, 20)
        return server

    server = asyncio.run(through_a_kill())
    with door(made, made.settings.console, OFFICER) as officer:
        assert not list(folder.rglob("*"))
        assert asked(officer, "GET", f"{CASE}/exports")["exports"] == []
        bundle = tmp_path / "bundle.zip"
        bundle.write_bytes(exported(officer, {"conversation": desk}))
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    report = verify_bundle(bundle, policy)
    assert report.records > WRITTEN
    assert report.access_records == 3, "the case opened, and both orders"
    assert finish(made, writers, server, ready=[server.ready_seconds]) > 20


def asked(officer: Door, method: str, path: str, body: Any = None) -> Any:
    """Return what the console answers."""
    return json.loads(officer.text(method, path, body))


def order(made: Installation, span: dict[str, str]) -> None:
    """Open the case and order an export in it."""
    with door(made, made.settings.console, OFFICER) as officer:
        asked(officer, "POST", "cases", {"id": "kill", "reason": "A client complained."})
        asked(officer, "POST", f"{CASE}/exports", {"span": span, "language": "en"})


def exported(officer: Door, span: dict[str, str]) -> bytes:
    """Order an export, wait for it and download it."""
    made = asked(officer, "POST", f"{CASE}/exports", {"span": span, "language": "en"})
    path = f"{CASE}/exports/{made['number']}"
    deadline = time.monotonic() + 30
    while (export := asked(officer, "GET", path))["state"] in ("waiting", "running"):
        assert time.monotonic() < deadline, export
        time.sleep(0.05)
    assert export["state"] == "ready", export
    answer = officer.client.request(
        "GET", f"/api/v1/{path}/bundle.zip", extensions={"sni_hostname": officer.host}
    )
    assert answer.is_success, answer.text
    return answer.content
