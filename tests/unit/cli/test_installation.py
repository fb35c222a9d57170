"""A new installation has every key it needs, and never replaces one."""

from pathlib import Path

import pytest

from onrecord.app.settings.keys import log_signers, sealing_keys, server_key
from onrecord.app.settings.paths import DataPaths
from onrecord.cli.installation import is_installed, make_installation, new_epoch_key
from onrecord.core.domain.errors import BadInput, Conflict, RefuseToStart
from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.format.signer import signers_policy

ORIGIN = "bank.example/onrecord"


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path / "data")
    make_installation(paths, origin=ORIGIN, opening_key=tmp_path / "epoch-1.key")
    return paths


def test_the_server_finds_every_key(paths: DataPaths) -> None:
    assert is_installed(paths)
    assert len(server_key(paths, None).secret) == 32
    assert len(paths.database_key.read_bytes()) == 32
    assert [key.epoch for key in sealing_keys(paths)] == [1]


def test_the_policy_names_the_keys_that_sign(paths: DataPaths) -> None:
    policy = parse_policy(paths.policy.read_text(encoding="utf-8"))
    assert policy == signers_policy(log_signers(paths))
    assert policy.origin == ORIGIN


def test_the_opening_key_lies_where_it_was_asked_for_and_nowhere_else(
    paths: DataPaths, tmp_path: Path
) -> None:
    opening = parse_opening_key((tmp_path / "epoch-1.key").read_bytes())
    assert opening.sealing() == sealing_keys(paths)[0]
    secret = opening.x25519.encode()
    kept = [path for path in paths.root.rglob("*") if path.is_file()]
    assert all(secret not in path.read_bytes() for path in kept)


def test_an_installation_is_never_made_twice(paths: DataPaths, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in paths.root.rglob("*") if path.is_file()}
    with pytest.raises(Conflict) as caught:
        make_installation(paths, origin=ORIGIN, opening_key=tmp_path / "other.key")
    assert caught.value.code == "installed_already"
    assert {path: path.read_bytes() for path in before} == before


def test_after_an_interruption_it_is_run_again(paths: DataPaths, tmp_path: Path) -> None:
    paths.policy.unlink()
    database_key = paths.database_key.read_bytes()
    make_installation(paths, origin=ORIGIN, opening_key=tmp_path / "again.key")
    assert paths.database_key.read_bytes() == database_key
    opening = parse_opening_key((tmp_path / "again.key").read_bytes())
    assert opening.sealing() == sealing_keys(paths)[-1]


def test_an_opening_key_is_never_overwritten(paths: DataPaths, tmp_path: Path) -> None:
    with pytest.raises(Conflict) as caught:
        new_epoch_key(paths, epoch=2, opening_key=tmp_path / "epoch-1.key")
    assert caught.value.code == "opening_key_exists"
    assert len(sealing_keys(paths)) == 1


def test_the_highest_epoch_comes_last(paths: DataPaths, tmp_path: Path) -> None:
    for epoch in (10, 2):
        new_epoch_key(paths, epoch=epoch, opening_key=tmp_path / f"epoch-{epoch}.key")
    assert [key.epoch for key in sealing_keys(paths)] == [1, 2, 10]


def test_an_epoch_has_one_key(paths: DataPaths, tmp_path: Path) -> None:
    with pytest.raises(Conflict) as caught:
        new_epoch_key(paths, epoch=1, opening_key=tmp_path / "other.key")
    assert caught.value.code == "epoch_exists"


@pytest.mark.parametrize("origin", ["", "bank example", "bank+example"])
def test_a_bad_name_leaves_nothing_behind(tmp_path: Path, origin: str) -> None:
    with pytest.raises(BadInput):
        make_installation(DataPaths(tmp_path / "d"), origin=origin, opening_key=tmp_path / "key")
    assert list(tmp_path.iterdir()) == []


def test_without_a_compliance_key_nothing_starts(paths: DataPaths) -> None:
    next(paths.compliance_keys.iterdir()).unlink()
    with pytest.raises(RefuseToStart) as caught:
        sealing_keys(paths)
    assert caught.value.code == "no_compliance_key"


def test_a_damaged_key_stops_the_start(paths: DataPaths) -> None:
    key = paths.log_keys / "ed25519.key"
    key.write_bytes(b"{}")
    with pytest.raises(RefuseToStart) as caught:
        log_signers(paths)
    assert caught.value.code == "key_damaged"
