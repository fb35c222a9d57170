"""A second epoch's key seals from the next start on; old records need the old opening key."""

import json
from pathlib import Path

import pytest

from tests.rig.command import onrecord
from tests.rig.installation import Installation, install, populate_conversations


@pytest.fixture
def bank(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "marek", "julia"])
    second = str(tmp_path / "epoch-2.key")
    assert onrecord(made.data, "keys", "new", "--to", second).returncode == 0
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    return made


def opened(bank: Installation, *keys: Path) -> tuple[int, dict[str, object]]:
    options = [part for key in keys for part in ("--opening-key", str(key))]
    store = ("--key-store", str(bank.settings.keys.store))
    done = onrecord(bank.data, "verify", *options, *store, "--json")
    return done.returncode, json.loads(done.stdout)


def test_both_keys_open_everything(bank: Installation) -> None:
    status, report = opened(bank, bank.opening_key, bank.opening_key.with_name("epoch-2.key"))
    assert status == 0
    assert report["opened"] == report["records"]


def test_one_key_alone_does_not_and_nobody_is_accused(bank: Installation) -> None:
    keys = (bank.opening_key, bank.opening_key.with_name("epoch-2.key"))
    for key, lacking in zip(keys, (2, 1), strict=True):
        status, report = opened(bank, key)
        assert (status, report["result"]) == (2, "not checked")
        assert report["error"] == f"the opening key of key epoch {lacking} is not here"
