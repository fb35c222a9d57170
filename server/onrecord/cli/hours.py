"""onrecord hours: when the firm answers its clients, its holidays, and who is there otherwise."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.app import App
from onrecord.cli.reach.signed_in import PEOPLE, As, as_administrator, named
from onrecord_archive.events.language import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from onrecord.cli.reach.api import Api
    from onrecord.features.hours import bodies as wire

hours_app = App(
    help="See and set the office hours, beside the running server or without one.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)
holidays_app = App(
    help="Add, remove and import holidays.", no_args_is_help=True, rich_markup_mode="markdown"
)
hours_app.add_typer(holidays_app, name="holidays")

HOURS = "/api/v1/admin/hours"
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Zone = Annotated[str, typer.Option(help="The time zone, as in Europe/Warsaw.")]
Days = Annotated[
    list[str],
    typer.Option("--day", help='Days and their times, "mon-fri 09:00-12:30 13:00-17:00"; repeat.'),
]
Username = Annotated[str, typer.Argument(help="A user name.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day.")]
Moment = ["%Y-%m-%d", "%Y-%m-%dT%H:%M"]
SHOWN_DAYS = 14


@hours_app.command()
def show(context: typer.Context, *, as_json: AsJson = False, administrator: As) -> None:
    """Print the office hours, the holidays and the next two weeks.

    Example: onrecord hours show --as adam
    """
    _print(as_administrator(context, administrator, _office), as_json=as_json)


@hours_app.command("set")
def set_hours(
    context: typer.Context,
    *,
    zone: Zone,
    days: Days,
    as_json: AsJson = False,
    administrator: As,
) -> None:
    """Set the week; days that are not named are free. Holidays stay.

    Example: onrecord hours set --zone Europe/Warsaw --day "mon-fri 09:00-17:00" --as adam
    """
    week = _week(days)
    _change(context, administrator, lambda now: _plan(now, zone, week), as_json=as_json)


@hours_app.command()
def clear(context: typer.Context, *, administrator: As) -> None:
    """Take the office hours away, holidays too: the firm is always there.

    Example: onrecord hours clear --as adam
    """
    _change(context, administrator, lambda now: None, as_json=False)


@hours_app.command()
def text(
    context: typer.Context,
    language: Annotated[Language, typer.Argument(help="The text's language.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="UTF-8, at most 1000 characters.", exists=True, dir_okay=False),
    ] = None,
    *,
    administrator: As,
) -> None:
    """Set what clients are answered while the firm is closed; without a file, the usual words.

    Example: onrecord hours text pl closed.txt --as adam
    """
    import msgspec

    from onrecord.features.hours import bodies as wire

    said = None if file is None else file.read_text(encoding="utf-8-sig").strip()

    async def do(api: Api) -> None:
        now = await _office(api)
        texts = msgspec.structs.replace(now.texts, **{language: said})
        await _set_office(api, wire.SetOfficeHours(now.version, now.plan, texts))

    as_administrator(context, administrator, do)
    print("Set.")


@holidays_app.command("add")
def add_holiday(
    context: typer.Context,
    day: Day,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    closed: Annotated[
        str | None, typer.Option(help="Only so long, as in 12:00-24:00.", show_default="all day")
    ] = None,
    administrator: As,
) -> None:
    """Add a day, or a part of one, on which nobody is there.

    Example: onrecord hours holidays add 2026-12-24 "Christmas Eve" --closed 12:00-24:00 --as adam
    """
    from onrecord.features.hours import bodies as wire
    from onrecord.features.hours.text import stretch_of, stretch_text

    part = None if closed is None else stretch_text(stretch_of(closed))
    new = [wire.Holiday(day.date().isoformat(), name, part)]
    _change(context, administrator, lambda now: _with(now, new), as_json=False)


@holidays_app.command("remove")
def remove_holiday(context: typer.Context, day: Day, *, administrator: As) -> None:
    """Take a day's holidays away.

    Example: onrecord hours holidays remove 2026-12-24 --as adam
    """
    _change(context, administrator, lambda now: _without(now, day.date()), as_json=False)


@holidays_app.command("import")
def import_holidays(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="A calendar (.ics), or lines such as `2026-12-25 Christmas Day`.",
            exists=True,
            dir_okay=False,
        ),
    ],
    *,
    administrator: As,
) -> None:
    """Add every holiday of a file.

    Example: onrecord hours holidays import holidays.ics --as adam
    """
    from onrecord.core.domain.errors import BadInput
    from onrecord.features.hours import bodies as wire

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("bad_holiday", f"{file} is not UTF-8.") from error

    async def do(api: Api) -> wire.OfficeHours:
        found = await api.post(f"{HOURS}/holidays", wire.HolidayText(text), wire.Holidays)
        now = await _office(api)
        plan = _with(_planned(now.plan), found.holidays)
        return await _set_office(api, wire.SetOfficeHours(now.version, plan, now.texts))

    _print(as_administrator(context, administrator, do), as_json=False)


@hours_app.command()
def own(
    context: typer.Context,
    username: Username,
    *,
    zone: Zone = "",
    days: Days = [],  # noqa: B006  # typer's own way; nothing writes to it
    firm: Annotated[bool, typer.Option("--firm", help="The firm's hours again.")] = False,
    as_json: AsJson = False,
    administrator: As,
) -> None:
    """See what somebody has otherwise than the firm, or set a week of their own.

    Example: onrecord hours own julia --zone Europe/Warsaw --day "tue-thu 10:00-15:00" --as adam
    """
    from onrecord.features.hours import bodies as wire

    wanted = wire.SetOwnHours(zone, _week(days)) if zone or days else None
    wanted = wire.SetOwnHours() if firm else wanted

    async def do(api: Api) -> wire.OwnHours:
        path = f"{PEOPLE}/{(await named(api, username)).id}/hours"
        if wanted is None:
            return await api.get(path, wire.OwnHours)
        return await api.put(path, wanted, wire.OwnHours)

    _print_own(as_administrator(context, administrator, do), as_json=as_json)


@hours_app.command()
def away(
    context: typer.Context,
    username: Username,
    *,
    until: Annotated[
        datetime, typer.Option(formats=Moment, help="Until when, in this machine's time.")
    ],
    starts: Annotated[
        datetime | None,
        typer.Option("--from", formats=Moment, help="From when.", show_default="now"),
    ] = None,
    en: Annotated[str | None, typer.Option(help="What clients are answered in English.")] = None,
    pl: Annotated[str | None, typer.Option(help="What they are answered in Polish.")] = None,
    administrator: As,
) -> None:
    """Note that somebody is out of office.

    Example: onrecord hours away julia --until 2026-12-07 --as adam
    """
    from onrecord.features.hours import bodies as wire
    from onrecord_archive.format.record import format_time

    ends = format_time(until.astimezone(UTC))
    begins = None if starts is None else format_time(starts.astimezone(UTC))
    wanted = wire.SetAway(ends, begins, wire.HoursTexts(en, pl))

    async def do(api: Api) -> wire.OwnHours:
        path = f"{PEOPLE}/{(await named(api, username)).id}/away"
        return await api.put(path, wanted, wire.OwnHours)

    _print_own(as_administrator(context, administrator, do), as_json=False)


@hours_app.command()
def back(context: typer.Context, username: Username, *, administrator: As) -> None:
    """Note that somebody is there again, or take a planned absence back.

    Example: onrecord hours back marek --as adam
    """

    async def do(api: Api) -> None:
        await api.send("DELETE", f"{PEOPLE}/{(await named(api, username)).id}/away")

    as_administrator(context, administrator, do)
    print("Set.")


async def _office(api: Api) -> wire.OfficeHours:
    from onrecord.features.hours.bodies import OfficeHours

    return await api.get(HOURS, OfficeHours)


async def _set_office(api: Api, wanted: wire.SetOfficeHours) -> wire.OfficeHours:
    from onrecord.features.hours.bodies import OfficeHours

    return await api.put(HOURS, wanted, OfficeHours)


def _change(
    context: typer.Context,
    administrator: str,
    change: Callable[[wire.HoursPlan], wire.HoursPlan | None],
    *,
    as_json: bool,
) -> None:
    from onrecord.features.hours import bodies as wire

    async def do(api: Api) -> wire.OfficeHours:
        now = await _office(api)
        plan = change(_planned(now.plan))
        return await _set_office(api, wire.SetOfficeHours(now.version, plan, now.texts))

    _print(as_administrator(context, administrator, do), as_json=as_json)


def _planned(plan: wire.HoursPlan | None) -> wire.HoursPlan:
    """Return the plan, or one to begin with: holidays are no use without a week."""
    from onrecord.features.hours import bodies as wire

    return plan or wire.HoursPlan("", [[] for _ in range(7)], [])


def _plan(now: wire.HoursPlan, zone: str, week: list[list[str]]) -> wire.HoursPlan:
    from onrecord.features.hours import bodies as wire

    return wire.HoursPlan(zone, week, now.holidays)


def _with(now: wire.HoursPlan, holidays: list[wire.Holiday]) -> wire.HoursPlan:
    from onrecord.core.domain.errors import Conflict
    from onrecord.features.hours import bodies as wire

    if not now.zone:
        raise Conflict("no_hours", "Set the week first: onrecord hours set --help")
    kept = [one for one in now.holidays if one not in holidays]
    return wire.HoursPlan(now.zone, now.week, [*kept, *holidays])


def _without(now: wire.HoursPlan, day: date) -> wire.HoursPlan:
    from onrecord.core.domain.errors import NotFound
    from onrecord.features.hours import bodies as wire

    kept = [one for one in now.holidays if one.date != day.isoformat()]
    if len(kept) == len(now.holidays):
        raise NotFound("no_such_holiday", f"{day} is no holiday.")
    return wire.HoursPlan(now.zone, now.week, kept)


def _week(days: list[str]) -> list[list[str]]:
    from onrecord.features.hours.text import stretch_text, week_of

    return [[stretch_text(one) for one in day] for day in week_of(days)]


def _print(hours: wire.OfficeHours, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        print(json.dumps(msgspec.to_builtins(hours), ensure_ascii=False))
        return
    if hours.plan is None:
        print("No office hours are set: the firm is always there.")
        return
    print(f"zone: {hours.plan.zone}")
    print("\n".join(_week_lines(hours.plan.week)) or "No day is worked.")
    for one in hours.plan.holidays:
        print(" ".join(("holiday:", one.date, *([one.closed] if one.closed else []), one.name)))
    print("next:")
    for day in hours.ahead[:SHOWN_DAYS]:
        names = f"  ({', '.join(day.holidays)})" if day.holidays else ""
        weekday = date.fromisoformat(day.date).strftime("%a").lower()
        print(f"  {day.date} {weekday}  {' '.join(day.hours) or 'closed'}{names}")


def _print_own(own: wire.OwnHours, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        print(json.dumps(msgspec.to_builtins(own), ensure_ascii=False))
        return
    if own.week is None:
        print("hours: the firm's")
    else:
        print("\n".join((f"zone: {own.zone}", *_week_lines(own.week))))
    away = own.away
    print("away: no" if away is None else f"away: {away.starts[:16]}Z to {away.until[:16]}Z")


def _week_lines(week: list[list[str]]) -> list[str]:
    from onrecord.features.hours.text import DAYS

    return [" ".join((day, *times)) for day, times in zip(DAYS, week, strict=True) if times]
