"""The fingerprint of the server's own secret, as the database knows it."""

from onrecord.database.database import Database
from onrecord.database.statements import sql

KNOWN = sql("SELECT sha256 FROM server_key")
KEEP = sql(
    """INSERT INTO server_key (id, sha256) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET sha256 = excluded.sha256"""
)


def known_fingerprint(database: Database) -> bytes | None:
    """Return it, 32 bytes; None before the first start. Raises as `Database.reading` does."""
    with database.reading() as tx:
        found = tx.one(KNOWN)
    return None if found is None else bytes(found[0])


def keep_fingerprint(database: Database, fingerprint: bytes) -> None:
    """Write it, durably, in the place of another. Raises as `Database.writing` does."""
    with database.writing() as tx:
        tx.run(KEEP, (fingerprint,))
