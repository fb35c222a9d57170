"""Which ends of tails were void at a start, as the stream `config` says."""

import json
from datetime import datetime

from msgspec import Struct

from onrecord.core.domain.values import CONFIG
from onrecord.database.columns import moment
from onrecord.database.database import Database
from onrecord.database.statements import sql

VOIDED = "tail.voided"
"""The record's type in the stream `config`."""
VOID_ENDS = sql(
    """SELECT a.archive_index, j.at, b.shown FROM journal j
    JOIN stream s ON s.key = j.stream_key JOIN archived a ON a.key = j.key
    JOIN journal_body b ON b.key = j.key
    WHERE s.id = ? AND j.type = ? ORDER BY j.conv_seq"""
)


class Voided(Struct, frozen=True):
    """Bytes of a tail that a start found void, and the entries that stand in their place.

    `first` is the index that the first of them would have had, `last` that of the record about it:
    what was pending lies between the two, archived anew.
    """

    at: datetime
    tail: str
    offset: int
    length: int
    sha256: str
    first: int
    last: int


def void_ends(database: Database) -> list[Voided]:
    """Return them, the oldest first. Raises as `Database.reading` does."""
    with database.reading() as tx:
        return [
            _voided(index, moment(at), bytes(shown))
            for index, at, shown in tx.all(VOID_ENDS, (CONFIG.id, VOIDED))
        ]


def _voided(index: int, at: datetime, shown: bytes) -> Voided:
    facts = json.loads(shown)["payload"]
    return Voided(
        at=at,
        tail=facts["tail"],
        offset=facts["offset"],
        length=facts["length"],
        sha256=facts["sha256"],
        first=facts["index"],
        last=index,
    )
