"""Who is told of a message, against the plainest rule there is: the clock on the wall, and a table.

That the client's rule is the same: client_web, view_models/alerts_rule.test.ts.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from onrecord.features.notifications.alerts import (
    DoNotDisturb,
    Level,
    News,
    Quiet,
    Wishes,
    is_quiet,
    is_told,
)

ZONES = ("UTC", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
MOMENTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - Hypothesis wants them naive, and makes them aware
    datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
MINUTES = st.integers(0, 24 * 60 - 1)
NEWS = st.builds(News, *(st.integers(0, 4) for _ in range(4)))


def wall(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def quiets(draw: st.DrawFn) -> Quiet:
    zone, weekends = draw(st.sampled_from(ZONES)), draw(st.booleans())
    return Quiet(zone, wall(draw(MINUTES)), wall(draw(MINUTES)), weekends)


@st.composite
def around(draw: st.DrawFn, now: datetime) -> datetime | None:
    return draw(st.none() | st.integers(-3, 3).map(lambda by: now + timedelta(seconds=by)))


@given(quiets(), MOMENTS)
def test_it_is_quiet_in_the_minutes_that_the_wall_goes_through(quiet: Quiet, now: datetime) -> None:
    local = now.astimezone(ZoneInfo(quiet.zone))
    minute, shown = int(quiet.starts[:2]) * 60 + int(quiet.starts[3:]), set[str]()
    while not shown or wall(minute) != quiet.ends:
        shown.add(wall(minute))
        minute = (minute + 1) % (24 * 60)
    whole_day = quiet.weekends and local.strftime("%a") in ("Sat", "Sun")
    assert is_quiet(quiet, now) == (whole_day or f"{local:%H:%M}" in shown)


@given(st.data(), MOMENTS, NEWS, st.booleans(), st.booleans())
def test_a_message_is_told_of_exactly_where_nothing_speaks_against_it(
    data: st.DataObject, now: datetime, news: News, muted: bool, mentions: bool
) -> None:
    until, quiet = data.draw(around(now)), data.draw(st.none() | quiets())
    status = data.draw(st.none() | around(now).map(DoNotDisturb))
    against = {
        "nothing new": news.last <= news.known,
        "read": news.unread == 0,
        "quiet": quiet is not None and is_quiet(quiet, now),
        "not to be disturbed": status is not None and (status.until is None or now < status.until),
        "muted": muted
        and (until is None or now < until)
        and not (mentions and news.mentioned > news.known),
    }
    told = is_told(news, Wishes(Level(muted, until, mentions), quiet, status), now)
    assert told == (not any(against.values()))


@given(NEWS, st.integers(0, 5))
def test_what_was_told_is_never_told_again(news: News, told: int) -> None:
    if is_told(news.above(told), Wishes(), datetime.now(UTC)):
        assert told < news.last
