"""What entries of the streams do to hours when an older database came back."""

from collections.abc import Sequence
from typing import Final

from onrecord.core.store.restoring import Doing, Effects, Facts
from onrecord.features.hours.plan import Away, FirmHours, OwnHours, Plan
from onrecord.features.hours.store import set_firm_hours, set_own_hours
from onrecord.features.hours.text import holidays_in, week_of
from onrecord_archive.format.record import parse_time


def _firm_set(doing: Doing, facts: Facts) -> None:
    plan = None
    if "zone" in facts:
        holidays = holidays_in("\n".join(_lines(facts, "holidays")))
        plan = Plan(str(facts["zone"]), week_of(_lines(facts, "week")), tuple(holidays))
    set_firm_hours(doing.tx, FirmHours(plan, _texts(facts), doing.at))


def _own_set(doing: Doing, facts: Facts) -> None:
    zone, week, away = None, None, None
    if "zone" in facts:
        zone, week = str(facts["zone"]), week_of(_lines(facts, "week"))
    if "away_until" in facts:
        starts, until = (parse_time(str(facts[name])) for name in ("away_from", "away_until"))
        away = Away(starts, until)
    own = OwnHours(zone, week, away, _texts(facts), doing.at, doing.at)
    set_own_hours(doing.tx, str(facts["person"]), own)


def _lines(facts: Facts, name: str) -> Sequence[str]:
    lines = facts[name]
    return [str(line) for line in lines] if isinstance(lines, tuple | list) else []


def _texts(facts: Facts) -> dict[str, str]:
    named = {name.removeprefix("text_"): str(text) for name, text in facts.items()}
    return {name: text for name, text in named.items() if f"text_{name}" in facts}


EFFECTS: Final[Effects] = {"hours.set": _firm_set, "hours.own_set": _own_set}
