"""What `demo run` prints holds everything that a newcomer needs."""

from pathlib import Path

import pytest

from onrecord.app.settings.load import load
from onrecord.demo.cast import CAST, EVERYBODY
from onrecord.demo.programme import command, near, programme
from onrecord.demo.settings_file import settings_text
from onrecord.demo.state import (
    load_links,
    load_state,
    new_password,
    opening_key,
    save_links,
    save_state,
)


def test_it_names_everybody_with_link_and_password(tmp_path: Path) -> None:
    settings = load(tmp_path)
    state = load_state(settings.paths)
    links = {person.username: f"https://link/{person.username}" for person in EVERYBODY}
    text = programme(settings, state, links, browser=True)
    for person in CAST:
        assert person.name in text
        assert links[person.username] in text
    for person in EVERYBODY:
        assert f"{person.username} / {state.passwords[person.username]}" in text
    for words in ("five profiles", "demo open anna", "Firefox", "Ctrl-C"):
        assert words in text


def test_where_no_browser_can_be_started_nobody_is_told_to(tmp_path: Path) -> None:
    settings = load(tmp_path)
    links = {person.username: "" for person in EVERYBODY}
    text = programme(settings, load_state(settings.paths), links, browser=False)
    assert "demo open anna" not in text
    assert "In your own browser, open" in text


def test_it_says_first_that_it_is_a_demo_what_to_do_and_where_the_opening_key_lies(
    tmp_path: Path,
) -> None:
    settings = load(tmp_path)
    links = {person.username: "" for person in EVERYBODY}
    text = programme(settings, load_state(settings.paths), links, browser=True)
    first, do, *_ = text.strip().split("\n\n")
    assert first.startswith("This is a demo of OnRecord")
    assert f"Its data: {settings.data}" in first
    assert do.startswith("What to do: be Anna and write to Marek")
    assert "opening key lies in the data folder" in text
    assert str(near(opening_key(settings.paths))) in text


def test_a_firm_that_was_renamed_is_called_so(tmp_path: Path) -> None:
    settings = load(tmp_path)
    state = load_state(settings.paths)
    links = {person.username: "" for person in EVERYBODY}
    assert f"demo of OnRecord: {settings.firm.name}, " in programme(
        settings, state, links, browser=True
    )
    state.firm = "Linden Private Bank"
    assert "demo of OnRecord: Linden Private Bank, " in programme(
        settings, state, links, browser=True
    )


def test_it_names_the_data_directory_unless_it_is_the_usual_one(tmp_path: Path) -> None:
    usual = command(Path("data").resolve())
    assert usual.endswith("onrecord")
    assert command(tmp_path / "a b") == f"{usual} --data '{tmp_path}/a b'"


def test_paths_are_written_from_where_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert near(tmp_path / "data" / "tls") == Path("data/tls")
    assert near(Path("/elsewhere")) == Path("/elsewhere")
    monkeypatch.chdir("/")
    assert near(tmp_path) == tmp_path


def test_the_state_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    paths = load(tmp_path).paths
    paths.make()
    state = load_state(paths)
    state.talked = True
    save_state(paths, state)
    assert load_state(paths) == state
    save_links(paths, {"anna": "a"})
    assert load_links(paths) == {"anna": "a"}


def test_passwords_are_long_enough_and_differ() -> None:
    passwords = {new_password() for _ in range(100)}
    assert len(passwords) == 100
    assert min(map(len, passwords)) >= 12


def test_the_settings_file_has_three_ports_in_a_row(tmp_path: Path) -> None:
    (tmp_path / "onrecord.toml").write_text(settings_text(9443), encoding="utf-8")
    settings = load(tmp_path)
    assert [each.port for each in (settings.chat, settings.console, settings.files)] == [
        9443,
        9444,
        9445,
    ]
    assert settings.files.origin == "https://files.localhost:9445"
