"""Another server takes over, as its start does, or would."""

from datetime import UTC, datetime

from onrecord.app.events import TABLES
from onrecord.core.servers import Server
from onrecord.core.store.journal import JournalStore
from onrecord.database.database import Database

HERE = Server("here.example", "/srv/here", "boot/1/1", "/srv/here/keys/store.db")
ELSEWHERE = Server("elsewhere.example", "/srv/copy", "boot/1/2", "/srv/copy/keys/store.db")
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def take_over(store: JournalStore, server: Server = HERE) -> int:
    """Make this the store of the server that records, whoever did; return the epoch.

    The one before may say in between that it lives: then it is asked again.
    """
    while (taken := store.take_over(store.tenure(), server, AT)) is None:
        pass
    return taken


def another_takes_over(database: Database) -> int:
    """Have another server take over; return its epoch."""
    return take_over(JournalStore(database, TABLES), ELSEWHERE)


def beside(store: JournalStore, database: Database) -> JournalStore:
    """Return a store of the same server, on other connections."""
    other = JournalStore(database, TABLES)
    other._name, other._epoch = store._name, store._epoch
    return other
