"""Every statement that reads what clients wrote and nobody answered, and whom the service told.

A row of `waiting` (unanswered_store.py) says from which message on it waits; which of them stand
still, and who answers there, is read when it is asked for.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from onrecord.core.store.snapshot import published
from onrecord.database.columns import event_bytes
from onrecord.database.database import Database
from onrecord.database.statements import Tx, query, sql
from onrecord.features.relationships import store as relationships
from onrecord.features.waiting import answers_store as answers
from onrecord.features.waiting.service import Answerer, Message, Reply, Told, Waiting
from onrecord_archive.events.ids import PersonId, StreamId


class _Row(NamedTuple):
    """What waits, but for who answers there."""

    stream_key: int
    stream: StreamId
    first: Message
    last: Message
    gone: bool
    client: PersonId
    name: str
    locale: str
    reply: Reply | None


class _Staff(NamedTuple):
    """Somebody of the firm who is in a conversation."""

    stream_key: int
    answerer: Answerer


class _OfClient(NamedTuple):
    """A conversation that a client is in."""

    client: PersonId
    stream_key: int
    stream: StreamId


_THERE = """EXISTS (SELECT 1 FROM member_span s WHERE s.stream_key = {0}.stream_key
    AND s.person = {0}.actor AND s.to_seq IS NULL)"""
# The first and the last words that stand, of clients who are there to read an answer; and of those
# who have left, where nobody of the firm has read them (position.kind 1).
_STANDING = """(SELECT {end}(u.archive_index) {words}
    WHERE j.stream_key = w.stream_key AND j.conv_seq >= w.since_seq AND {last_change} AND ({there}
        OR NOT EXISTS (SELECT 1 FROM position o
            JOIN person e ON e.id = o.person AND e.kind = 'employee'
            WHERE o.stream_key = u.stream_key AND o.kind = 1 AND o.msg_no >= m.msg_no
                AND o.conv_seq > u.conv_seq)))"""
_PARTS = {"words": answers.WORDS, "last_change": answers.LAST_CHANGE, "there": _THERE.format("u")}
_MESSAGE = "CASE {0}.type WHEN 'message.sent' THEN {0}.archive_index ELSE {0}.target END"
WAITING = query(
    _Row,
    """SELECT c.stream_key, c.id AS stream, f.event_id AS "first.event", f.at AS "first.at",
        g.event_id AS "first.message", l.event_id AS "last.event", l.at AS "last.at",
        n.event_id AS "last.message", NOT {there} AS gone, l.actor AS client, p.name,
        coalesce(a.locale, 'en') AS locale, r.at AS "reply.at", r.until AS "reply.until"
    FROM waiting w JOIN conversation c ON c.stream_key = w.stream_key
    JOIN timeline f ON f.archive_index = {first} JOIN timeline g ON g.archive_index = {first_of}
    JOIN timeline l ON l.archive_index = {last} JOIN timeline n ON n.archive_index = {last_of}
    JOIN person p ON p.id = l.actor LEFT JOIN account a ON a.person = l.actor
    LEFT JOIN automatic_reply r ON r.stream_key = w.stream_key
    WHERE NOT EXISTS (SELECT 1 FROM closed_stream x WHERE x.stream_key = w.stream_key)
    ORDER BY f.at""",
    first=_STANDING.format(end="min", **_PARTS),
    last=_STANDING.format(end="max", **_PARTS),
    first_of=_MESSAGE.format("f"),
    last_of=_MESSAGE.format("l"),
    there=_THERE.format("l"),
)
# Where no relationship says who answers, everybody of the firm who is in it does.
STAFF = query(
    _Staff,
    """SELECT s.stream_key, p.id AS "answerer.person", p.name AS "answerer.name"
    FROM member_span s JOIN person p ON p.id = s.person
    WHERE s.stream_key {ints} AND s.to_seq IS NULL AND p.active = 1 AND p.kind = 'employee'
        AND p.role IN ('employee', 'advisor')
    ORDER BY s.stream_key, s.join_seq, p.id""",
)
OF_CLIENTS = query(
    _OfClient,
    """SELECT s.person AS client, c.stream_key, c.id AS stream FROM member_span s
    JOIN person p ON p.id = s.person AND p.kind = 'client'
    JOIN conversation c ON c.stream_key = s.stream_key
    WHERE s.person {texts} AND s.to_seq IS NULL ORDER BY s.person, c.stream_key""",
)
ADMINISTRATORS = query(
    PersonId, "SELECT id FROM person WHERE role = 'administrator' AND active = 1"
)
TOLD = query(Told, "SELECT event_id AS message, step, person FROM waiting_told")
TELL = sql(
    "INSERT INTO waiting_told (event_id, step, person, stream_key)"
    " SELECT ?, ?, ?, c.stream_key FROM conversation c WHERE c.id = ? ON CONFLICT DO NOTHING"
)
FORGET_TOLD = sql(
    "DELETE FROM waiting_told WHERE NOT EXISTS"
    " (SELECT 1 FROM waiting w WHERE w.stream_key = waiting_told.stream_key)"
)


class WaitingStore:
    """What waits, and who was told. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> list[Waiting]:
        """Return what waits, the longest first."""
        with published(self._database) as (tx, _):
            rows = tx.all(WAITING)
            answerers = _answerers(tx, [row.stream_key for row in rows])
        return [
            Waiting(
                stream=row.stream,
                first=row.first,
                last=row.last,
                gone=row.gone,
                client=row.client,
                name=row.name,
                locale=row.locale,
                answerers=answerers.get(row.stream_key, []),
                reply=row.reply,
            )
            for row in rows
        ]

    def answering(
        self, clients: Collection[PersonId]
    ) -> dict[PersonId, list[tuple[StreamId, list[Answerer]]]]:
        """Return those who are clients, their conversations, and who answers in each."""
        with published(self._database) as (tx, _):
            rows = tx.all(OF_CLIENTS, (tx.list_of(clients),))
            answerers = _answerers(tx, [row.stream_key for row in rows])
        found: dict[PersonId, list[tuple[StreamId, list[Answerer]]]] = {}
        for row in rows:
            here = (row.stream, answerers.get(row.stream_key, []))
            found.setdefault(row.client, []).append(here)
        return found

    def administrators(self) -> list[PersonId]:
        """Return the administrators."""
        with self._database.reading() as tx:
            return tx.all(ADMINISTRATORS)

    def told(self) -> set[Told]:
        """Return who was told of which message, on which step."""
        with self._database.reading() as tx:
            return set(tx.all(TOLD))

    def tell(self, stream: StreamId, told: Told) -> None:
        """Note that somebody was told; forget of what is answered."""
        with self._database.writing() as tx:
            tx.run(TELL, (event_bytes(told.message), told.step, told.person, stream))
            tx.run(FORGET_TOLD)


def _answerers(tx: Tx, streams: Sequence[int]) -> dict[int, list[Answerer]]:
    """Return who answers in each: the owner and who stands in, of those with an account."""
    related = relationships.present(tx, streams)
    found: dict[int, list[Answerer]] = {}
    for row in tx.all(STAFF, (tx.list_of(streams),)):
        found.setdefault(row.stream_key, []).append(row.answerer)
    for key, relation in related.items():
        active = [each.person for each in relation.delegates if each.active]
        order = [relation.owner, *active]
        here = [one for one in found.get(key, []) if one.person in order]
        found[key] = sorted(here, key=lambda one: order.index(one.person))
    return found
