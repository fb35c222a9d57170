"""Days as bounds in time."""

from datetime import UTC, datetime

import pytest

from onrecord.core.domain.errors import BadInput
from onrecord.features.compliance.days import bounds


def test_both_ends_are_included() -> None:
    since, before = bounds("2026-02-28", "2026-02-28")
    assert since == datetime(2026, 2, 28, tzinfo=UTC)
    assert before == datetime(2026, 3, 1, tzinfo=UTC)


def test_either_end_may_be_open() -> None:
    assert bounds(None, None) == (None, None)
    assert bounds("2026-02-28", None)[1] is None
    assert bounds(None, "9999-12-31") == (None, None)  # nothing comes after it


@pytest.mark.parametrize(
    ("from_day", "to_day"),
    [
        ("2026-02-29", None),
        ("26-02-28", None),
        ("20260228", None),
        ("2026-W09-6", None),
        ("", None),
        (None, "2026-2-28"),
        ("2026-02-28", "2026-02-27"),
    ],
)
def test_what_is_no_day_or_the_wrong_way_round_is_refused(
    from_day: str | None, to_day: str | None
) -> None:
    with pytest.raises(BadInput) as refused:
        bounds(from_day, to_day)
    assert refused.value.code == "bad_day"
