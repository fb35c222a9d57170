"""Is the live store whole, of this version's schema, and in step with the archive?"""

from collections.abc import Sequence

from onrecord.app.recording import require_archive
from onrecord.app.settings.keys import log_policy, server_key
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.core.domain.errors import Damaged, OnRecordError, RefuseToStart, Unavailable
from onrecord.core.store.condition import Condition, condition
from onrecord.core.store.server_key import known_fingerprint
from onrecord.core.store.void import Voided, void_ends
from onrecord.database.database import Database
from onrecord.database.durability import switched_off
from onrecord.database.schema import check_schema
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.format.layout import CHECKPOINT

DAMAGED = "Stop the server and restore the database from a backup: docs/operations.md."
A_SECOND = 20_000
"""Records that one second may bring; a checkpoint is signed each second."""


def check_database(settings: Settings) -> list[Finding]:
    """Look at schema, every page, what waits to be archived, and the newest checkpoint."""
    try:
        database = Database(storage_options(settings))
        try:
            check_schema(database)
            found = condition(database)
            off, voided = switched_off(database), void_ends(database)
            known = known_fingerprint(database)
        finally:
            database.close()
    except RefuseToStart as error:
        return [failed("database", str(error), error.diagnostics)]
    except Unavailable as error:
        return [failed("database", str(error), "Free space on its volume, or wait and try again.")]
    except Damaged as error:
        return [failed("database", str(error), error.diagnostics)]
    except OnRecordError as error:
        return [failed("database", str(error), DAMAGED)]
    if found.damage:
        return [failed("database", f"{found.damage[0]}.", DAMAGED)]
    sound = ok("database", "Schema and pages are sound.")
    ends = [_voided(one) for one in voided]
    own = _server_key(settings, known)
    return [sound, own, *_durability(off), *_recovery(found), *_archive(settings, found), *ends]


def _server_key(settings: Settings, known: bytes | None) -> Finding:
    try:
        server_key(settings.paths, known)
    except RefuseToStart as error:
        return failed("server key", str(error), error.diagnostics)
    if known is None:
        return ok("server key", "The next start writes its fingerprint to the database.")
    return ok("server key", "The server's own key is the one that the database knows.")


def _voided(end: Voided) -> Finding:
    """What was left out of the archive after a power cut: its bytes stay, for whoever asks."""
    detail = (
        f"Since {end.at:%Y-%m-%d %H:%M} UTC {end.length} bytes from byte {end.offset} of "
        f"tails/{end.tail} (SHA-256 {end.sha256}) are void: they were never acknowledged, and "
        f"what they held was archived again, entries {end.first} to {end.last}."
    )
    return ok("void end", detail)


def _durability(off: Sequence[str]) -> list[Finding]:
    if not off:
        return []
    detail = f"PostgreSQL's {' and '.join(off)} is off: a crash loses what was acknowledged."
    return [failed("durability", detail, "Set it to on in postgresql.conf and restart PostgreSQL.")]


def _recovery(found: Condition) -> list[Finding]:
    if not found.bodiless:
        return []
    detail = (
        f"{found.bodiless} records have no body here: conversations, perhaps sign-in, are closed."
    )
    advice = "Stop the server; with compliance's key: onrecord adopt --opening-key FILE"
    return [warning("recovery", detail, advice)]


def _archive(settings: Settings, found: Condition) -> list[Finding]:
    path = settings.archive.directory / CHECKPOINT
    try:
        policy = log_policy(settings.paths)
        checkpoint = policy.open(path.read_bytes())
        require_archive(settings, found.position)
    except FileNotFoundError:
        if found.position == 0:
            return [ok("archive", "Nothing was archived yet.")]
        advice = "Mount the archive's volume, or restore the archive from a copy."
        return [failed("archive", f"{path} is missing.", advice)]
    except RefuseToStart as error:
        return [failed("archive", str(error), error.diagnostics)]
    except (ArchiveError, OSError, UnicodeDecodeError) as error:
        return [failed("archive", f"{path}: {error}.", "Run `onrecord verify`.")]
    if found.waiting:
        detail = f"{found.waiting} records wait to be archived."
        advice = "If it stays so: look at the space and the health of the archive's volume."
        return [warning("archive", detail, advice)]
    if found.position - checkpoint.size > A_SECOND:
        detail = f"{found.position - checkpoint.size} records are not covered by a checkpoint yet."
        return [warning("archive", detail, "If it stays so: look at the archive's volume.")]
    return [ok("archive", f"{found.position} entries; the newest checkpoint is properly signed.")]
