"""Has every key store every data key: each that the database knows, and each of the others?"""

from contextlib import closing
from pathlib import Path

from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.compose.key_stores import registered
from onrecord.domain.errors import OnRecordError
from onrecord.settings.model import Settings
from onrecord.settings.options import storage_options
from onrecord.storage.database import Database
from onrecord.storage.key_use_store import KeyUseStore
from onrecord_archive.errors import Unreadable
from onrecord_archive.key_table import connect_read_only, every_key_id

FILL = "Mount it; if it is new or lost for good, stop the server and run: onrecord keys fill"
RESTORE = (
    "Stop the server, put the newest `store.db` of the keys' backups in its place, then run: "
    "onrecord keys fill"
)


def check_key_stores(settings: Settings) -> list[Finding]:
    """Compare all keys. What the database knows is read first: new keys come into stores first."""
    lost_below = settings.keys.lost_below
    used = _used(settings, lost_below)
    held: dict[Path, set[bytes]] = {}
    findings = []
    for path in registered(settings):
        try:
            with closing(connect_read_only(path)) as connection:
                held[path] = every_key_id(connection)
        except Unreadable:
            findings.append(failed("key store", f"{path} is missing or cannot be read.", FILL))
    anywhere = set[bytes]().union(*held.values())
    for path, keys in held.items():
        lost = used - keys
        if lost:
            detail = f"{path} lacks {len(lost)} data keys that records lie under."
            findings.append(failed("key store", detail, RESTORE if lost - anywhere else FILL))
        elif anywhere - keys:
            detail = f"{path} lacks {len(anywhere - keys)} keys of the others, under no record."
            findings.append(warning("key store", detail, "The next start fills it."))
    if lost_below:
        detail = f"Records below {lost_below} may never open: keys.lost_below says so."
        findings.append(warning("lost keys", detail, "Remove it once their keys were restored."))
    if not findings:
        findings.append(ok("key store", f"{len(held)} with {len(anywhere)} sealed keys each."))
    return findings


def _used(settings: Settings, first: int) -> set[bytes]:
    """Return the keys of all published records; none where there is no database to ask."""
    try:
        with closing(Database(storage_options(settings))) as database:
            return set(KeyUseStore(database).every(first).keys)
    except OnRecordError:  # check_database says what is wrong with it
        return set()
