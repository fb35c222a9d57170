"""Every statement about telling clients that something waits."""

from datetime import datetime

from msgspec import Struct

from onrecord.database.columns import AUTHOR, micros
from onrecord.database.database import Database
from onrecord.database.statements import query, sql
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.store import COMES_IN_ANEW
from onrecord.features.sign_in.store import note_owed
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import PersonId, StreamId


class Waiting(Struct, frozen=True):
    """A client with something unread, up to message number `msg_no`.

    `sender`: who of the firm wrote it, or answers there; None: nobody does.
    """

    person: PersonId
    stream: StreamId
    msg_no: int
    address: Address
    locale: str
    sender: str | None


class LetterChoice(Struct, frozen=True):
    """Whether somebody wants to be told, and where; `address` is None: nowhere."""

    wanted: bool
    address: Address | None


# The first unread message of others decides how long it waits and whose name the letter bears: of
# the firm alone, since who else is a client stands in no letter. Who answers for the firm is the
# owner, else who has been there longest.
# A client was told, and has not read it, where a letter's number is above their position. Until
# then no letter is about this conversation again, and none about others until they read anything.
WAITING = query(
    Waiting,
    """SELECT p.id AS person, c.id AS stream, c.published_msg_no AS msg_no,
        d.way AS "address.way", d.address AS "address.value", coalesce(a.locale, 'en') AS locale,
        CASE WHEN q.kind = 'employee' THEN q.name ELSE coalesce(
            (SELECT o.name FROM relationship r JOIN person o ON o.id = r.owner
                WHERE r.stream_key = c.stream_key AND r.to_seq IS NULL),
            (SELECT e.name FROM member_span z JOIN person e ON e.id = z.person AND e.active = 1
                AND e.kind = 'employee' AND e.role IN ('employee', 'advisor')
                WHERE z.stream_key = c.stream_key AND z.to_seq IS NULL
                ORDER BY z.join_seq, e.id LIMIT 1)) END AS sender
    FROM client_address d
    JOIN person p ON p.id = d.person AND p.active = 1
    JOIN account a ON a.person = p.id
    JOIN member m ON m.person = p.id
    JOIN member_span s ON s.stream_key = m.stream_key AND s.person = p.id AND s.to_seq IS NULL
    JOIN conversation c ON c.stream_key = m.stream_key
    JOIN timeline t ON t.archive_index = (SELECT min(u.archive_index) FROM journal j
        JOIN archived b ON b.key = j.key JOIN timeline u ON u.archive_index = b.archive_index
        WHERE j.stream_key = c.stream_key AND j.msg_no > m.read_msg_no AND {author} <> p.id
            AND u.removed_at IS NULL)
    JOIN person q ON q.id = t.actor
    WHERE c.published_msg_no - m.read_msg_no - m.own_above > 0 AND t.at < ?
        AND NOT EXISTS (SELECT 1 FROM no_letters n WHERE n.person = p.id) AND NOT {anew}
        AND NOT EXISTS (SELECT 1 FROM unread_letter l JOIN member r
            ON r.stream_key = l.stream_key AND r.person = l.person
            WHERE l.person = p.id AND l.msg_no > r.read_msg_no AND (l.stream_key = c.stream_key
                OR l.read_before >= (SELECT sum(o.read_msg_no) FROM member o
                    WHERE o.person = l.person)))
    ORDER BY t.at""",
    author=AUTHOR,
    anew=COMES_IN_ANEW,
)
REMINDED = sql(
    """INSERT INTO unread_letter (stream_key, person, msg_no, read_before)
    SELECT c.stream_key, m.person, ?, (SELECT sum(o.read_msg_no) FROM member o
        WHERE o.person = m.person)
    FROM conversation c JOIN member m ON m.stream_key = c.stream_key
    WHERE m.person = ? AND c.id = ?
    ON CONFLICT (stream_key, person) DO UPDATE SET msg_no = excluded.msg_no,
        read_before = excluded.read_before"""
)
ADDRESS = query(
    Address,
    "SELECT way, address AS value FROM client_address WHERE person = ? ORDER BY address LIMIT 1",
)
UNWANTED = sql("SELECT 1 FROM no_letters WHERE person = ?")
WANT_NONE = sql("INSERT INTO no_letters (person) VALUES (?) ON CONFLICT DO NOTHING")
WANT_THEM = sql("DELETE FROM no_letters WHERE person = ?")


class ReminderStore:
    """Who is to be told that something waits. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, before: datetime) -> list[Waiting]:
        """Return clients whose first unread message is older than that, and who know of none.

        The conversation that has waited longest comes first.
        """
        with self._database.reading() as tx:
            return tx.all(WAITING, (micros(before),))

    def reminded(self, waiting: Waiting, owed: Owed, *, at: datetime) -> None:
        """Note that a client was told, and what is owed for it; they know until they have read."""
        with self._database.writing() as tx:
            tx.run(REMINDED, (waiting.msg_no, waiting.person, waiting.stream))
            note_owed(tx, owed, at)

    def letter_choice(self, person: PersonId) -> LetterChoice:
        """Return whether somebody wants such letters, and where they go."""
        with self._database.reading() as tx:
            wanted = tx.one(UNWANTED, (person,)) is None
            return LetterChoice(wanted, tx.one(ADDRESS, (person,)))

    def choose_reminders(self, person: PersonId, *, wanted: bool) -> None:
        """Note it."""
        with self._database.writing() as tx:
            tx.run(WANT_THEM if wanted else WANT_NONE, (person,))
