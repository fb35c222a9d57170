"""Which text somebody must accept, by what they accepted before and what is in force."""

from datetime import UTC, datetime, timedelta

import pytest

from onrecord.features.notices.service import owed
from onrecord.features.notices.texts import Acceptance, Notice
from onrecord_archive.events.ids import PersonId

DAY = datetime(2026, 11, 1, tzinfo=UTC)


def text(locale: str, version: int, day: int | None = None) -> Notice:
    """A version of a language's text that took effect on a day; None: it is the first."""
    since = None if day is None else DAY + timedelta(days=day)
    return Notice(locale, "This is recorded", f"Version {version}.", since=since)


def accepted(notice: Notice, day: int) -> Acceptance:
    """An acceptance of a text on a day."""
    at = DAY + timedelta(days=day)
    return Acceptance(PersonId("clara"), notice.sha256, notice.locale, notice.title, at)


EN, PL = text("en", 1), text("pl", 10)
EN_2, PL_2 = text("en", 2, 5), text("pl", 20, 6)
EN_3, PL_9 = text("en", 3), text("pl", 90, 9)


@pytest.mark.parametrize(
    ("before", "in_force", "due"),
    [
        pytest.param([], [EN, PL], [EN, PL], id="the first time either language will do"),
        pytest.param([accepted(EN, 1)], [EN, PL], [], id="once is enough"),
        pytest.param([accepted(EN, 1)], [EN_2, PL], [EN_2], id="an older translation is no way"),
        pytest.param([accepted(EN, 1)], [EN_2, PL_2], [EN_2, PL_2], id="a new translation is one"),
        pytest.param([accepted(EN, 1)], [EN, PL_2], [], id="another language's change is nothing"),
        pytest.param([accepted(PL, 1), accepted(EN, 2)], [EN_2, PL], [EN_2], id="the last counts"),
        pytest.param([accepted(EN, 1), accepted(EN_2, 7)], [EN, PL], [], id="the first one again"),
        pytest.param([accepted(EN_2, 7)], [PL], [PL], id="a language that is no more"),
        pytest.param([accepted(EN_2, 7)], [EN, PL], [EN], id="a change that bears no date"),
        pytest.param([accepted(EN_2, 7)], [EN_3, PL_9], [EN_3, PL_9], id="both have changed"),
        pytest.param([accepted(EN_2, 7)], [PL_9, EN_3], [PL_9, EN_3], id="in the order in force"),
    ],
)
def test_what_is_due(before: list[Acceptance], in_force: list[Notice], due: list[Notice]) -> None:
    assert owed(before, {notice.locale: notice for notice in in_force}) == due


def test_a_language_that_is_not_noted_is_any() -> None:
    old = Acceptance(PersonId("clara"), EN.sha256, None, None, DAY)
    assert owed([old], {"en": EN, "pl": PL}) == []
    assert owed([old], {"en": EN_2, "pl": PL}) == [EN_2]
