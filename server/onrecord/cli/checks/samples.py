"""Does what was archived open? Compliance tries some records daily; here one sees that it did."""

import json
from contextlib import closing
from datetime import datetime, timedelta

from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.values import CONFIG
from onrecord.database.columns import moment
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.compliance.sampling import SAMPLED

LATE = timedelta(days=2)
"""Once a day is what is asked for; a day of grace."""
CHECK = "random sample"
ADVICE = "Compliance opens some records, daily: onrecord sample --opening-key FILE"

FIRST = sql("SELECT at FROM journal ORDER BY key LIMIT 1")
NEWEST = sql(
    """SELECT j.at, b.shown FROM journal j JOIN stream s ON s.key = j.stream_key
    LEFT JOIN journal_body b ON b.key = j.key
    WHERE s.id = ? AND j.type = ? ORDER BY j.conv_seq DESC LIMIT 1"""
)


def check_sample(settings: Settings, now: datetime) -> list[Finding]:
    """Look at the newest sample's record; nothing where there is no database to ask."""
    try:
        with closing(Database(storage_options(settings))) as database, database.reading() as tx:
            first, newest = tx.one(FIRST), tx.one(NEWEST, (CONFIG.id, SAMPLED))
    except OnRecordError:  # check_database says what is wrong with it
        return []
    if newest is None:
        if first is None or now - moment(first[0]) < LATE:
            return [ok(CHECK, "No record is two days old yet.")]
        return [warning(CHECK, "None was ever opened: nobody knows that records open.", ADVICE)]
    at, shown = moment(newest[0]), newest[1]
    lost = [] if shown is None else json.loads(bytes(shown))["payload"]["failed"]
    if lost:
        detail = f"{len(lost)} records of the newest, of {at:%Y-%m-%d}, did not open."
        return [failed(CHECK, detail, "Restore their data keys from a copy: docs/operations.md.")]
    if now - at >= LATE:
        detail = f"The newest is {(now - at).days} days old."
        return [warning(CHECK, detail, ADVICE)]
    return [ok(CHECK, f"The newest, of {at:%Y-%m-%d}, opened.")]
