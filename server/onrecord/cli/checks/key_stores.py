"""Has every key store every data key that records lie under, as the log names it?"""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

from onrecord.app.key_stores import registered, require_distinct
from onrecord.app.logged_keys import LoggedKeys
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.core.domain.errors import OnRecordError, RefuseToStart
from onrecord.core.store.key_use import KeyUseStore
from onrecord.database.database import Database
from onrecord_archive.format.errors import ArchiveError, CannotOpen, Unreadable
from onrecord_archive.format.key_table import (
    connect_read_only,
    every_key_id,
    require_key,
    require_schema,
    require_untampered,
)
from onrecord_archive.format.leaf import KeyLeaf

FILL = "Mount it; if it is new or lost for good, stop the server and run: onrecord keys fill"
RESTORE = (
    "Stop the server, move it away, with its -wal and -shm where they are there, put the newest "
    "`store.db` of the keys' backups in its place, then run: onrecord keys fill"
)
TAMPERED = (
    "Somebody changed this file. Keep it for those who look into it: stop the server, move it "
    "away, with its -wal and -shm where they are there, then run: onrecord keys fill"
)

Used = Mapping[bytes, KeyLeaf | None]
"""The keys that records lie under, each with its leaf as far as the log can be read."""


def check_key_stores(settings: Settings) -> list[Finding]:
    """Compare all keys. What the database knows is read first: new keys come into stores first."""
    lost_below = settings.keys.lost_below
    used = _used(settings, lost_below)
    held: dict[Path, set[bytes]] = {}
    findings = []
    try:
        require_distinct(registered(settings))
    except RefuseToStart as error:
        findings.append(failed("key store", error.detail, error.diagnostics))
    for path in registered(settings):
        try:
            with closing(connect_read_only(path)) as connection:
                require_schema(connection)  # through another one nothing is read
                findings += _changed(path, connection, used)
                held[path] = every_key_id(connection)
        except CannotOpen as error:
            findings.append(_tampered(path, error))
        except Unreadable:
            findings.append(failed("key store", f"{path} is missing or cannot be read.", FILL))
    anywhere = set[bytes]().union(*held.values())
    for path, keys in held.items():
        if lost := used.keys() - keys:
            detail = f"{path} lacks {len(lost)} data keys that records lie under."
            findings.append(failed("key store", detail, RESTORE if lost - anywhere else FILL))
    if lost_below:
        detail = f"Records below {lost_below} may never open: keys.lost_below says so."
        findings.append(warning("lost keys", detail, "Remove it once their keys were restored."))
    if not findings:
        findings.append(ok("key store", f"{len(held)} with the keys of every record."))
    return findings


def _changed(path: Path, connection: Connection, used: Used) -> list[Finding]:
    """Return what is wrong with the rows that are there, the first of it."""
    try:
        require_untampered(connection)
        for key_id in every_key_id(connection) & used.keys():
            if (leaf := used[key_id]) is not None:
                require_key(connection, leaf)
    except CannotOpen as error:
        return [_tampered(path, error)]
    return []


def _tampered(path: Path, error: CannotOpen) -> Finding:
    return failed("key store", f"{path}: {error}.", TAMPERED)


def _used(settings: Settings, first: int) -> Used:
    """Return the keys of all published records; none where there is no database to ask."""
    try:
        with closing(Database(storage_options(settings))) as database:
            named = LoggedKeys(settings.archive.directory, database)
            return {key: _named(named, key) for key in KeyUseStore(database).every(first).keys}
    except OnRecordError:  # check_database says what is wrong with it
        return {}


def _named(named: LoggedKeys, key_id: bytes) -> KeyLeaf | None:
    try:
        return named(key_id)
    except (ArchiveError, OnRecordError):  # what is wrong with the log is the verifier's to say
        return None
