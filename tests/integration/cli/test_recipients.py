"""Who may open the archive is on the record, however the key was registered."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from onrecord.app.offline import offline_recording, record_keys
from onrecord.app.recorded_keys import ADDED, fingerprint
from onrecord.app.settings.keys import sealing_keys
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import CONFIG
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.service import ComplianceStore
from onrecord_archive.format.epoch_key import encode_key_file, generate_opening_key
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install
from tests.rig.process import running


@pytest.fixture
def bank(tmp_path: Path) -> Installation:
    return install(tmp_path, ["anna"])


def added(bank: Installation) -> list[dict[str, Any]]:
    """Return what the record says of keys, the oldest first."""

    async def read() -> list[dict[str, Any]]:
        async with offline_recording(bank.settings) as (recording, _):
            found = ComplianceStore(recording.database).latest(CONFIG.id, None, 100)
            return [shown_of(one)["payload"] for one in reversed(found) if one.type == ADDED]

    return asyncio.run(read())


def test_a_new_key_is_recorded_at_once_with_its_epoch_and_hash(
    bank: Installation, tmp_path: Path
) -> None:
    done = onrecord(bank.data, "keys", "new", "--to", str(tmp_path / "e2.key"))
    assert "on the record" in done.stdout
    first, second = sealing_keys(bank.settings.paths)
    assert added(bank) == [
        {"epoch": key.epoch, "suite_id": key.suite_id, "sha256": fingerprint(key)}
        for key in (first, second)
    ]


def test_while_a_server_runs_the_next_start_records_it(bank: Installation, tmp_path: Path) -> None:
    with running(bank):
        done = onrecord(bank.data, "keys", "new", "--to", str(tmp_path / "e2.key"))
        assert "next start (in_use)" in done.stdout
    assert [one["epoch"] for one in added(bank)] == [1]
    with running(bank):
        pass
    assert [one["epoch"] for one in added(bank)] == [1, 2]


def test_a_key_that_was_put_there_by_hand_is_recorded_and_none_twice(bank: Installation) -> None:
    asyncio.run(record_keys(bank.settings))
    planted = bank.settings.paths.compliance_keys / "planted.pub"
    planted.write_bytes(encode_key_file(generate_opening_key(2).sealing()))
    for _ in range(2):
        asyncio.run(record_keys(bank.settings))
    assert len({one["sha256"] for one in added(bank)}) == len(added(bank)) == 2


def test_another_key_of_an_epoch_that_is_on_the_record_refuses_the_start(
    bank: Installation,
) -> None:
    asyncio.run(record_keys(bank.settings))
    planted = bank.settings.paths.compliance_keys / "planted.pub"
    planted.write_bytes(encode_key_file(generate_opening_key(1).sealing()))
    with pytest.raises(RefuseToStart, match=r"planted\.pub") as caught:
        asyncio.run(record_keys(bank.settings))
    assert caught.value.code == "key_damaged"
    planted.unlink()
    assert len(added(bank)) == 1
