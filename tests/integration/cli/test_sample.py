"""`onrecord sample`: what opens and what does not is on the record; no text is shown."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onrecord.app.offline import offline_recording
from onrecord.cli.checks.samples import check_sample
from onrecord.core.domain.values import CONFIG
from onrecord.features.compliance.records import shown_of
from onrecord.features.compliance.sampling import SAMPLED
from onrecord.features.compliance.service import ComplianceStore
from onrecord_archive.format.layout import TAILS
from onrecord_archive.reader.sample import draws
from tests.rig.client import client
from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.process import running


@pytest.fixture
def bank(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "marek", "ewa@compliance"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    with running(made):
        asyncio.run(_talk(made))
    return made


async def _talk(made: Installation) -> None:
    async with client(made, "anna") as anna:
        for number in range(30):
            await anna.sent(made.groups["Desk"], f"Secret {number}")


def sample(bank: Installation, *more: str, who: str = "ewa@compliance") -> Done:
    key = ("--opening-key", str(bank.opening_key))
    stdin = PASSWORD + "\n"
    return onrecord(bank.data, "sample", *key, "--as", who, "--json", *more, stdin=stdin)


def recorded(bank: Installation) -> list[dict[str, Any]]:
    async def read() -> list[dict[str, Any]]:
        async with offline_recording(bank.settings) as (recording, _):
            found = ComplianceStore(recording.database).latest(CONFIG.id, None, 100)
            return [shown_of(one)["payload"] for one in found if one.type == SAMPLED]

    return asyncio.run(read())


def test_what_opens_is_on_the_record_with_its_seed(bank: Installation) -> None:
    done = sample(bank, "--count", "10")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    (facts,) = recorded(bank)
    assert (told["opened"], facts["opened"], facts["count"], facts["failed"]) == (10, 10, 10, [])
    again = draws(bytes.fromhex(facts["seed"]), facts["size"])
    assert next(again) < facts["size"] == told["size"]
    assert "Secret" not in done.stdout


def test_a_body_that_does_not_open_is_found_and_recorded(bank: Installation) -> None:
    tails = (bank.settings.archive.directory / TAILS).iterdir()
    tail = max(tails, key=lambda one: one.stat().st_size)
    data = bytearray(tail.read_bytes())
    place = len(data) * 2 // 3
    data[place : place + 1] = bytes([data[place] ^ 1])
    tail_copy = bank.data.parent / "copy"
    shutil.copytree(bank.settings.archive.directory, tail_copy)
    (tail_copy / TAILS / tail.name).chmod(0o600)
    (tail_copy / TAILS / tail.name).write_bytes(data)
    done = sample(bank, "--count", "1000", "--archive", str(tail_copy))
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    (facts,) = recorded(bank)
    assert len(told["failed"]) >= 1
    assert facts["failed"] == [str(index) for index in told["failed"]]


def test_only_compliance_records_a_sample(bank: Installation) -> None:
    done = sample(bank, who="anna")
    assert done.returncode == 1
    assert recorded(bank) == []


def test_the_doctor_warns_when_none_was_opened_for_two_days(bank: Installation) -> None:
    def said(days: float) -> tuple[str, str]:
        (found,) = check_sample(bank.settings, datetime.now(UTC) + timedelta(days=days))
        return found.verdict, found.detail.split(":")[0]

    assert said(0)[0] == "ok"
    assert said(2.1) == ("warning", "None was ever opened")
    assert sample(bank, "--count", "10").returncode == 0
    assert said(0)[0] == "ok"
    assert said(2.1) == ("warning", "The newest is 2 days old.")


def test_the_doctor_fails_where_a_record_did_not_open(bank: Installation, tmp_path: Path) -> None:
    emptied = tmp_path / "emptied.db"
    shutil.copy(bank.settings.keys.store, emptied)
    with closing(sqlite3.connect(emptied)) as store, store:
        store.execute("DELETE FROM sealed_key")
    assert sample(bank, "--count", "10", "--key-store", str(emptied)).returncode == 3
    (found,) = check_sample(bank.settings, datetime.now(UTC))
    assert (found.verdict, found.detail.split()[0]) == ("failed", "10")
