"""UTC days as bounds in time."""

from datetime import UTC, date, datetime, timedelta

from onrecord.core.domain.errors import BadInput

ONE_DAY = timedelta(days=1)


def bounds(from_day: str | None, to_day: str | None) -> tuple[datetime | None, datetime | None]:
    """Return since (included) and before (excluded) of `YYYY-MM-DD` days, both ends included.

    Raises BadInput (`bad_day`): no such day, or the wrong way round.
    """
    since = None if from_day is None else _midnight(from_day)
    last = None if to_day is None else _midnight(to_day)
    if since is not None and last is not None and last < since:
        raise BadInput("bad_day", "The last day comes before the first.")
    try:
        return since, None if last is None else last + ONE_DAY
    except OverflowError:
        return since, None


def _midnight(day: str) -> datetime:
    try:
        found = date.fromisoformat(day)
    except ValueError as error:
        raise BadInput("bad_day", "A day is written YYYY-MM-DD, and must exist.") from error
    if found.isoformat() != day:
        raise BadInput("bad_day", "A day is written YYYY-MM-DD, and must exist.")
    return datetime(found.year, found.month, found.day, tzinfo=UTC)
