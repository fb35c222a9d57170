"""`onrecord init` makes an installation once, with one administrator."""

import json
from pathlib import Path

from onrecord.app.settings.keys import sealing_keys
from onrecord.app.settings.load import load
from tests.integration.cli.commands import init
from tests.rig.command import onrecord, verified


def test_it_makes_settings_keys_database_and_a_link(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = init(data, "--opening-key", str(tmp_path / "opening.key"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("https://console.localhost:8444/#link=")
    assert load(data).firm.name == 'Bank "Śląski"'
    assert (tmp_path / "opening.key").stat().st_mode & 0o777 == 0o600
    verified(data)


def test_it_is_never_done_twice(tmp_path: Path) -> None:
    data = tmp_path / "data"
    init(data, "--opening-key", str(tmp_path / "opening.key"))
    again = init(data, "--opening-key", str(tmp_path / "other.key"))
    assert (again.returncode, again.stderr.partition(":")[0]) == (1, "installed_already")
    assert not (tmp_path / "other.key").exists()


def test_compliance_may_bring_its_own_key(tmp_path: Path) -> None:
    data = tmp_path / "data"
    public = tmp_path / "e1.pub"
    pair = ("--epoch", "1", "--to", str(tmp_path / "e1.key"), "--public", str(public))
    assert onrecord(data, "keys", "pair", *pair).returncode == 0
    told = json.loads(init(data, "--public-key", str(public), "--json").stdout)
    assert told["link"].startswith("https://console.localhost:8444/#link=")
    assert (told["settings"], told.keys() & {"opening_key"}) == (str(data / "onrecord.toml"), set())
    assert [key.epoch for key in sealing_keys(load(data).paths)] == [1]


def test_it_needs_to_know_where_the_opening_key_goes(tmp_path: Path) -> None:
    refused = init(tmp_path / "data")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "compliance_key_missing")


def test_the_opening_key_never_stays_on_the_server(tmp_path: Path) -> None:
    refused = init(tmp_path / "data", "--opening-key", str(tmp_path / "data/opening.key"))
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "opening_key_on_server")
