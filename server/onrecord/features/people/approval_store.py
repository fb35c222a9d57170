"""Every statement about what waits for a second person or a time, and what people are told."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from msgspec import Struct

from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import Event, SystemEntry
from onrecord.core.journal.shown import event_of
from onrecord.core.store.stubs import lacks
from onrecord.database.columns import AUTHOR, micros
from onrecord.database.database import Database
from onrecord.database.statements import Tx, nullable, query, sql
from onrecord.features.people.along_store import MOVE, go_along
from onrecord.features.people.requests import (
    Ending,
    Request,
    ResetClient,
    RoleWaits,
    Wanted,
    office_of,
)
from onrecord.features.people.told import AccountNotice, Along
from onrecord.features.people.warrants import Entry, Provenance, provenance_of
from onrecord.features.sign_in.entries import STREAM as IDENTITY
from onrecord.features.sign_in.store import note_owed
from onrecord.features.sign_in.values import Owed
from onrecord_archive.events.ids import PersonId, StreamId

KEPT = timedelta(days=30)
"""How long the row of a request stays that is over; what became of it is on the record."""


class _Kept(Struct, frozen=True):
    """What a record keeps of where somebody was."""

    addresses: tuple[str, ...] = ()


_kept = msgspec.json.Decoder(_Kept).decode


class Body(NamedTuple):
    """What a record says, and keeps."""

    shown: bytes
    kept: bytes

    def entry(self) -> Entry:
        """Return the record, with where its actor was."""
        return Entry(event_of(self.shown), _kept(self.kept).addresses)


class FirstSession(NamedTuple):
    """The record of somebody's first session; None: its body is gone."""

    body: Body | None


class _Since(NamedTuple):
    """From which record on somebody answers for a client."""

    stream: StreamId
    number: int


class WaitingRole(NamedTuple):
    """A request about somebody, by name of who asked; `chosen`: their password, in this session."""

    id: str
    wanted: Wanted
    asked_by: str
    expires_at: datetime
    chosen: bool


class NoticeToMail(NamedTuple):
    """A notice, and in which language it goes."""

    notice: AccountNotice
    locale: str


FORGET_REQUESTS = sql("DELETE FROM approval_request WHERE expires_at < ?")
INSERT_REQUEST = sql(
    """INSERT INTO approval_request
    (id, person, asked_by, asked_at, expires_at, state, wanted, client, objection)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
)
REQUEST = """SELECT r.id, r.person, r.asked_by, r.asked_at, r.expires_at, r.state, r.wanted,
    r.takes_effect_at FROM approval_request r"""
"""Which requests follows."""
PENDING = query(
    Request,
    """{request} WHERE r.state = 'pending' AND r.expires_at > ?
    AND r.takes_effect_at IS NULL ORDER BY r.asked_at, r.id""",
    request=REQUEST,
)
BY_ID = query(Request, "{request} WHERE r.id = ?", request=REQUEST)
# What somebody did about people, and who was ever added: the request of that names nobody yet.
DONE_BY = query(
    bytes,
    """SELECT b.shown FROM journal j JOIN stream s ON s.key = j.stream_key
    JOIN journal_body b ON b.key = j.key
    WHERE s.id = ? AND (j.type = 'person.added' OR ({author} = ? AND j.type IN (
        'link.created', 'request.made', 'request.approved', 'relationship.changed',
        'person.deactivated', 'successor.named')))""",
    author=AUTHOR,
)
ADDED_AND_LINKED = query(
    Body,
    """SELECT b.shown, b.kept FROM journal j JOIN stream s ON s.key = j.stream_key
    JOIN journal_body b ON b.key = j.key
    WHERE s.id = ? AND j.type IN ('person.added', 'link.created', 'request.made')
    ORDER BY j.conv_seq""",
)
CAME_IN = query(
    PersonId, "SELECT person FROM account WHERE person {texts} AND enrolled_at IS NOT NULL"
)
# It mostly follows soon, so that few rows are read.
FIRST_SESSION = query(
    FirstSession,
    """SELECT b.shown AS "body.shown", b.kept AS "body.kept"
    FROM journal j JOIN stream s ON s.key = j.stream_key
    LEFT JOIN journal_body b ON b.key = j.key
    WHERE s.id = ? AND j.conv_seq > ? AND j.type = 'session.opened' AND {author} = ?
    ORDER BY j.conv_seq LIMIT 1""",
    author=AUTHOR,
)
ANSWERS_SINCE = query(
    _Since,
    """SELECT s.id AS stream, r.from_seq AS number
    FROM relationship r JOIN stream s ON s.key = r.stream_key
    WHERE r.client = ? AND r.owner = ?
    UNION SELECT s.id, d.added_seq FROM delegation d JOIN stream s ON s.key = d.stream_key
    JOIN relationship r ON r.stream_key = d.stream_key WHERE r.client = ? AND d.person = ?""",
)
OWNER_OF = sql("SELECT 1 FROM account WHERE person = ? AND owner = ?")
# A request whose asker is no administrator any more has lapsed.
ABOUT = query(
    WaitingRole,
    """SELECT r.id, r.wanted, p.name AS asked_by, r.expires_at,
        CASE WHEN a.password_session = ? THEN 1 ELSE 0 END AS chosen
    FROM approval_request r JOIN account a ON a.person = r.person
    JOIN person p ON p.id = r.asked_by AND p.active = 1 AND p.role = 'administrator'
    WHERE r.person = ? AND r.state = 'pending' AND r.expires_at > ? ORDER BY r.asked_at, r.id""",
)
SHOW = sql(
    "UPDATE approval_request SET code = ?, code_session = ?, code_until = ?, code_tries = 0"
    " WHERE id = ? AND state = 'pending'"
)
TRY = sql(
    "UPDATE approval_request SET code_tries = code_tries + 1 WHERE id = ? AND state = 'pending'"
    " AND code IS NOT NULL AND code_until > ? AND code_tries < ?"
)
RIGHT = query(
    SessionId,
    """SELECT s.id FROM approval_request r JOIN account a ON a.person = r.person
    JOIN session s ON s.id = r.code_session AND s.person = r.person
    WHERE r.id = ? AND r.code = ? AND a.password_session = s.id
    AND s.epoch = a.epoch AND s.ended_at IS NULL""",
)
USED_UP = sql("UPDATE approval_request SET code = NULL WHERE id = ?")
HANDED_TO = nullable(PersonId, "SELECT password_by FROM account WHERE person = ?")
LINKS_MADE = query(
    bytes,
    """SELECT b.shown FROM journal j JOIN stream s ON s.key = j.stream_key
    JOIN journal_body b ON b.key = j.key WHERE s.id = ? AND j.type = 'link.created'""",
)
NOTICES = query(
    AccountNotice,
    "SELECT id, person, at, mail, said FROM account_notice"
    " WHERE person = ? AND seen_at IS NULL ORDER BY at, id LIMIT ?",
)
# Whoever came by a link may be who a notice about a link warns of, whichever link that is.
SEEN = sql(
    """UPDATE account_notice SET seen_at = CASE WHEN EXISTS (
        SELECT 1 FROM session s WHERE s.id = ? AND s.link IS NOT NULL
            AND account_notice.link IS NOT NULL)
        THEN seen_at ELSE coalesce(seen_at, ?) END
    WHERE person = ? AND id {texts}"""
)
TO_MAIL = query(
    NoticeToMail,
    """SELECT n.id AS "notice.id", n.person AS "notice.person", n.at AS "notice.at",
        n.mail AS "notice.mail", n.said AS "notice.said", coalesce(a.locale, 'en') AS locale
    FROM account_notice n JOIN account a ON a.person = n.person
    WHERE n.mail IS NOT NULL ORDER BY n.at, n.id LIMIT ?""",
)
MAILED = sql("UPDATE account_notice SET mail = NULL WHERE id = ?")


class ApprovalStore:
    """Requests, role codes and account notices. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_request(self, request: Request) -> None:
        """Insert, and delete those that have long lapsed."""
        with self._database.writing() as tx:
            add(tx, request)

    def requests(self, now: datetime) -> list[Request]:
        """Return those that wait for an approval and have not lapsed, the oldest first."""
        with self._database.reading() as tx:
            return tx.all(PENDING, (micros(now),))

    def request(self, id: str) -> Request | None:
        """Return one, whatever its state."""
        with self._database.reading() as tx:
            return tx.one(BY_ID, (id,))

    def move_request(self, id: str, to: Ending, owed: Owed, along: Along) -> bool:
        """End the waiting of a request, note what is owed for it, and do what goes along.

        False, and nothing is done: it is over, or has lapsed.
        """
        with self._database.writing() as tx:
            moved = tx.run(MOVE, (to, id, micros(along.at))) == 1
            if moved:
                note_owed(tx, owed, along.at)
                go_along(tx, along)
        return moved

    def brought_there(self, advisor: PersonId, client: PersonId, by: PersonId) -> bool:
        """Whether *by* made somebody the advisor of a client, as the stream `identity` has it.

        They added them, asked for or approved that, or a link for them; handed the client over to
        them, had them stand in, or succeed who left; or are the owner of them, a bot.
        """
        with self._database.reading() as tx:
            if tx.one(OWNER_OF, (advisor, by)) is not None:
                return True
            since = set(tx.all(ANSWERS_SINCE, (client, advisor, client, advisor)))
            rows = tx.all(DONE_BY, (IDENTITY.id, by))
        entries = [event_of(shown) for shown in rows]
        return _brought(entries, advisor, by, since)

    def provenance_of(self, people: Collection[PersonId]) -> dict[PersonId, Provenance]:
        """Return where the accounts of these people come from, as `identity` has it."""
        with self._database.reading() as tx:
            if lacks(tx, [IDENTITY.id]):
                return {}
            names, rows = [id.encode() for id in people], tx.all(ADDED_AND_LINKED, (IDENTITY.id,))
            done = [body.entry() for body in rows if _names(body.shown, names)]
            begun = {each.person: each.event.conv_seq for each in done if each.adds}
            opened = [
                tx.one(FIRST_SESSION, (IDENTITY.id, begun.get(id, 0), id))
                for id in tx.all(CAME_IN, (tx.list_of(people),))
            ]
        known = [row.body.entry() for row in opened if row is not None and row.body is not None]
        return provenance_of(people, done, known)

    def role_waits(self, person: PersonId, session: SessionId, now: datetime) -> RoleWaits | None:
        """Return the role that waits for somebody, the first of several; None: none does."""
        with self._database.reading() as tx:
            rows = tx.all(ABOUT, (session, person, micros(now)))
        for row in rows:
            role = office_of(row.wanted)
            if role is not None:
                return RoleWaits(row.id, role, row.asked_by, row.expires_at, row.chosen)
        return None

    def show_code(self, request: str, session: SessionId, code: bytes, until: datetime) -> bool:
        """Keep a code in place of the one before; False: the request is over."""
        with self._database.writing() as tx:
            return tx.run(SHOW, (code, session, micros(until), request)) == 1

    def try_code(self, request: str, code: bytes, now: datetime, most: int) -> SessionId | None:
        """Use a code up, and return the session that showed it; None: it is not that one.

        Or it has expired, or was tried *most* times, or its session has ended or did not choose the
        password that its person has now. Each try counts.
        """
        with self._database.writing() as tx:
            if tx.run(TRY, (request, micros(now), most)) == 0:
                return None
            session = tx.one(RIGHT, (request, code))
            if session is not None:
                tx.run(USED_UP, (request,))
        return session

    def handed_to(self, person: PersonId) -> frozenset[PersonId] | None:
        """Return to whom the link was shown that somebody's password goes back to.

        Where that was not noted: everybody who was ever shown a link for them. None: the records
        that say so lack their bodies.
        """
        with self._database.reading() as tx:
            noted = tx.one(HANDED_TO, (person,))
            if noted is not None:
                return frozenset([noted])
            if lacks(tx, [IDENTITY.id]):
                return None
            rows = tx.all(LINKS_MADE, (IDENTITY.id,))
        made = (Entry(event_of(shown)) for shown in rows if person.encode() in shown)
        return frozenset(each.event.actor.id for each in made if each.person == person)

    def notices_of(self, person: PersonId, limit: int) -> list[AccountNotice]:
        """Return those that somebody has not read, the oldest first."""
        with self._database.reading() as tx:
            return tx.all(NOTICES, (person, limit))

    def notices_seen(
        self, person: PersonId, session: SessionId, ids: Collection[str], at: datetime
    ) -> int:
        """Note that somebody has read some of theirs; return how many of these there are.

        What is about a link stays unread where *session* began with one.
        """
        with self._database.writing() as tx:
            return tx.run(SEEN, (session, micros(at), person, tx.list_of(ids)))

    def notices_to_mail(self, limit: int) -> list[tuple[AccountNotice, str]]:
        """Return those that are to be sent, with the language of each, the oldest first."""
        with self._database.reading() as tx:
            return tx.all(TO_MAIL, (limit,))

    def notice_mailed(self, id: str, owed: Owed, at: datetime) -> None:
        """Note that one was sent, with what is owed for it."""
        with self._database.writing() as tx:
            tx.run(MAILED, (id,))
            note_owed(tx, owed, at)


def _brought(
    said: Collection[Event], advisor: PersonId, by: PersonId, since: Collection[tuple[str, int]]
) -> bool:
    """Whether *by* made somebody the advisor who answers *since* then, of what entries say."""
    entries = [(each.actor.id, each.payload) for each in said]
    facts = [(id, entry.facts) for id, entry in entries if isinstance(entry, SystemEntry)]
    named = [
        (id, each) for id, each in facts if advisor in (each.get("person"), each.get("successor"))
    ]
    requests = {each["request"] for _, each in named if "request" in each}
    return any(id == by for id, _ in named) or any(
        id == by
        and (
            each.get("request") in requests
            or (str(each.get("conversation")), each.get("conv_seq")) in since
        )
        for id, each in facts
    )


def _names(shown: bytes, people: Collection[bytes]) -> bool:
    """Whether a record is about one of these people, or a request: of that it may name nobody."""
    return b'"request.made"' in shown or any(id in shown for id in people)


def add(tx: Tx, request: Request, objection: bytes | None = None) -> None:
    """Insert a request, with what stops it, and delete those that have long lapsed."""
    times = (micros(request.asked_at), micros(request.expires_at))
    wanted = msgspec.json.encode(request.wanted)
    client = request.person if isinstance(request.wanted, ResetClient) else None
    head = (request.id, request.person, request.asked_by, *times, request.state, wanted)
    tx.run(FORGET_REQUESTS, (micros(request.asked_at - KEPT),))
    tx.run(INSERT_REQUEST, (*head, client, objection))
