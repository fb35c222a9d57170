"""A time that somebody asks for, and what is said where it is none."""

from datetime import UTC, datetime

import pytest

from onrecord.core.domain.clock import asked_time
from onrecord.core.domain.errors import BadInput


def test_a_time_is_read_as_records_have_it() -> None:
    assert asked_time("2026-12-03T06:00:00.000001Z", "at") == datetime(
        2026, 12, 3, 6, 0, 0, 1, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("members", "named"), [(("at",), "`at`"), (("starts", "until"), "`starts` and `until`")]
)
def test_what_is_no_time_is_refused_with_the_names_of_its_members(
    members: tuple[str, ...], named: str
) -> None:
    with pytest.raises(BadInput, match="YYYY") as refused:
        asked_time("2026-02-30T00:00:00.000000Z", *members)
    assert refused.value.code == "bad_time"
    assert refused.value.detail == f"{named} must be YYYY-MM-DDThh:mm:ss.ffffffZ."
