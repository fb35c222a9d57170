"""What somebody says of themself to their colleagues: not to be disturbed, a few words, until when.

Each is a record of the stream `identity`, with all that holds from then on. Clients see nobody's.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.values import Actor, Facts, Origin
from onrecord.features.people.means import Means
from onrecord.features.people.people import is_line
from onrecord.features.people.status_store import StatusStore
from onrecord_archive.events.ids import PersonId
from onrecord_archive.format.record import format_time

LONGEST = 80
"""Characters of a text."""
FURTHEST = timedelta(days=366)


class Status(Struct, frozen=True):
    """`quiet`: do not disturb. `until`: it is over then; None: it holds until it is changed."""

    text: str | None = None
    quiet: bool = False
    until: datetime | None = None


class Statuses:
    """Sets them. *changed* is told of whose status is another now."""

    def __init__(
        self, means: Means, store: StatusStore, changed: Callable[[PersonId], Awaitable[None]]
    ) -> None:
        self._write = means.write
        self._entries = means.entries
        self._clock = means.clock
        self._store = store
        self._changed = changed

    async def set(self, actor: Actor, origin: Origin, status: Status) -> None:
        """Record and keep one's own; an empty one takes it away.

        Raises BadInput (`bad_text`, `bad_period`), Unavailable (`archive_unavailable`).
        """
        self._check(status)
        facts = status_facts(actor.id, status)
        await self._entries.record(actor, origin, "status.set", facts)
        await self._write(
            self._store.set_status, actor.id, status.text, status.until, quiet=status.quiet
        )
        await self._changed(actor.id)

    def _check(self, status: Status) -> None:
        if status.text is not None and not is_line(status.text, LONGEST):
            raise BadInput("bad_text", f"A status is one line of 1 to {LONGEST} characters.")
        now = self._clock.now()
        if status.until is not None and not now < status.until < now + FURTHEST:
            raise BadInput("bad_period", "A status ends later than now, and within a year.")


def status_facts(person: PersonId, status: Status) -> Facts:
    """Return what the stream `identity` says of a status."""
    facts: Facts = {"person": person}
    if status.text is not None:
        facts["text"] = status.text
    if status.quiet:
        facts["quiet"] = True
    if status.until is not None:
        facts["until"] = format_time(status.until)
    return facts
