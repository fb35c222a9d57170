"""`onrecord keys`: the opening key goes where compliance says, and never stays by accident."""

import json
from pathlib import Path

import pytest

from onrecord.app.settings.keys import sealing_keys
from onrecord.app.settings.paths import DataPaths
from onrecord.cli.installation import make_installation
from onrecord_archive.format.epoch_key import parse_opening_key
from tests.rig.command import Done, onrecord


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataPaths:
    monkeypatch.chdir(tmp_path)
    paths = DataPaths(tmp_path / "data")
    make_installation(paths, origin="bank.example/log", opening_key=tmp_path / "epoch-1.key")
    return paths


def keys(paths: DataPaths, *arguments: str) -> Done:
    return onrecord(paths.root, "keys", *arguments)


def epochs(paths: DataPaths) -> list[int]:
    return [key.epoch for key in sealing_keys(paths)]


def test_a_new_key_is_of_the_next_epoch(paths: DataPaths, tmp_path: Path) -> None:
    made = keys(paths, "new", "--to", "epoch-2.key", "--json")
    told = {"epoch": 2, "opening_key": "epoch-2.key", "recorded": False}
    assert json.loads(made.stdout).items() >= told.items()
    assert epochs(paths) == [1, 2]
    opening = parse_opening_key((tmp_path / "epoch-2.key").read_bytes())
    assert opening.sealing() == sealing_keys(paths)[-1]


def test_an_opening_key_in_the_data_directory_must_be_asked_for(paths: DataPaths) -> None:
    refused = keys(paths, "new", "--to", "data/keys/epoch-2.key")
    assert refused.returncode == 1
    assert refused.stderr.startswith("opening_key_on_server: ")
    assert epochs(paths) == [1]
    meant = keys(paths, "new", "--to", "data/keys/epoch-2.key", "--keep-on-server")
    assert meant.returncode == 0


def test_a_pair_is_made_anywhere_and_its_public_part_brought(
    paths: DataPaths, tmp_path: Path
) -> None:
    made = keys(paths, "pair", "--epoch", "2", "--to", "e2.key", "--public", "e2.pub")
    assert (made.returncode, epochs(paths)) == (0, [1])
    added = json.loads(keys(paths, "add", "e2.pub", "--json").stdout)
    assert (added["epoch"], Path(added["file"]).name) == (2, "epoch-2.pub")
    opening = parse_opening_key((tmp_path / "e2.key").read_bytes())
    assert sealing_keys(paths)[-1] == opening.sealing()


def test_an_opening_key_is_never_registered_as_public(paths: DataPaths) -> None:
    refused = keys(paths, "add", "epoch-1.key")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "no_public_key")
    assert epochs(paths) == [1]


def test_epochs_are_listed_for_people_and_for_scripts(paths: DataPaths) -> None:
    assert "epoch 1  647a-0001-0002" in keys(paths, "list").stdout
    listed = json.loads(keys(paths, "list", "--json").stdout)
    assert listed == [{"epoch": 1, "suite_id": "647a-0001-0002"}]
