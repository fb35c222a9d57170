"""Every statement about sessions, tickets, links, tokens, and what `identity` is owed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.values import PersonKind
from onrecord.database.columns import event_bytes, micros
from onrecord.database.database import Database
from onrecord.database.rows import named
from onrecord.database.statements import Tx, query, sql
from onrecord.features.people.along_store import go_along
from onrecord.features.people.told import Along
from onrecord.features.people.warrants import OFFICE
from onrecord.features.sign_in.values import (
    ApiToken,
    Audience,
    Ended,
    Link,
    LinkUse,
    Owed,
    Person,
    Session,
    Ticket,
    UsedLink,
)
from onrecord.protocol.people import POSITION
from onrecord_archive.events.ids import EventId, PersonId

FORGET_AFTER = timedelta(days=7)
"""How long an expired session's row stays; what happened in it is on the record."""

PERSON_COLUMNS = {
    "id": "p.id",
    "name": "p.name",
    "kind": "p.kind",
    "org": "p.org",
    "role": "p.role",
    "username": "a.username",
    "mail": "a.mail",
    **{str(field): f"p.{field}" for field in POSITION},
    "locale": "a.locale",
    "outside": "p.outside",
    "active": "p.active",
    "epoch": "COALESCE(a.epoch, 0)",
    "picture": "p.picture",
    "enrolled": "a.enrolled_at IS NOT NULL",
    "owner": "a.owner",
    "has_password": "a.password_hash IS NOT NULL",
    "awaits": "a.awaits",
}
"""Of a `Person`, from person `p` and account `a`."""
_SESSION = {
    "id": "s.id",
    "person": "s.person",
    "audience": "s.audience",
    "auth": "s.auth",
    "device": "s.device",
    "device_name": "s.device_name",
    "epoch": "s.epoch",
    "created_at": "s.created_at",
    "seen_at": "s.seen_at",
    "expires_at": "s.expires_at",
    "address": "COALESCE(s.address, '')",
    "confirmed_until": "d.confirmed_until",
    "kind": "p.kind",
    # A link proves nothing, and neither does a client's password, once a device of theirs is known.
    "proved_until": """CASE WHEN s.fresh_at IS NULL AND (s.auth = 'link' OR (s.auth = 'password'
        AND (v.device IS NULL OR EXISTS (SELECT 1 FROM client_device k WHERE k.person = s.person))))
        THEN NULL ELSE v.until END""",
    "locked": "s.locked_at IS NOT NULL",
    "password_due": ("p.kind = 'employee' AND a.username IS NOT NULL AND a.password_hash IS NULL"),
}
_WITH_PERSON = f"{named(_SESSION, 'session')}, {named(PERSON_COLUMNS, 'person')}"
TOKEN_COLUMNS = {
    "id": "t.id",
    "person": "t.person",
    "name": "t.name",
    "created_at": "t.created_at",
    "expires_at": "t.expires_at",
    "rate.0": "t.per_minute",
    "rate.1": "t.burst",
    "used_at": "t.used_at",
}
"""Of an `ApiToken`, from api_token `t`."""
# A session stands while nobody ended it and its person is active and of its epoch.
STANDING = (
    " FROM session s JOIN person p ON p.id = s.person JOIN account a ON a.person = p.id"
    " LEFT JOIN client_device d ON d.id = s.device AND d.person = s.person"
    " LEFT JOIN assurance v ON v.person = s.person"
    " WHERE s.ended_at IS NULL AND p.active = 1 AND a.epoch = s.epoch"
)
_KNOWN = {"with_person": _WITH_PERSON, "standing": STANDING}
ACTIVE = " FROM person p JOIN account a ON a.person = p.id WHERE p.active = 1"
# Nobody else speaks as a client: a token made for one lets nobody in, nor does one without an end.
TOKENS = (
    " FROM api_token t JOIN person p ON p.id = t.person JOIN account a ON a.person = p.id"
    " WHERE t.revoked_at IS NULL AND t.expires_at IS NOT NULL AND p.kind <> 'client'"
)


class Known(NamedTuple):
    """A session that stands, and whose it is."""

    session: Session
    person: Person


class TokenOf(NamedTuple):
    """A token that is in force, and whose it is."""

    token: ApiToken
    person: Person


class EndedSession(NamedTuple):
    """Of a session that stands no more: what says how it ended."""

    active: bool
    kind: PersonKind
    invited: bool
    """An invite is open for who is a client already: an advisor's reset."""
    reachable: bool
    member: bool
    was_member: bool


FORGET_SESSIONS = sql("DELETE FROM session WHERE expires_at < ?")
INSERT_SESSION = sql(
    """INSERT INTO session (id, secret, person, audience, auth, device, device_name, epoch,
        created_at, seen_at, expires_at, address)
    SELECT ?, ?, p.id, ?, ?, ?, ?, a.epoch, ?, ?, ?, ?
    FROM person p JOIN account a ON a.person = p.id
    WHERE p.id = ? AND p.active = 1 AND a.epoch = ?"""
)
# Not where nobody is with them yet: the link makes the conversation.
CLOSE_INVITES = sql(
    """UPDATE invite SET accepted_at = ?
    WHERE person = ? AND accepted_at IS NULL AND revoked_at IS NULL AND EXISTS (
        SELECT 1 FROM member_span s WHERE s.person = invite.person AND s.to_seq IS NULL)"""
)
SESSION_BY_SECRET = query(
    Known, "SELECT {with_person} {standing} AND s.secret = ? AND s.audience = ?", **_KNOWN
)
HOW_ENDED = query(
    EndedSession,
    """SELECT p.active, p.kind, EXISTS (
        SELECT 1 FROM invite i WHERE i.person = p.id AND i.accepted_at IS NULL
            AND i.revoked_at IS NULL) AS invited, EXISTS (
        SELECT 1 FROM client_address a WHERE a.person = p.id) AS reachable, EXISTS (
        SELECT 1 FROM member_span m WHERE m.person = p.id AND m.to_seq IS NULL) AS member, EXISTS (
        SELECT 1 FROM member_span m WHERE m.person = p.id) AS was_member
    FROM session s JOIN person p ON p.id = s.person WHERE s.secret = ? AND s.audience = ?""",
)
SESSION_BY_ID = query(Known, "SELECT {with_person} {standing} AND s.id = ?", **_KNOWN)
SESSIONS_OF = query(
    Session,
    "SELECT {session} {standing} AND s.person = ? ORDER BY s.seen_at DESC, s.id",
    session=named(_SESSION),
    standing=STANDING,
)
TOUCH = sql("UPDATE session SET seen_at = ? WHERE id {texts} AND seen_at < ?")
TOUCH_TOKENS = sql("UPDATE api_token SET used_at = ? WHERE id {texts} AND COALESCE(used_at, 0) < ?")
END_SESSIONS = query(
    SessionId, "UPDATE session SET ended_at = ? WHERE id {texts} AND ended_at IS NULL RETURNING id"
)
DELETE_TICKETS = sql("DELETE FROM session_ticket WHERE session {texts}")
DELETE_PUSHES = sql("DELETE FROM push_subscription WHERE session {texts}")
LOCK_SESSION = sql(
    "UPDATE session SET locked_at = ? WHERE id = ? AND ended_at IS NULL AND locked_at IS NULL"
)
UNLOCK_SESSION = sql("UPDATE session SET locked_at = NULL WHERE id = ?")
FORGET_TICKETS = sql("DELETE FROM session_ticket WHERE expires_at < ?")
INSERT_TICKET = sql(
    "INSERT INTO session_ticket (secret, session, origin, expires_at) VALUES (?, ?, ?, ?)"
)
TAKE_TICKET = query(
    Ticket, "DELETE FROM session_ticket WHERE secret = ? RETURNING session, origin, expires_at"
)
FORGET_LINKS = sql("DELETE FROM sign_in_link WHERE expires_at < ?")
# Waits for who is shutting the person out; the next statement then sees what they did.
HOLD_ACCOUNT = sql("SELECT 1 FROM account WHERE person = ? {lock}")
INSERT_LINK = sql(
    """INSERT INTO sign_in_link (secret, person, audience, expires_at, first, made_by)
    SELECT ?, p.id, ?, ?, ?, ? FROM person p JOIN account a ON a.person = p.id
    WHERE p.id = ? AND p.active = 1 AND (a.enrolled_at IS NULL OR ? = 0)
    AND (p.role NOT IN ({office}) OR ? = 1)""",
    office=", ".join(f"'{role}'" for role in sorted(OFFICE)),
)
# Also of who enrols anew, since what they had was destroyed (people/store.py).
ENROL = sql(
    """UPDATE account SET enrolled_at = coalesce(enrolled_at, ?), destroyed_at = NULL
    WHERE person = ? AND (enrolled_at IS NULL OR destroyed_at IS NOT NULL)"""
)
# What ended so says who came instead; it expired when it was used, which nothing else has. A link
# that was taken and has begun nothing yet ends as well: of two at once, one lets its person in.
LINKS_END = sql(
    """UPDATE sign_in_link SET expires_at = ?, used_at = ?, used_from = ?, used_on = ?
    WHERE person = ? AND secret <> ? AND expires_at > ? AND coalesce(first, 0) >= ? AND NOT EXISTS (
        SELECT 1 FROM session s WHERE s.link = sign_in_link.secret)"""
)
TAKE_LINK = query(
    PersonId,
    "UPDATE sign_in_link SET used_at = ?, used_from = ?, used_on = ?"
    " WHERE secret = ? AND audience = ? AND used_at IS NULL AND expires_at > ?"
    " RETURNING person",
)
LINK_PERSON = query(
    Link,
    "SELECT person, audience, expires_at, made_by FROM sign_in_link"
    " WHERE secret = ? AND audience = ? AND used_at IS NULL",
)
LINK_LETS_IN = sql(
    """SELECT 1 FROM sign_in_link l JOIN account a ON a.person = l.person
    WHERE l.secret = ? AND l.expires_at > l.used_at
    AND (coalesce(l.first, 0) = 0 OR a.enrolled_at IS NULL)"""
)
BEGAN_WITH = sql("UPDATE session SET link = ? WHERE id = ?")
LINK_WORKS = sql(
    "SELECT 1 FROM sign_in_link WHERE secret = ? AND used_at IS NULL AND expires_at > ?"
)
GIVE_BACK_LINK = sql(
    "UPDATE sign_in_link SET used_at = NULL, used_from = NULL, used_on = NULL"
    " WHERE secret = ? AND expires_at > used_at"
)
_USED = """SELECT l.person, p.name, l.used_at AS "use.at", l.used_from AS "use.address",
        l.used_on AS "use.device", l.report, l.reported_at
    FROM sign_in_link l JOIN person p ON p.id = l.person WHERE l.used_at IS NOT NULL"""
USED_LINK = query(UsedLink, "{used} AND l.secret = ?", used=_USED)
REPORTED_LINKS = query(
    UsedLink,
    """{used} AND l.reported_at IS NOT NULL AND l.closed_at IS NULL
    ORDER BY l.reported_at DESC, l.report LIMIT 100""",
    used=_USED,
)
REPORT_LINK = sql(
    "UPDATE sign_in_link SET report = ?, reported_at = ?"
    " WHERE secret = ? AND used_at IS NOT NULL AND reported_at IS NULL"
)
CLOSE_LINK_REPORT = sql(
    "UPDATE sign_in_link SET closed_at = ? WHERE report = ? AND closed_at IS NULL"
)
_ACTIVE = {"person": named(PERSON_COLUMNS), "active": ACTIVE}
ACTIVE_PERSON = query(Person, "SELECT {person} {active} AND p.id = ?", **_ACTIVE)
INSERT_TOKEN = sql(
    """INSERT INTO api_token
    (id, secret, person, name, created_at, expires_at, per_minute, burst)
    SELECT ?, ?, p.id, ?, ?, ?, ?, ? FROM person p JOIN account a ON a.person = p.id
    WHERE p.id = ? AND p.active = 1 AND a.epoch = ?"""
)
TOKEN_BY_SECRET = query(
    TokenOf,
    "SELECT {token}, {person} {tokens} AND p.active = 1 AND t.secret = ?",
    token=named(TOKEN_COLUMNS, "token"),
    person=named(PERSON_COLUMNS, "person"),
    tokens=TOKENS,
)
_TOKENS = {"token": named(TOKEN_COLUMNS), "tokens": TOKENS}
TOKEN_BY_ID = query(ApiToken, "SELECT {token} {tokens} AND p.active = 1 AND t.id = ?", **_TOKENS)
TOKENS_OF = query(
    ApiToken,
    "SELECT {token} {tokens} AND t.person = ? ORDER BY t.created_at DESC, t.id",
    **_TOKENS,
)
OWN_TOKENS = query(
    ApiToken,
    """SELECT {token} {tokens} AND (t.person = ? OR a.owner = ?)
    ORDER BY t.created_at DESC, t.id""",
    **_TOKENS,
)
BOTS_OF = query(Person, "SELECT {person} {active} AND a.owner = ? ORDER BY p.name, p.id", **_ACTIVE)
REVOKE_TOKEN = sql(
    "UPDATE api_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING id"
)
INSERT_OWED = sql("INSERT INTO identity_owed (event_id, at, command) VALUES (?, ?, ?)")
OWED = query(Owed, "SELECT event_id, command FROM identity_owed ORDER BY at, event_id LIMIT ?")
SETTLED = sql("DELETE FROM identity_owed WHERE event_id = ?")


class SessionStore:
    """Sessions, tickets, links and tokens, and what the identity stream is owed.

    Every method blocks and is one transaction. A secret comes in as its SHA-256, 32 bytes. What is
    consumed is deleted by the same statement that returns it, so that no two callers get it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, session: Session, secret: bytes) -> bool:
        """Insert; False when the person is no longer active or of the session's epoch.

        With their first one they are enrolled, and first links that were made for them end.
        """
        with self._database.writing() as tx:
            return insert_session(tx, session, secret)

    def session(self, secret: bytes, audience: Audience) -> tuple[Session, Person] | None:
        """Return a session that has not ended and whose person is active and of its epoch."""
        with self._database.reading() as tx:
            return tx.one(SESSION_BY_SECRET, (secret, audience))

    def how_ended(self, secret: bytes, audience: Audience) -> Ended | None:
        """Return how a session ended that does not stand; None: there is none that is known."""
        with self._database.reading() as tx:
            ended = tx.one(HOW_ENDED, (secret, audience))
        if ended is None:
            return None
        client = ended.kind == "client"
        if not ended.active:
            left = client and ended.was_member and not (ended.member or ended.reachable)
            return "left" if left else "deactivated"
        return "client_reset" if client and ended.invited else "device_revoked"

    def session_by_id(self, id: SessionId) -> Session | None:
        """Return a session that has not ended and whose person is active and of its epoch."""
        with self._database.reading() as tx:
            found = tx.one(SESSION_BY_ID, (id,))
        return None if found is None else found.session

    def token_by_id(self, id: SessionId) -> ApiToken | None:
        """Return a token that has not been revoked and whose person is active."""
        with self._database.reading() as tx:
            return tx.one(TOKEN_BY_ID, (id,))

    def sessions_of(self, person: PersonId) -> list[Session]:
        """Return the person's sessions that have not ended, the last seen first."""
        with self._database.reading() as tx:
            return tx.all(SESSIONS_OF, (person,))

    def touch(self, sessions: Collection[SessionId], at: datetime) -> None:
        """Move `seen_at` and `used_at` forward.

        A power cut may lose it, which ends a session early at worst.
        """
        with self._database.writing(durable=False) as tx:
            for statement in (TOUCH, TOUCH_TOKENS):
                tx.run(statement, (micros(at), tx.list_of(sessions), micros(at)))

    def end_sessions(
        self, sessions: Iterable[SessionId], owed: Owed, *, at: datetime
    ) -> list[SessionId]:
        """End them, delete their tickets, note what is owed; return those that had not ended.

        When none had, nothing is noted.
        """
        with self._database.writing() as tx:
            ended = tx.all(END_SESSIONS, (micros(at), tx.list_of(list(sessions))))
            if ended:
                forget_of(tx, ended)
                note_owed(tx, owed, at)
        return ended

    def lock_session(self, session: SessionId, owed: Owed, *, at: datetime) -> bool:
        """Lock, delete its tickets, note what is owed; False (and nothing noted): it was locked."""
        with self._database.writing() as tx:
            locked = tx.run(LOCK_SESSION, (micros(at), session)) == 1
            if locked:
                tx.run(DELETE_TICKETS, (tx.list_of([session]),))
                note_owed(tx, owed, at)
        return locked

    def unlock_session(self, session: SessionId) -> None:
        """Unlock a session."""
        with self._database.writing() as tx:
            tx.run(UNLOCK_SESSION, (session,))

    def add_ticket(self, secret: bytes, ticket: Ticket) -> None:
        """Insert, and delete those that have long expired. A power cut may lose it."""
        expires_at = micros(ticket.expires_at)
        with self._database.writing(durable=False) as tx:
            tx.run(FORGET_TICKETS, (expires_at - 3600 * 1_000_000,))
            tx.run(INSERT_TICKET, (secret, ticket.session, ticket.origin, expires_at))

    def take_ticket(self, secret: bytes) -> tuple[Ticket, Session, Person] | None:
        """Consume a ticket; None when there is none, or its session does not stand.

        Not fsynced: a power cut may bring a ticket back for what is left of its 30 seconds.
        """
        with self._database.writing(durable=False) as tx:
            taken = tx.all(TAKE_TICKET, (secret,))
            if not taken:
                return None
            (ticket,) = taken
            found = tx.one(SESSION_BY_ID, (ticket.session,))
        return None if found is None else (ticket, found.session, found.person)

    def add_link(
        self,
        secret: bytes,
        link: Link,
        along: Along | None = None,
        *,
        first: bool = False,
        office: bool = False,
    ) -> bool:
        """Insert, and delete those that have expired; False when the person is not active.

        With *first* also when they are enrolled; without *office* also when they have one.

        Whoever is shut out by another transaction at the same time is left without it.
        """
        expires_at = micros(link.expires_at)
        with self._database.writing() as tx:
            tx.run(FORGET_LINKS, (micros(link.expires_at - timedelta(days=365)),))
            tx.one(HOLD_ACCOUNT, (link.person,))
            values = (secret, link.audience, expires_at, int(first), link.made_by, link.person)
            made = tx.run(INSERT_LINK, (*values, int(first), int(office))) == 1
            if made:
                go_along(tx, along, secret)
        return made

    def link(self, secret: bytes, audience: Audience) -> tuple[Link, Person] | None:
        """Return a link without consuming it; None as `take_link` does."""
        with self._database.reading() as tx:
            found = tx.one(LINK_PERSON, (secret, audience))
            person = None if found is None else tx.one(ACTIVE_PERSON, (found.person,))
        return None if found is None or person is None else (found, person)

    def take_link(self, secret: bytes, audience: Audience, use: LinkUse) -> Person | None:
        """Use a link up and return whose it is.

        None when there is none to use by then, or its person is not active.
        """
        at = micros(use.at)
        with self._database.writing() as tx:
            taken = tx.all(TAKE_LINK, (at, use.address, use.device, secret, audience, at))
            return tx.one(ACTIVE_PERSON, taken) if taken else None

    def begin_by_link(self, link: bytes, session: Session, secret: bytes) -> bool:
        """Insert a session that a link begins; False as `open_session` has it.

        Every other link of its person that is open ends: how this one was used is said of it from
        then on. False also where another one let its person in meanwhile.
        """
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (session.person,))
            lets_in = tx.one(LINK_LETS_IN, (link,)) is not None
            return lets_in and insert_session(tx, session, secret, link)

    def link_works(self, secret: bytes, at: datetime) -> bool:
        """Whether there is a link that can be used, at either listener."""
        with self._database.reading() as tx:
            return tx.one(LINK_WORKS, (secret, micros(at))) is not None

    def give_back_link(self, secret: bytes) -> None:
        """Have a link that was taken work again, unless another one ended it."""
        with self._database.writing() as tx:
            tx.run(GIVE_BACK_LINK, (secret,))

    def used_link(self, secret: bytes) -> UsedLink | None:
        """Return how a link, or what ended it, was used; None: there is none, or it was not."""
        with self._database.reading() as tx:
            return tx.one(USED_LINK, (secret,))

    def report_link(self, secret: bytes, report: str, owed: Owed, *, at: datetime) -> bool:
        """Note that a used link was reported, and what is owed; False: it was, or there is none."""
        with self._database.writing() as tx:
            reported = tx.run(REPORT_LINK, (report, micros(at), secret)) == 1
            if reported:
                note_owed(tx, owed, at)
        return reported

    def reported_links(self) -> list[UsedLink]:
        """Return the reported links that nobody has closed, the newest first."""
        with self._database.reading() as tx:
            return tx.all(REPORTED_LINKS)

    def close_link_report(self, report: str, owed: Owed, *, at: datetime) -> bool:
        """Close a report, and note what is owed; False (and nothing noted): there is none open."""
        with self._database.writing() as tx:
            closed = tx.run(CLOSE_LINK_REPORT, (micros(at), report)) == 1
            if closed:
                note_owed(tx, owed, at)
        return closed

    def add_token(
        self,
        secret: bytes,
        token: ApiToken,
        *,
        epoch: int,
        session: SessionId | None = None,
        along: Along | None = None,
    ) -> bool:
        """Insert, with who is told; False when the person is not active or of this epoch any more.

        Or when the *session* stands no more in which it was asked for: the epoch may be of after.
        """
        per_minute, burst = token.rate or (None, None)
        values = (
            token.id,
            secret,
            token.name,
            micros(token.created_at),
            micros(token.expires_at),
            per_minute,
            burst,
            token.person,
            epoch,
        )
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (token.person,))
            if session is not None and tx.one(SESSION_BY_ID, (session,)) is None:
                return False
            added = tx.run(INSERT_TOKEN, values) == 1
            if added:
                go_along(tx, along)
        return added

    def token(self, secret: bytes) -> tuple[ApiToken, Person] | None:
        """Return a token that has not been revoked and whose person is active."""
        with self._database.reading() as tx:
            return tx.one(TOKEN_BY_SECRET, (secret,))

    def tokens_of(self, person: PersonId) -> list[ApiToken]:
        """Return the person's tokens that have not been revoked, the newest first."""
        with self._database.reading() as tx:
            return tx.all(TOKENS_OF, (person,))

    def own_tokens(self, owner: PersonId) -> list[ApiToken]:
        """Return the same of a person and of the bots whose owner they are."""
        with self._database.reading() as tx:
            return tx.all(OWN_TOKENS, (owner, owner))

    def bots_of(self, owner: PersonId) -> list[Person]:
        """Return the active bots whose owner somebody is, by name."""
        with self._database.reading() as tx:
            return tx.all(BOTS_OF, (owner,))

    def revoke_token(self, id: SessionId, owed: Owed, *, at: datetime) -> bool:
        """Revoke and note what is owed; False (and nothing noted) when it was not in force."""
        with self._database.writing() as tx:
            revoked = bool(tx.all(REVOKE_TOKEN, (micros(at), id)))
            if revoked:
                note_owed(tx, owed, at)
        return revoked

    def owed(self, limit: int) -> list[Owed]:
        """Return the oldest entries."""
        with self._database.reading() as tx:
            return tx.all(OWED, (limit,))

    def owe(self, owed: Owed, *, at: datetime) -> None:
        """Insert an entry that no other change goes with."""
        with self._database.writing() as tx:
            note_owed(tx, owed, at)

    def settled(self, event: EventId) -> None:
        """Delete an entry: it is on the record. If a power cut undoes it, it is settled again."""
        with self._database.writing(durable=False) as tx:
            tx.run(SETTLED, (event_bytes(event),))


def insert_session(tx: Tx, session: Session, secret: bytes, link: bytes | None = None) -> bool:
    """Insert a session; False when the person is no longer active or of the session's epoch.

    With one that a *link* begins, every other link of theirs that is open ends. With their first
    one they are enrolled, also with the first after what they had was destroyed, and however they
    came, first links end.
    Whoever is in, however they came, needs no invite any more.
    """
    values = (
        session.id,
        secret,
        session.audience,
        session.auth,
        session.device,
        session.device_name,
        micros(session.created_at),
        micros(session.seen_at),
        micros(session.expires_at),
        session.address,
        session.person,
        session.epoch,
    )
    tx.run(FORGET_SESSIONS, (micros(session.created_at - FORGET_AFTER),))
    begun = tx.run(INSERT_SESSION, values) == 1
    if begun:
        tx.run(CLOSE_INVITES, (micros(session.created_at), session.person))
        now = micros(session.created_at)
        enrolled = tx.run(ENROL, (now, session.person)) == 1
        if link is not None:
            tx.run(BEGAN_WITH, (link, session.id))
        if enrolled or link is not None:
            came = (now, now, session.address, session.device_name)
            tx.run(LINKS_END, (*came, session.person, link or b"", now, int(link is None)))
    return begun


def forget_of(tx: Tx, ended: Sequence[str]) -> None:
    """Delete what hangs on sessions that have ended: tickets, and where they are pushed to."""
    tx.run(DELETE_TICKETS, (tx.list_of(ended),))
    tx.run(DELETE_PUSHES, (tx.list_of(ended),))


def note_owed(tx: Tx, owed: Owed, at: datetime) -> None:
    """Store an entry that the identity stream is owed, in the transaction that has its effect."""
    tx.run(INSERT_OWED, (event_bytes(owed.event_id), micros(at), owed.command))
