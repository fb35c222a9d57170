"""F1, K13: kill -9 while an export is being written."""

import asyncio
from pathlib import Path

from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from tests.faults.gate import door
from tests.faults.load import more_promises, until, writing
from tests.faults.officer import CASE, NAME, asked, exported, order
from tests.faults.surroundings import finish, people, small_bank
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

WRITTEN = 15
"""Records of the export that are on the disk, and more to come."""


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
            await asyncio.to_thread(server.process.wait, PATIENCE)
            assert server.process.returncode == -9
            server.kill()
            left = [path for path in folder.rglob("*") if path.is_file()]
            assert sum(path.stat().st_size for path in left) > 0, "control: killed half-way"
            server = ServerProcess(made)
            await more_promises(writers, 20)
        return server

    server = asyncio.run(through_a_kill())
    with door(made, made.settings.console, NAME) as officer:
        assert not list(folder.rglob("*"))
        assert asked(officer, "GET", f"{CASE}/exports")["exports"] == []
        bundle = tmp_path / "bundle.zip"
        bundle.write_bytes(exported(officer, {"conversation": desk}))
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    report = verify_bundle(bundle, policy)
    assert report.records > WRITTEN
    assert report.access_records == 3, "the case opened, and both orders"
    assert finish(made, writers, server) > 20
