"""Whom messages' current texts call, and what of it somebody has not read."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from onrecord.database.statements import Tx, query, sql
from onrecord_archive.events.ids import PersonId
from onrecord_archive.events.messages import Mention

EVERYBODY = ""
"""Stands for a person's id."""


class _Made(NamedTuple):
    """Whom a message calls."""

    target: int
    mention: Mention


class _Unread(NamedTuple):
    """The newest message of a conversation that somebody has not read and that calls them."""

    stream_key: int
    msg_no: int


INSERT = sql(
    "INSERT INTO mention (target, at, length, person, stream_key, msg_no, author)"
    " SELECT archive_index, ?, ?, ?, stream_key, msg_no, actor FROM timeline"
    " WHERE archive_index = ?"
)
FORGET = sql("DELETE FROM mention WHERE target = ?")
MADE_BY = query(
    _Made,
    """SELECT target, at AS "mention.at", length AS "mention.length",
        nullif(person, '') AS "mention.person"
    FROM mention WHERE target {ints} ORDER BY target, at""",
)
UNREAD = query(
    _Unread,
    """SELECT n.stream_key, max(n.msg_no) AS msg_no FROM mention n
    JOIN member m ON m.stream_key = n.stream_key AND m.person = ?
    WHERE n.stream_key {ints} AND n.person IN (?, '') AND n.author <> ?
    AND n.msg_no > m.read_msg_no GROUP BY n.stream_key""",
)


def note(tx: Tx, target: int, mentions: Sequence[Mention]) -> None:
    """Follow a message's text with whom it calls now."""
    tx.run(FORGET, (target,))
    rows = [(one.at, one.length, one.person or EVERYBODY, target) for one in mentions]
    tx.many(INSERT, rows)


def forget(tx: Tx, target: int) -> None:
    """Follow a removal: it calls nobody any more."""
    tx.run(FORGET, (target,))


def made_by(tx: Tx, targets: Collection[int]) -> dict[int, list[Mention]]:
    """Return whom messages' current texts call, by archive_index; nobody: absent."""
    found: dict[int, list[Mention]] = {}
    if targets:
        for row in tx.all(MADE_BY, (tx.list_of(targets),)):
            found.setdefault(row.target, []).append(row.mention)
    return found


def unread(tx: Tx, person: PersonId, streams: Collection[int]) -> dict[int, int]:
    """Return the newest message of each conversation that calls somebody who has not read it."""
    if not streams:
        return {}
    return dict(tx.all(UNREAD, (person, tx.list_of(streams), person, person)))
