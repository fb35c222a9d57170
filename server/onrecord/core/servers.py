"""Servers as they name one another: who may record, and since when."""

from datetime import datetime

from msgspec import Struct

from onrecord.core.domain.errors import Fenced, Unavailable

CODE = Fenced.code
"""Of a start that is refused (69), and of a server that was followed (75)."""


class Server(Struct, frozen=True):
    """A server that records, as another one can name it. `data` is its data directory."""

    host: str
    data: str
    lock: str
    """Names its data directory's lock on this boot of its machine: no copy has the same name."""
    key_store: str


class Tenure(Struct, frozen=True):
    """Who may record. While that server lives, `beat` or `epoch` moves; None: nobody does."""

    epoch: int
    beat: int
    server: Server | None = None
    since: datetime | None = None


def another_server(seen: Tenure) -> Unavailable:
    """Return the refusal of a start beside a server that records."""
    who = _named(seen)
    detail = "Another server records with this database."
    return Unavailable(CODE, detail if who is None else f"Another server, {who}, records here.")


def fenced(seen: Tenure) -> Fenced:
    """Return why a process ends that does not record any more."""
    who = _named(seen)
    if who is None:
        return Fenced()
    return Fenced(f"Another server, {who}, records here: this one records nothing more and ends.")


def _named(seen: Tenure) -> str | None:
    if seen.server is None or seen.since is None:
        return None
    server, since = seen.server, f"{seen.since:%Y-%m-%d %H:%M:%S} UTC"
    return f"on {server.host} ({server.data}) since {since}"
