"""Refused sign-ins as few records: the first of a network at once, the others as counts. No I/O.

Guesses from one network cost two rows a minute, however many they are; guesses from any number of
networks cost at most `MOST_ROWS` and one. That last one counts what finds no row left. What could
not be recorded or stored is counted in a later minute. A kill loses the counts of its minute at
most; what was recorded before it stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from onrecord.core.domain.networks import network_of
from onrecord.core.domain.values import Facts

EVERY_S = 60.0
"""How often counts are recorded."""
MOST_ROWS = 100
"""Rows in that time, beside the one that counts the rest."""
MOST_NAMED = 20
"""Different people whom one row names."""


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What is counted together."""

    type: str
    auth: str
    audience: str
    network: str


@dataclass(slots=True)
class _Count:
    count: int = 0
    people: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Row:
    """A minute's refusals of a kind, or the rest of them, to be stored."""

    kind: Kind | None
    counted: _Count
    networks: frozenset[str] = frozenset()

    @property
    def type(self) -> str:
        """Return the record's type."""
        return "sign_in.refused" if self.kind is None else self.kind.type

    @property
    def facts(self) -> Facts:
        """Return what it says."""
        if self.kind is None:
            return _facts(self.counted, {"networks": len(self.networks)})
        return _facts(self.counted, {"network": self.kind.network} | _how(self.kind))


class RefusalCounts:
    """What was refused since the counts were taken last."""

    def __init__(self) -> None:
        self._counts: dict[Kind, _Count] = {}
        self._rows = 0
        self._rest = _Count()
        self._rest_networks: set[str] = set()

    def is_first(self, type: str, address: str, facts: Facts) -> bool:
        """Whether a refusal is to be recorded at once; else it is counted."""
        kind = _kind(type, address, facts)
        if kind not in self._counts and self._rows < MOST_ROWS:
            self._counts[kind] = _Count()
            self._rows += 1
            return True
        self.count(type, address, facts)
        return False

    def count(self, type: str, address: str, facts: Facts) -> None:
        """Count one, as is done with a first one that could not be recorded."""
        kind = _kind(type, address, facts)
        person = facts.get("person")
        people = {person} if isinstance(person, str) else set()
        self._add(kind, _Count(1, people), {kind.network})

    def take(self) -> list[Row]:
        """Begin a new time, and return the rows that count the last one.

        A network of which nothing was counted is forgotten: its next refusal is a first one.
        """
        counts, self._counts = self._counts, {}
        rest, networks = self._rest, self._rest_networks
        self._rest, self._rest_networks, self._rows = _Count(), set(), 0
        counted = [(kind, each) for kind, each in counts.items() if each.count > 0]
        counted.sort(key=lambda one: (-one[1].count, one[0]))
        rows = [Row(kind, each) for kind, each in counted[:MOST_ROWS]]
        for kind, _ in counted[:MOST_ROWS]:
            self._counts[kind] = _Count()  # it goes on: no first one again
            self._rows += 1
        for kind, each in counted[MOST_ROWS:]:
            rest.count += each.count
            networks.add(kind.network)
        if rest.count > 0:
            rows.append(Row(None, rest, frozenset(networks)))
        return rows

    def put_back(self, rows: Iterable[Row]) -> None:
        """Count again what was taken and could not be stored."""
        for row in rows:
            self._add(row.kind, row.counted, row.networks)

    def _add(self, kind: Kind | None, more: _Count, networks: Iterable[str]) -> None:
        into = self._rest if kind is None else self._counts.get(kind, self._rest)
        into.count += more.count
        into.people.update(sorted(more.people)[: max(MOST_NAMED - len(into.people), 0)])
        if into is self._rest:
            room = MOST_ROWS * MOST_ROWS - len(self._rest_networks)
            self._rest_networks.update(sorted(networks)[:room])


def _kind(type: str, address: str, facts: Facts) -> Kind:
    auth, audience = str(facts.get("auth", "")), str(facts.get("audience", ""))
    return Kind(type, auth, audience, network_of(address))


def _how(kind: Kind) -> Facts:
    given: Facts = {"auth": kind.auth, "audience": kind.audience}
    return {name: value for name, value in given.items() if value}


def _facts(counted: _Count, of: Facts) -> Facts:
    facts: Facts = {"count": counted.count, **of}
    if counted.people:
        facts["people"] = tuple(sorted(counted.people))
    return facts
