"""The goals of `make bench`, and how they are scaled to the machine.

Absolute goals hold where the baseline costs 12 microseconds of CPU a delivery in W1 at 50 messages
a second. Elsewhere rates are divided, and times multiplied, by measured / 12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

REFERENCE_US = 12.0
Scaling = Literal["none", "rate", "time"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be: at most `limit`, or at least where `least`."""

    figure: str
    limit: float
    least: bool = False
    scaling: Scaling = "none"

    def scaled(self, slowness: float) -> float:
        """Return the limit on a machine that is so many times slower than the goals' one."""
        if self.scaling == "rate":
            return self.limit / slowness
        return self.limit * slowness if self.scaling == "time" else self.limit

    def met(self, value: float, slowness: float) -> bool:
        """Whether a figure is good enough on this machine."""
        scaled = self.scaled(slowness)
        return value >= scaled if self.least else value <= scaled


def at_most(figure: str, limit: float, scaling: Scaling = "none") -> Goal:
    """Return a goal that is met from below."""
    return Goal(figure, limit, scaling=scaling)


def accepted(rate: float) -> Goal:
    """Return the goal of so many durable messages a second."""
    return Goal("accepted_s", rate, least=True, scaling="rate")


HALF = Goal("bare_ratio", 0.5, least=True)
"""A hook is at least half as fast as the bare client with as many under way."""
LOOP = Goal("loop_ratio", 1.0, least=True)
"""A hook is at least as fast as people can be in the same run: it never falls behind for long."""
FLAT = at_most("own_ratio", 1.1)
"""Memory does not grow with what was delivered."""

GOALS: Mapping[str, tuple[Goal, ...]] = {
    "W1-50": (at_most("cpu_ratio", 2.0),),
    "W1-closed": (at_most("cpu_ratio", 0.5), accepted(4000)),
    "W2-1000": (at_most("ack_p99_ms", 25, "time"), at_most("deliver_p99_ms", 30, "time")),
    "W2-closed": (accepted(4000),),
    "W3": (at_most("cpu_ratio", 2.0), at_most("kib_a_client", 96)),
    "strangers": (at_most("attacked_p95_ms", 250),),
    "one-person": (at_most("attacked_p95_ms", 250),),
    "search-100k": (at_most("search_p95_s", 2.0),),
    "chat-search-1m": (at_most("chat_search_p95_s", 0.2),),
    "chat-search-1m-pg": (at_most("chat_search_p95_s", 0.2),),
    "client-load": (at_most("first_load_kb", 150),),
    "client-open": (at_most("open_cached_p95_ms", 100), at_most("open_server_p95_ms", 300)),
    "client-echo": (at_most("echo_p95_ms", 50),),
    "client-scroll": (Goal("frames_s", 59, least=True),),
    "client-memory": (at_most("heap_ratio", 1.2),),
    "ready-100k": (at_most("ready_s", 3.0, "time"),),
    "ready-1m": (at_most("ready_s", 5.0, "time"),),
    "drain-replica": (LOOP, FLAT),
    "drain-directory": (LOOP, FLAT),
    "drain-directory-1": (HALF, FLAT),
    "drain-webhook": (HALF, FLAT),
    "drain-s3": (HALF, FLAT),
    "drain-mail": (HALF, FLAT),
    "drain-nats": (HALF, FLAT),
    "drain-kafka": (LOOP, FLAT),
    "drain-siem": (HALF, FLAT),
    "backfill-1m": (FLAT,),
}
"""By row."""
