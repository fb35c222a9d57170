"""When the firm is there, and who is there otherwise: administrators set it, each their own.

The firm's hours are a record of the stream `config`, somebody's own one of `identity`, each with
all that holds from then on. Somebody's own week replaces the firm's; the firm's holidays hold for
everybody. Where the firm has set none, everybody is always there.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from onrecord.core.domain.errors import BadInput, Conflict, NotAllowed
from onrecord.core.domain.texts import is_blank
from onrecord.core.domain.values import CONFIG, Actor, Facts, Origin
from onrecord.features.hours.plan import FirmHours, Hours, OwnHours, Plan
from onrecord.features.hours.store import HoursStore
from onrecord.features.hours.text import check_plan, check_week, holiday_line, week_lines
from onrecord.features.people.means import Means
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

LONGEST_TEXT = 1000
FURTHEST = timedelta(days=2 * 366)
Texts = Mapping[str, str]
"""What is said while nobody is there, by language."""


Change = Callable[[OwnHours], OwnHours]
"""Makes somebody's hours of those that they had."""


class OfficeHours:
    """Sets and knows all of it; *changed* is told whose own are others. The event loop's."""

    def __init__(
        self, means: Means, store: HoursStore, changed: Callable[[PersonId], Awaitable[None]]
    ) -> None:
        self._read = means.read
        self._write = means.write
        self._entries = means.entries
        self._person = means.person
        self._clock = means.clock
        self._store = store
        self._changed = changed
        self._firm = FirmHours()
        self._own: dict[PersonId, OwnHours] = {}

    async def load(self) -> None:
        """Read what is set. Called before anybody is let in, and after each change."""
        self._firm = await self._read(self._store.firm_hours)
        self._own = await self._read(self._store.own_hours)

    def firm(self) -> FirmHours:
        """Return the firm's."""
        return self._firm

    def own(self, person: PersonId) -> OwnHours:
        """Return what somebody has otherwise; nothing, if nothing."""
        return self._own.get(person, OwnHours())

    def of(self, person: PersonId) -> Hours:
        """Return when somebody is there."""
        plan, own = self._firm.plan, self.own(person)
        if own.week is not None and own.zone is not None:
            plan = Plan(own.zone, own.week, () if plan is None else plan.holidays)
        dates = [at for at in (self._firm.since, own.week_since) if at is not None]
        return Hours(plan, own.absence, max(dates, default=None))

    def when(self, person: PersonId | None) -> Hours:
        """Return when somebody is there; None: the firm."""
        firm = Hours(self._firm.plan, since=self._firm.since)
        return firm if person is None else self.of(person)

    async def set_firm(
        self, actor: Actor, origin: Origin, hours: FirmHours, *, replaces: str
    ) -> None:
        """Record and keep the firm's hours. *replaces*: the version that they were made from.

        Raises BadInput (`bad_zone`, `bad_hours`, `bad_holiday`, `bad_text`), Conflict
        (`hours_changed`), Unavailable (`archive_unavailable`).
        """
        if replaces != self._firm.version:
            detail = "Somebody has changed the office hours meanwhile. Look at them again."
            raise Conflict("hours_changed", detail)
        if hours.plan is not None:
            check_plan(hours.plan)
        _check_texts(hours.texts)
        await self._entries.record(actor, origin, "hours.set", firm_facts(hours), stream=CONFIG)
        dated = hours.after(self._firm, self._clock.now())
        await self._write(self._store.set_firm_hours, dated)
        await self.load()

    async def set_own(self, actor: Actor, origin: Origin, person: PersonId, change: Change) -> None:
        """Record and keep what somebody has otherwise: what *change* makes of what they had.

        Raises BadInput (`bad_zone`, `bad_hours`, `bad_text`, `bad_period`), NotFound
        (`no_such_person`), NotAllowed (`not_an_advisor`), Unavailable (`archive_unavailable`).
        """
        found = await self._person(person)
        if found.role not in ("employee", "advisor") or found.kind != "employee":
            detail = "Only employees and advisors answer clients, and have hours of their own."
            raise NotAllowed("not_an_advisor", detail)
        hours = change(self.own(person))
        self._check_own(hours)
        await self._entries.record(actor, origin, "hours.own_set", own_facts(person, hours))
        dated = hours.after(self.own(person), self._clock.now())
        await self._write(self._store.set_own_hours, person, dated)
        await self.load()
        await self._changed(person)

    def _check_own(self, hours: OwnHours) -> None:
        if (hours.zone is None) != (hours.week is None):
            raise BadInput("bad_hours", "A week of one's own needs its time zone.")
        if hours.zone is not None and hours.week is not None:
            check_week(hours.zone, hours.week)
        _check_texts(hours.texts)
        now, away = self._clock.now(), hours.away
        if away is not None and not max(now, away.starts) < away.until < now + FURTHEST:
            detail = "The absence must end after it begins, not in the past, within two years."
            raise BadInput("bad_period", detail)


def firm_facts(hours: FirmHours) -> Facts:
    """Return what the stream `config` says of the firm's hours."""
    facts: Facts = {f"text_{locale}": text for locale, text in hours.texts.items()}
    if hours.plan is not None:
        facts["zone"] = hours.plan.zone
        facts["week"] = week_lines(hours.plan.week)
        facts["holidays"] = tuple(holiday_line(one) for one in hours.plan.holidays)
    return facts


def own_facts(person: PersonId, hours: OwnHours) -> Facts:
    """Return what the stream `identity` says of somebody's own."""
    facts: Facts = {"person": person}
    facts.update({f"text_{locale}": text for locale, text in hours.texts.items()})
    if hours.zone is not None and hours.week is not None:
        facts["zone"], facts["week"] = hours.zone, week_lines(hours.week)
    if hours.away is not None:
        facts["away_from"] = format_time(hours.away.starts)
        facts["away_until"] = format_time(hours.away.until)
    return facts


def _check_texts(texts: Texts) -> None:
    for text in texts.values():
        if is_blank(text) or len(text) > LONGEST_TEXT or "\r" in text:
            raise BadInput("bad_text", f"A text has 1 to {LONGEST_TEXT} characters.")
