"""The server's own secret is the one that the database knows."""

import os

from onrecord.app.settings.keys import SECRET_BYTES, ServerKey, server_key
from onrecord.app.settings.paths import DataPaths, write_private
from onrecord.core.domain.errors import Conflict
from onrecord.core.store.server_key import keep_fingerprint, known_fingerprint
from onrecord.database.database import Database


def own_server_key(paths: DataPaths, database: Database) -> ServerKey:
    """Return the key of `secrets/server.key`. The first start of all writes its fingerprint.

    So does the first one on a database from before fingerprints. Blocks. Raises RefuseToStart
    (`key_damaged`, `secret_unreadable`, `secret_exposed`) and what the database raises.
    """
    known = known_fingerprint(database)
    key = server_key(paths, known)
    if known is None:
        keep_fingerprint(database, key.fingerprint())
    return key


def renew_server_key(paths: DataPaths, database: Database) -> None:
    """Make another key where the file is missing; the database knows that one from then on.

    A kill between file and database leaves a start that refuses: it is done again, with the file
    moved away. Blocks. Raises Conflict (`exists`) and what the database raises.
    """
    key = ServerKey(os.urandom(SECRET_BYTES))
    try:
        write_private(paths.server_key, key.encode())
    except FileExistsError as error:
        detail = f"{paths.server_key} exists. Move it away first; nothing is ever replaced."
        raise Conflict("exists", detail) from error
    keep_fingerprint(database, key.fingerprint())
