"""Bring accounts to where the streams say they are, after an older database came back.

Secrets are not on the record: who got a new password since needs a link, every session and link
ends, and tokens that were made since are gone. What waited for a second person or a time is over,
and who has ever done anything counts as enrolled, so that nobody alone can become them. All of it
can be done twice. What each entry does stands in the features (EFFECTS, SAFE); app joins them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from onrecord.core.domain.values import SystemEntry
from onrecord.database.database import Database
from onrecord.database.statements import Tx, Value
from onrecord_archive.events.ids import PersonId, StreamId

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Doing:
    """Where an entry is applied: the transaction, the firm's name, the time of the adoption."""

    tx: Tx
    firm: str
    at: datetime


Effect = Callable[[Doing, Facts], None]
"""What an entry does to the tables of one feature."""
Effects = Mapping[str, Effect]
"""By an entry's type."""
Safe = Callable[[Tx, datetime], None]
"""Ends what may have been lost since: sessions, links, what waits."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a system stream says."""

    said: SystemEntry
    applied: bool = False
    """Whether this database has done it once: what was set or made since is still there."""


@dataclass(frozen=True, slots=True)
class Restoring:
    """How accounts follow their streams.

    effects: what each type of entry does, in the order of the features. once: types that only end
    something: done again, they would end what came since.
    """

    streams: frozenset[StreamId]
    effects: Mapping[str, Sequence[Effect]]
    once: frozenset[str]
    safe: Sequence[Safe]

    def apply(self, tx: Tx, entries: Iterable[Entry], *, firm: str, at: datetime) -> None:
        """Apply entries, in order. Raises RowRefused when two people have one user name."""
        doing = Doing(tx, firm, at)
        for entry in entries:
            if entry.applied and entry.said.type in self.once:
                continue
            for effect in self.effects.get(entry.said.type, ()):
                effect(doing, entry.said.facts)

    def make_safe(self, tx: Tx, at: datetime) -> None:
        """End every session, ticket, subscription and link, and all that waits."""
        for safe in self.safe:
            safe(tx, at)

    def restore(
        self, database: Database, entries: Collection[SystemEntry], *, firm: str, at: datetime
    ) -> None:
        """Apply entries in one transaction, then make all safe. Raises RowRefused as `apply`."""
        with database.writing() as tx:
            self.apply(tx, [Entry(entry) for entry in entries], firm=firm, at=at)
            self.make_safe(tx, at)

    def forget_sessions(self, database: Database, at: datetime) -> None:
        """Make all safe: who has a session or a link may have lost it since."""
        with database.writing() as tx:
            self.make_safe(tx, at)


def person_of(facts: Facts) -> PersonId:
    """Return whom an entry is about."""
    return PersonId(str(facts["person"]))


def values(facts: Facts, *names: str) -> list[Value]:
    """Return members of an entry as parameters of a statement; None for what it does not say."""
    return [None if facts.get(name) is None else str(facts[name]) for name in names]
