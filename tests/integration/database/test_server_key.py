"""The database knows the fingerprint of the server's own secret, one at a time."""

from onrecord.core.store.server_key import keep_fingerprint, known_fingerprint
from onrecord.database.database import Database


def test_it_knows_none_at_first_and_then_the_last_one_it_was_given(database: Database) -> None:
    assert known_fingerprint(database) is None
    for fingerprint in (bytes(32), bytes(range(32))):
        keep_fingerprint(database, fingerprint)
        assert known_fingerprint(database) == fingerprint
