"""Whether somebody is told of a message while they do not look: levels, quiet hours, status.

The client has the same rule for its own notifications (view_models/alerts_model.ts); it is held to
tests/alert_vectors.json, which are made from this.
"""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from onrecord.core.domain.zones import zone

SATURDAY = 5


class Level(Struct, frozen=True):
    """How somebody hears of one conversation. `until`: the muting ends then; None: it does not."""

    muted: bool = False
    until: datetime | None = None
    mentions: bool = False
    """Mentions come through the muting."""


class Quiet(Struct, frozen=True):
    """When somebody is told of nothing: from `starts` to `ends` (hh:mm) on the wall of a zone."""

    zone: str
    starts: str
    ends: str
    weekends: bool = False


class DoNotDisturb(Struct, frozen=True):
    """Somebody's status. `until`: it is over then."""

    until: datetime | None = None


class News(Struct, frozen=True):
    """What is new in a conversation: messages above `known`, which was told or seen.

    `mentioned`: the last message that calls the person and is not read; 0: none. `brought_in`:
    somebody brought the person in, which was not told of, and they did not open it yet.
    """

    known: int
    last: int
    unread: int
    mentioned: int = 0
    brought_in: bool = False

    def above(self, told: int) -> "News":
        """Return the same where messages up to *told* were told of."""
        return replace(self, known=max(self.known, told))


class Wishes(Struct, frozen=True):
    """All that decides for one person and conversation."""

    level: Level = Level()
    quiet: Quiet | None = None
    do_not_disturb: DoNotDisturb | None = None


def is_told(news: News, wishes: Wishes, now: datetime) -> bool:
    """Whether they are told of it now."""
    if wishes.quiet is not None and is_quiet(wishes.quiet, now):
        return False
    if wishes.do_not_disturb is not None and _lasts(wishes.do_not_disturb.until, now):
        return False
    return is_heard(news, wishes.level, now)


def is_heard(news: News, level: Level, now: datetime) -> bool:
    """Whether a conversation's level lets it through."""
    if not news.brought_in and (news.last <= news.known or news.unread <= 0):
        return False
    if not (level.muted and _lasts(level.until, now)):
        return True
    return level.mentions and news.mentioned > news.known


def is_quiet(quiet: Quiet, now: datetime) -> bool:
    """Whether somebody's quiet hours are now; never, in a zone that is not known here."""
    try:
        wall = now.astimezone(zone(quiet.zone))
    except KeyError:
        return False
    if quiet.weekends and wall.weekday() >= SATURDAY:
        return True
    time = wall.strftime("%H:%M")
    if quiet.starts < quiet.ends:
        return quiet.starts <= time < quiet.ends
    return quiet.starts <= time or time < quiet.ends


def _lasts(until: datetime | None, now: datetime) -> bool:
    return until is None or now < until
