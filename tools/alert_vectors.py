"""Makes tests/alert_vectors.json: whether somebody is told of a message, as the server finds.

The client tells of what comes while its page is open, by a rule of its own; its tests hold that to
these. The cases are drawn at random, the same ones each time, close to each boundary.
"""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from onrecord.features.notifications.alerts import DoNotDisturb, Level, News, Quiet, Wishes, is_told
from onrecord_archive.format.record import format_time

HOW_MANY: Final = 400
ZONES: Final = ("UTC", "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Not/AZone")
# The hours around which clocks change in Warsaw, and a Friday's midnight.
BEGINNINGS: Final = tuple(
    datetime(2026, month, day, hour, tzinfo=UTC)
    for month, day, hour in ((3, 28, 22), (10, 24, 22), (11, 27, 20), (7, 1, 4))
)


def vectors_text() -> str:
    """Return the file."""
    random = Random(20261126)  # cases of a test, no secret
    lines = [json.dumps(_case(random)) for _ in range(HOW_MANY)]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def _case(random: Random) -> dict[str, Any]:
    now = random.choice(BEGINNINGS) + timedelta(minutes=random.randrange(48 * 60))
    last = random.randrange(1, 6)
    known, unread = random.randrange(last + 1), random.choice((0, 1, 2, 3))
    news = News(known, last, unread, random.choice((0, known, last)))
    muted = random.random() < 0.5
    level = Level(muted, _near(random, now) if muted else None, muted and random.random() < 0.6)
    quiet = _quiet(random, now) if random.random() < 0.4 else None
    status = DoNotDisturb(_near(random, now)) if random.random() < 0.2 else None
    return {
        "now": format_time(now),
        "last": last,
        "known": known,
        "unread": unread,
        "mentioned": news.mentioned,
        "marks": _marks(level),
        "quiet": None if quiet is None else _hours(quiet),
        "status": None if status is None else {"quiet": True, **_until("until", status.until)},
        "told": is_told(news, Wishes(level, quiet, status), now),
    }


def _near(random: Random, now: datetime) -> datetime | None:
    seconds = random.choice((None, -3600, -1, 0, 1, 3600))
    return None if seconds is None else now + timedelta(seconds=seconds)


def _quiet(random: Random, now: datetime) -> Quiet:
    starts, ends = (
        (now + timedelta(minutes=random.choice((-61, -60, -1, 0, 1, 60, 300)))).strftime("%H:%M")
        for _ in range(2)
    )
    return Quiet(random.choice(ZONES), starts, ends, random.random() < 0.3)


def _marks(level: Level) -> dict[str, Any] | None:
    if not level.muted:
        return None
    mentions = {"level": "mentions"} if level.mentions else {}
    return {"muted": True, **_until("muted_until", level.until), **mentions}


def _hours(quiet: Quiet) -> dict[str, Any]:
    hours = {"zone": quiet.zone, "starts": quiet.starts, "ends": quiet.ends}
    return {**hours, "weekends": True} if quiet.weekends else hours


def _until(name: str, until: datetime | None) -> dict[str, str]:
    return {} if until is None else {name: format_time(until)}
