"""Time zones are read once; afterwards their files are not opened."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from onrecord.core.domain.zones import all_zones, zone


def test_every_zone_of_the_machine_is_there() -> None:
    assert set(all_zones()) == zoneinfo.available_timezones()
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert noon.astimezone(zone("Europe/Warsaw")).hour == 14


def test_what_is_no_zone_is_refused_without_a_look_for_a_file() -> None:
    for name in ("Europe/Nowhere", "", "../../etc/passwd", "/etc/localtime", "\0"):
        with pytest.raises(KeyError):
            zone(name)


def test_no_file_is_opened_after_the_first_look(monkeypatch: pytest.MonkeyPatch) -> None:
    all_zones()
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    zoneinfo.ZoneInfo.clear_cache()
    assert zone("Europe/Warsaw").key == "Europe/Warsaw"
