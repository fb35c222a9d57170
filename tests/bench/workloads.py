"""The workloads of `make bench`."""

from dataclasses import dataclass
from typing import Any

from tests.rig.installation import Installation


@dataclass(frozen=True)
class Workload:
    """Who is connected, who sends, how fast. `rate` 0 is closed loop with `in_flight` a sender."""

    name: str
    kind: str
    rate: int
    in_flight: int = 0
    seconds: float = 6.0

    def plan(self, made: Installation, *, bare: bool) -> dict[str, Any]:
        """Return what the load generator is told; *bare*: no tokens."""
        clients = self._room(made) if self.kind == "room" else self._pairs(made)
        for name, client in clients:
            if not bare:
                client["token"] = made.tokens[name]
        return {
            "host": "chat.localhost",
            "rate": self.rate,
            "in_flight": self.in_flight,
            "seconds": self.seconds,
            "count": len(clients),
            "clients": [client for _, client in clients],
        }

    def _room(self, made: Installation) -> list[tuple[str, dict[str, Any]]]:
        room = made.groups["Room"]
        names = sorted(made.people)[:100]
        return [(name, {"rooms": [room], "sends": n < 20}) for n, name in enumerate(names)]

    def _pairs(self, made: Installation) -> list[tuple[str, dict[str, Any]]]:
        names = sorted(made.people)
        clients = []
        for one, other in zip(names[::2], names[1::2], strict=True):
            conv = made.direct(one, other)
            clients.append((one, {"rooms": [conv], "sends": True}))
            clients.append((other, {"rooms": [conv], "sends": False}))
        return clients


WORKLOADS = (
    Workload("W1-50", "room", 50),
    Workload("W1-1000", "room", 1000),
    Workload("W1-closed", "room", 0, 16),
    Workload("W2-1000", "pairs", 1000),
    Workload("W2-closed", "pairs", 0, 4),
)
