"""Who may have a connection: so many of a network that have not signed in, so many in all.

A stranger's connection is one on which nobody has proved who they are. Where there are too many,
the oldest that waits for its client goes, of the same network or of all: so whoever opens
connections without end closes their own. What a whole request is being answered on goes last: first
whoever has read nothing of the answer for longest, then the oldest. Who has signed in is not cut,
nor a connection that has just come: where nobody can go, the new one is refused, and nobody goes.
People have so many each, beyond which their connections count as a stranger's.

Nothing here waits, and everything belongs to the event loop.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Literal

from onrecord.core.domain.clock import Clock
from onrecord.core.rate_limiter import Allowance, RateLimiter

CRUMBS = Allowance(3, 20.0)
"""How often a network may send a body in crumbs before its chunked ones are refused unread."""
LOOK = 512
"""So many of the oldest are looked at for one that can go: a full house costs no more to each who
comes."""
Full = Literal["network_full", "all_full"]


@dataclass(frozen=True, slots=True)
class AdmissionOptions:
    """How many connections there may be: of a network's strangers, of a person, in all.

    `spared_s`: seconds for which a connection is not cut for another. Many who come at once, after
    a restart, would else cut each other off.
    """

    per_network: int = 512
    per_person: int = 32
    total: int = 10_000
    spared_s: float = 1.0


class Admitted:
    """A connection as it is counted. *cut* closes it without a word, soon."""

    def __init__(self, since: float, cut: Callable[[], None]) -> None:
        self.network: str | None = None
        """Of whoever connects; None while a proxy has not said it."""
        self.person: str | None = None
        """Who has proved who they are."""
        self.since = since
        """When it was accepted, by the admission's clock."""
        self.stalled_since: float | None = None
        """When its client stopped to read what waits for them, by the admission's clock."""
        self.busy: Callable[[], bool] = _never
        """Set by the protocol: whether a whole request is being answered."""
        self.cut = cut


class Admission:
    """All connections of a process over TCP. *full* hears each time that one is too many."""

    def __init__(
        self,
        options: AdmissionOptions,
        *,
        clock: Clock,
        full: Callable[[Full], None],
    ) -> None:
        self._options = options
        self._clock = clock
        self._full = full
        self._crumbs = RateLimiter(clock)
        self._all: set[Admitted] = set()
        self._strangers: dict[Admitted, None] = {}  # the oldest first
        self._networks: dict[str, dict[Admitted, None]] = {}
        self._people: Counter[str] = Counter()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._all)

    def strangers(self, network: str) -> int:
        """How many of a network have not signed in."""
        return len(self._networks.get(network, ()))

    def admit(self, one: Admitted) -> bool:
        """Count a connection, cutting another for it where there are too many. False: refused."""
        network = one.network
        if network is not None and self._is_full(network):  # who goes leaves a place in all as well
            if not self._place(one, network):
                return False
        else:
            if len(self._all) >= self._options.total:
                self._full("all_full")
                if not self._make_room(self._strangers):
                    return False
            if network is not None:
                self._place(one, network)
        self._all.add(one)
        self._strangers[one] = None
        return True

    def move(self, one: Admitted, network: str) -> bool:
        """Count a connection to the network that its proxy names, as `admit` does."""
        one.network = network
        return self._place(one, network)

    def know(self, one: Admitted, person: str) -> None:
        """Note who it is: counted no longer to their network."""
        if one.person is not None or one not in self._all:
            return
        if self._people[person] < self._options.per_person:
            one.person = person
            self._people[person] += 1
            self._strangers.pop(one, None)
            self._leave(one)

    def crumbled(self, network: str) -> None:
        """Note that a network sent a body in crumbs."""
        self._crumbs.count((network, CRUMBS))

    def has_crumbled(self, network: str) -> bool:
        """Whether it did so too often: its chunked bodies are then refused unread.

        Browsers declare a length, so nobody beside a flood is kept out.
        """
        return self._crumbs.wait_s((network, CRUMBS)) > 0.0

    def forget(self, one: Admitted) -> None:
        """Note that a connection is gone. May be told twice."""
        if one not in self._all:
            return
        self._all.discard(one)
        self._strangers.pop(one, None)
        if one.person is None:
            self._leave(one)
            return
        self._people[one.person] -= 1
        if not self._people[one.person]:
            del self._people[one.person]

    def _is_full(self, network: str) -> bool:
        return len(self._networks.get(network, ())) >= self._options.per_network

    def _place(self, one: Admitted, network: str) -> bool:
        if self._is_full(network):
            self._full("network_full")
            if not self._make_room(self._networks[network]):
                return False
        self._networks.setdefault(network, {})[one] = None
        return True

    def _leave(self, one: Admitted) -> None:
        others = self._networks.get(one.network or "", {})
        others.pop(one, None)
        if not others:
            self._networks.pop(one.network or "", None)

    def _make_room(self, among: dict[Admitted, None]) -> bool:
        """Cut one of these that can be. False: none can."""
        goes = self._goes(islice(among, LOOK))
        if goes is None:
            return False
        goes.cut()
        self.forget(goes)
        return True

    def _goes(self, among: Iterable[Admitted]) -> Admitted | None:
        """Return who goes first of these, the oldest of which come first; None: nobody."""
        before = self._clock.monotonic() - self._options.spared_s
        answering: Admitted | None = None
        waits = inf
        for each in among:
            if each.since > before:
                break
            if not each.busy():
                return each
            since = inf if each.stalled_since is None else each.stalled_since
            if answering is None or since < waits:
                answering, waits = each, since
        return answering


def _never() -> bool:
    return False
