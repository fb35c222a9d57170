"""The key stores at start, while serving and for `onrecord keys fill`.

At start (1) each registered store must be there: none is made here, since an empty one in the
place of a volume that is not mounted would pass for whole; (2) it must have the schema of a key
store and no other, and no row without its sealed key; (3) stores that differ get what the others
have and the log names (logged_keys.py); (4) each must have the keys of a sample of the log's
records, the newest included. The auditor compares every key leaf, and `onrecord doctor` every key
that the database knows.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from onrecord.app.logged_keys import LoggedKeys
from onrecord.app.settings.model import Settings
from onrecord.core.domain.errors import Conflict, RefuseToStart, Unavailable
from onrecord.core.servers import Server
from onrecord.core.store.key_use import KeyUse, KeyUseStore
from onrecord.database.database import Database
from onrecord.observability.logs import Log
from onrecord_archive.format.errors import CannotOpen, Unreadable
from onrecord_archive.format.key_table import (
    connect_read_only,
    count_keys,
    first_lacking,
    require_untampered,
)
from onrecord_archive.format.layout import TAILS
from onrecord_archive.writer.in_place import left_beside
from onrecord_archive.writer.key_fill import Named, fill_key_store, make_key_store
from onrecord_archive.writer.key_store import KeyStore

UNPUBLISHED = 4096
"""Entries beyond the published position that a start looks at: more than a batch has."""


def registered(settings: Settings) -> tuple[Path, ...]:
    """Return the paths of the key stores, the first one first."""
    return (settings.keys.store, *settings.keys.copies)


def whole_key_stores(settings: Settings, database: Database, log: Log) -> tuple[Path, ...]:
    """Return the registered stores, once all are whole.

    Raises RefuseToStart (`key_store_missing`, `key_store_twice`, `key_store_damaged`,
    `key_store_tampered`, `key_store_incomplete`), Unavailable, Corrupt (of the log), WriteFailed,
    SyncFailed.
    """
    paths = registered(settings)
    for path in paths:
        if not _is_there(path):
            raise _missing(path)
    require_distinct(paths)
    used, named = _newest_keys(settings, database), LoggedKeys(settings.archive.directory, database)
    if len({_count(path) for path in paths}) > 1 or _lacking(paths, used):
        for path, changed in _equalise(paths, paths, named):
            log.warning("key_store_filled", path=str(path), count=changed)
    _require_keys(paths, used, _recorder(settings, database))
    return paths


def _newest_keys(settings: Settings, database: Database) -> KeyUse:
    """Return a sample of the keys of published records, and those of what a crash left unpublished.

    The server before may have been another one, whose store alone has the latter.
    """
    lost = settings.keys.lost_below
    used = KeyUseStore(database).sample(lost)
    if not (settings.archive.directory / TAILS).is_dir():
        return used
    left = LoggedKeys(settings.archive.directory, database).beyond(used.position, UNPUBLISHED)
    left = {key: index for key, index in left.items() if index >= lost}
    end = max([used.position, *(index + 1 for index in left.values())])
    return KeyUse(left | used.keys, end)


def require_distinct(paths: Sequence[Path]) -> None:
    """Raise RefuseToStart (`key_store_twice`) where two paths lead to one file.

    It is one copy, and takes no key twice.
    """
    seen: dict[object, Path] = {}
    for path in paths:
        names: list[object] = [path.resolve()]
        with suppress(OSError):
            found = path.stat()
            names.append((found.st_dev, found.st_ino))
        for name in names:
            if (other := seen.setdefault(name, path)) is not path:
                raise RefuseToStart(
                    "key_store_twice",
                    f"The key stores {other} and {path} are one file.",
                    "Name each in the settings once (keys.store, keys.copies), on a volume of its"
                    " own.",
                )


def check_key_stores(stores: Sequence[KeyStore], used: KeyUse) -> None:
    """Raise Unavailable or RefuseToStart unless each open store is at its path, with these keys."""
    for store in stores:
        if not store.in_place():
            raise Unavailable("key_store_unavailable", f"{store.path} was moved away.")
        _count(store.path)
    _require_keys([store.path for store in stores], used)


def fill_key_stores(
    settings: Settings,
    database: Database,
    advance: Callable[[int, int], None] = lambda done, total: None,
    others: Sequence[Path] = (),
) -> list[tuple[Path, int | None]]:
    """Make each registered store that is missing, and give every one the keys that it lacks.

    They come from one another and from *others*, which are only read. Return the stores that
    changed, each with the number of keys that it got (None: it was made). No server may run. Raises
    as `whole_key_stores`; `key_store_missing` where a folder is missing.
    """
    paths = registered(settings)
    require_distinct(paths)
    named = LoggedKeys(settings.archive.directory, database)
    used = KeyUseStore(database).every(settings.keys.lost_below)
    there = [path for path in paths if _is_there(path)]
    recorder = _recorder(settings, database)
    if not there and not others and used.keys:
        raise _incomplete(paths[0], min(used.keys.values()), used.position, recorder)
    sources = [*there, *others]
    for path in sources:
        _count(path)
    changed: list[tuple[Path, int | None]] = []
    for done, path in enumerate(paths):
        advance(done, len(paths))
        if path in there:
            changed += _equalise([path], sources, named)
        else:
            new_key_store(path, sources, named)
            changed.append((path, None))
    advance(len(paths), len(paths))
    _require_keys(paths, used, recorder)
    return changed


def new_key_store(
    path: Path, sources: Iterable[Path] = (), named: Named = lambda key_id: None
) -> None:
    """Make a key store with every key of *sources* that the log names.

    Raises RefuseToStart (`key_store_missing`: there is no such folder; `key_store_damaged`),
    Conflict (`exists`: another store left something beside it), WriteFailed, SyncFailed.
    """
    require_nothing_beside(path)
    if not path.parent.is_dir():
        raise RefuseToStart(
            "key_store_missing",
            f"There is no folder {path.parent} for the key store {path.name}.",
            "Mount its volume; on a new one make the folder, for OnRecord's own user, mode 0700.",
        )
    try:
        make_key_store(path, sources, named)
    except Unreadable as error:
        raise _damaged(str(error)) from error


def require_nothing_beside(path: Path) -> None:
    """Raise Conflict (`exists`) where another store left a WAL: it would go into this one."""
    if (left := left_beside(path)) is not None:
        detail = f"{left} exists, and belongs to another key store. Move it away first."
        raise Conflict("exists", detail)


def _is_there(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file()
    return False


def _equalise(
    paths: Sequence[Path], sources: Sequence[Path], named: Named
) -> list[tuple[Path, int | None]]:
    """Give stores what the others have; return those that changed, and by how many keys."""
    filled: list[tuple[Path, int | None]] = []
    for path in paths:
        try:
            changed = fill_key_store(path, [other for other in sources if other != path], named)
        except Unreadable as error:
            raise _damaged(str(error)) from error
        if changed:
            filled.append((path, changed))
    return filled


def require_untouched(path: Path) -> None:
    """Read a store whole, which a server may have open.

    Raises RefuseToStart (`key_store_damaged`, `key_store_tampered`).
    """
    _count(path, read_rows=True)


def _count(path: Path, *, read_rows: bool = False) -> int:
    """Return how many rows a store has, each of them sealed, in our schema."""
    try:
        with closing(connect_read_only(path)) as connection:
            require_untampered(connection, read_rows=read_rows)
            return count_keys(connection)
    except Unreadable as error:
        raise _damaged(f"{path} cannot be read as a key store") from error
    except CannotOpen as error:
        raise RefuseToStart(
            "key_store_tampered",
            f"{path}: {error}. OnRecord does not do this: somebody changed this file.",
            "Keep the file for those who look into it: move it away, with its -wal and -shm where "
            "they are there, then make it from the others: "
            "onrecord keys fill. If it is the only one, first put `store.db` of the keys' backup "
            "in its place.",
        ) from error


def _damaged(what: str) -> RefuseToStart:
    return RefuseToStart(
        "key_store_damaged",
        f"{what}.",
        "Move it away, with its -wal and -shm where they are there, not over another one. Then "
        "make it from the others: onrecord keys fill. "
        "If it is the only one, first put `store.db` of the keys' backup in its place.",
    )


Recorder = Callable[[int], Server | None]
"""Gives the other server that archived an entry; None: it was this one, or nobody knows."""


def _recorder(settings: Settings, database: Database) -> Recorder:
    own = (socket.gethostname(), str(settings.keys.store.resolve()))

    def recorder(index: int) -> Server | None:
        found = KeyUseStore(database).recorder(index)
        return None if found is None or (found.host, found.key_store) == own else found

    return recorder


def _require_keys(
    paths: Sequence[Path], used: KeyUse, recorder: Recorder = lambda index: None
) -> None:
    if lacking := _lacking(paths, used):
        raise _incomplete(*lacking, used.position, recorder)


def _lacking(paths: Sequence[Path], used: KeyUse) -> tuple[Path, int] | None:
    """Return the first store that lacks one of these keys, and a record under it."""
    for path in paths:
        try:
            with closing(connect_read_only(path)) as connection:
                lacking = first_lacking(connection, used.keys)
        except Unreadable as error:
            raise Unavailable("key_store_unavailable", f"{path} cannot be read.") from error
        if lacking is not None:
            return path, used.keys[lacking]
    return None


def _missing(path: Path) -> RefuseToStart:
    return RefuseToStart(
        "key_store_missing",
        f"The key store {path} is missing.",
        "Mount its volume. If it is new, or lost for good, make it from the others: "
        "onrecord keys fill",
    )


def _incomplete(path: Path, index: int, position: int, recorder: Recorder) -> RefuseToStart:
    lost = f"If those keys are lost for good, say so in the settings: keys.lost_below = {position}"
    if (other := recorder(index)) is not None:
        return RefuseToStart(
            "key_store_incomplete",
            f"{path} lacks the data key of record {index}. The server on {other.host} "
            f"({other.data}) archived that record: its key store {other.key_store} has the key.",
            f"On {other.host} run: onrecord --data {other.data} backup keys DIRECTORY. Bring "
            "DIRECTORY/store.db here, then run: onrecord keys fill --from store.db. " + lost,
        )
    return RefuseToStart(
        "key_store_incomplete",
        f"{path} lacks the data key of record {index}, and no other key store has it: without "
        "it the record never opens.",
        "Move it away, with its -wal and -shm where they are there, and put the newest `store.db` "
        "of the keys' backups in its place, then: onrecord keys fill. " + lost,
    )
