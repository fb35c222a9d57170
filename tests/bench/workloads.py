"""The workloads of `make bench`: who is connected, who sends, how fast."""

from dataclasses import dataclass
from typing import Any, Literal

from tests.rig.installation import Installation

ROOM, SENDERS, PAIRS = 100, 20, 200
"""W1: a room of so many, of whom so many send. W2: so many pairs."""
Client = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Workload:
    """`rate` 0 is closed loop with `in_flight` a sender. `unit`: what the CPU is counted by."""

    name: str
    title: str
    kind: Literal["room", "pairs", "lobby"]
    rate: int = 0
    in_flight: int = 0
    seconds: float = 6.0
    settle: float = 0.0
    unit: Literal["delivery", "connect"] = "delivery"

    def plan(self, made: Installation, *, bare: bool) -> dict[str, Any]:
        """Return what the load generator is told; *bare*: no tokens."""
        clients = self._clients(made)
        for client in clients:
            if not bare:
                client["token"] = made.tokens[client["name"]]
        return {
            "host": "chat.localhost",
            "rate": self.rate,
            "in_flight": self.in_flight,
            "seconds": self.seconds,
            "settle": self.settle,
            "marks": self.kind != "lobby",
            "clients": clients,
        }

    def _clients(self, made: Installation) -> list[Client]:
        names = sorted(made.people)
        if self.kind == "room":
            room = made.groups["Room"]
            return [_client(name, room, sends=n < SENDERS) for n, name in enumerate(names[:ROOM])]
        clients = []
        for one, other in pairs_of(names):
            conv = made.direct(one, other)
            clients += [_client(one, conv, sends=self.kind == "pairs"), _client(other, conv)]
        return clients if self.kind == "lobby" else clients[: 2 * PAIRS]


def pairs_of(names: list[str]) -> list[tuple[str, str]]:
    """Return who talks to whom, one to one."""
    return list(zip(names[::2], names[1::2], strict=True))


def _client(name: str, conv: str, *, sends: bool = False) -> Client:
    return {"name": name, "rooms": [conv], "sends": sends}


WORKLOADS = (
    Workload("W1-50", "one room of 100, 20 send, 50 messages a second", "room", 50),
    Workload("W1-1000", "the same at 1,000 a second", "room", 1000),
    Workload("W1-closed", "the same, each sender keeps 16 in flight", "room", 0, 16),
    Workload("W2-1000", "200 pairs, one side sends, 1,000 a second", "pairs", 1000),
    Workload("W2-closed", "the same, each sender keeps 4 in flight", "pairs", 0, 4),
    Workload("W3", "1,000 clients connect", "lobby", seconds=1, settle=2, unit="connect"),
)
