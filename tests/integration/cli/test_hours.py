"""An administrator sets the office hours from the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.commands import init
from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD

NEXT_YEAR = f"{datetime.now(UTC).year + 1}-01-01"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("bank") / "data"
    assert init(data, "--opening-key", str(data.with_suffix(".key"))).returncode == 0
    return data


def hours(data: Path, *arguments: str) -> Done:
    return onrecord(data, "hours", *arguments, "--as", "adam", stdin=f"{PASSWORD}\n")


def shown(data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(hours(data, "show", "--json").stdout)
    return found


def test_hours_are_set_with_holidays_and_words_and_taken_away(data: Path, tmp_path: Path) -> None:
    assert "always there" in hours(data, "show").stdout
    assert hours(data, "holidays", "add", "2027-01-06", "Epiphany").stderr.startswith("no_hours")
    week = ("--day", "mon-thu 09:00-12:30 13:00-17:00", "--day", "fri 09:00-15:00")
    set_ = hours(data, "set", "--zone", "Europe/Warsaw", *week)
    assert "mon 09:00-12:30 13:00-17:00\n" in set_.stdout
    assert hours(data, "holidays", "add", "2027-01-06", "Epiphany").returncode == 0
    listed = tmp_path / "holidays.txt"
    listed.write_text("2026-12-24 12:00-24:00 Christmas Eve\n2026-12-25 Christmas Day\n")
    imported = hours(data, "holidays", "import", str(listed))
    assert "holiday: 2026-12-24 12:00-24:00 Christmas Eve" in imported.stdout
    assert hours(data, "holidays", "remove", "2027-01-06").returncode == 0
    again = hours(data, "holidays", "remove", "2027-01-06")
    assert again.stderr.startswith("no_such_holiday")
    words = tmp_path / "closed.txt"
    words.write_text("Nie ma nas.\n", encoding="utf-8")
    assert hours(data, "text", "pl", str(words)).returncode == 0
    found = shown(data)
    assert [one["name"] for one in found["plan"]["holidays"]] == ["Christmas Eve", "Christmas Day"]
    assert (found["plan"]["week"][5], found["texts"]) == ([], {"pl": "Nie ma nas."})
    assert hours(data, "clear").returncode == 0
    assert "plan" not in shown(data)


def test_somebody_has_a_week_of_their_own_and_is_away(data: Path) -> None:
    person = ("julia", "--name", "Julia", "--role", "advisor", "--as", "adam")
    assert onrecord(data, "people", "add", *person, stdin=f"{PASSWORD}\n").returncode == 0
    assert hours(data, "own", "julia").stdout == "hours: the firm's\naway: no\n"
    own = hours(data, "own", "julia", "--zone", "Europe/London", "--day", "tue 10:00-14:00")
    assert own.stdout.startswith("zone: Europe/London\ntue 10:00-14:00\n")
    away = hours(data, "away", "julia", "--until", f"{NEXT_YEAR}T09:00", "--en", "At sea.")
    assert "away: " in away.stdout
    found = json.loads(hours(data, "own", "julia", "--json").stdout)
    assert found["away"]["texts"] == {"en": "At sea."}
    assert hours(data, "back", "julia").returncode == 0
    assert hours(data, "own", "julia", "--firm").stdout == "hours: the firm's\naway: no\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("set", "--zone", "Europe/Atlantis", "--day", "mon 09:00-17:00"), "bad_zone"),
        (("set", "--zone", "UTC", "--day", "mon 9-17"), "bad_hours"),
        (("away", "nobody", "--until", NEXT_YEAR), "no_such_person"),
        (("away", "adam", "--until", NEXT_YEAR), "not_an_advisor"),
        (("own", "adam", "--zone", "UTC"), "not_an_advisor"),
    ],
)
def test_what_cannot_be_kept_is_refused(data: Path, arguments: tuple[str, ...], code: str) -> None:
    refused = hours(data, *arguments)
    assert refused.returncode == 1
    assert refused.stderr.startswith(code)
