"""Every statement about invites, clients' addresses and codes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.ids import SessionId
from onrecord.core.failures import RowRefused
from onrecord.core.store.projections import Projector, row_alone
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.rows import named
from onrecord.database.statements import Tx, query, sql
from onrecord.features.clients.addresses import Address, InviteWay, address_taken
from onrecord.features.clients.values import MOST_TRIES, Code, Invite, OwedOf, invite_closed
from onrecord.features.people.store import INSERT_ADDRESS, IS_GONE, insert_person, shut_out
from onrecord.features.sign_in.store import (
    ACTIVE,
    ACTIVE_PERSON,
    HOLD_ACCOUNT,
    PERSON_COLUMNS,
    insert_session,
    note_owed,
)
from onrecord.features.sign_in.values import Owed, Person, Session
from onrecord_archive.events.clients import (
    AssuranceChanged,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
)
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.payload import Payload


class Made(NamedTuple):
    """Whom an invite is of, who may be nobody yet, and whether they became a client by it."""

    person: PersonId | None
    made: bool


class Accepting(NamedTuple):
    """Whom an invite has made, and when it was taken back."""

    person: PersonId | None
    revoked_at: datetime | None


class ComingIn(NamedTuple):
    """Who may come in at an address, and whether a browser let them in before."""

    person: Person
    known: bool


NO_CODE = b""
"""The hash where there is none: no code has it."""
_INVITES = {
    "client": "i.person",
    "gone": IS_GONE,
    "invites": """i.id, i.advisor, i.name, i.org, i.address_way AS "address.way",
    i.address AS "address.value", i.way, i.locale, i.created_at, i.expires_at, i.person,
    i.accepted_at, i.revoked_at, i.sent, EXISTS (SELECT 1 FROM invite o
        WHERE o.address = i.address AND o.accepted_at = i.revoked_at) AS superseded,
    i.accepted_at IS NOT NULL AND {gone} AS "left" FROM invite i""",
}

INSERT_INVITE = sql(
    """INSERT INTO invite (id, secret, advisor, name, org, address_way, address, way, locale,
        created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
)
INVITES_OF = query(
    Invite, "SELECT {invites} WHERE i.advisor = ? ORDER BY i.id DESC LIMIT ?", **_INVITES
)
INVITE = query(Invite, "SELECT {invites} WHERE i.id = ?", **_INVITES)
OPEN_INVITE = query(
    Invite,
    """SELECT {invites} JOIN person p ON p.id = i.advisor
    WHERE i.address = ? AND i.accepted_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?
        AND p.active = 1
    ORDER BY CASE WHEN i.advisor = ? THEN 0 ELSE 1 END, i.id DESC LIMIT 1""",
    **_INVITES,
)
SUPERSEDE = query(
    str,
    """UPDATE invite SET revoked_at = ?
    WHERE address = (SELECT o.address FROM invite o WHERE o.id = ?) AND id <> ?
        AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ? RETURNING id""",
)
INVITE_BY_SECRET = query(Invite, "SELECT {invites} WHERE i.secret = ?", **_INVITES)
RENEW_INVITE = sql(
    """UPDATE invite SET secret = ?, way = ?, expires_at = ?, sent = 0
    WHERE id = ? AND accepted_at IS NULL AND revoked_at IS NULL RETURNING id"""
)
INVITE_SENT = sql("UPDATE invite SET sent = 1 WHERE id = ? AND secret = ?")
REVOKE_INVITE = query(
    Made,
    """UPDATE invite SET revoked_at = ?
    WHERE id = ? AND accepted_at IS NULL AND revoked_at IS NULL RETURNING person, made""",
)
PERSON_OF_INVITE = sql("SELECT person FROM invite WHERE id = ?")
# Waits for who is taking the invite back.
CLIENT_OF_INVITE = query(Accepting, "SELECT person, revoked_at FROM invite WHERE id = ? {lock}")
MADE_BY_INVITE = sql("UPDATE invite SET person = ?, made = ? WHERE id = ?")
"""`made`: it is how they became a client; else they were one before."""
ACCEPT_INVITE = sql("UPDATE invite SET accepted_at = ? WHERE id = ? AND accepted_at IS NULL")
FORGET_ADDRESS = sql("DELETE FROM client_address WHERE person = ?")
AT_ADDRESS = "p.id = (SELECT person FROM client_address WHERE address = ?)"
CLIENT_AT = query(
    Person,
    "SELECT {person} {active} AND {at_address}",
    person=named(PERSON_COLUMNS),
    active=ACTIVE,
    at_address=AT_ADDRESS,
)
COMES_IN_ANEW = """(EXISTS (SELECT 1 FROM invite n WHERE n.person = p.id AND n.made = 0
        AND n.accepted_at IS NULL AND n.revoked_at IS NULL)
    OR EXISTS (SELECT 1 FROM assurance a WHERE a.person = p.id AND a.proof = 'none'))"""
"""Of a client `p` whose advisor has ended everything: the new link alone lets them in."""
CLIENT_IN = query(
    ComingIn,
    """SELECT {person},
        (SELECT COUNT(*) FROM client_device d WHERE d.person = p.id AND d.secret = ?) AS known
    {active} AND {at_address} AND NOT {anew}""",
    person=named(PERSON_COLUMNS, "person"),
    active=ACTIVE,
    at_address=AT_ADDRESS,
    anew=COMES_IN_ANEW,
)
FORGET_CODES = sql("DELETE FROM one_time_code WHERE expires_at < ?")
PUT_CODE = sql(
    """INSERT INTO one_time_code (about, hashed, tries, expires_at) VALUES (?, ?, 0, ?)
    ON CONFLICT (about) DO UPDATE SET hashed = excluded.hashed, tries = 0,
        expires_at = excluded.expires_at"""
)
# It writes where there is no code too: a transaction that changes nothing waits for no disk, which
# would tell who is a client. What it inserts has expired already.
COUNT_TRY = sql(
    """INSERT INTO one_time_code (about, hashed, tries, expires_at) VALUES (?, ?, 1, ?)
    ON CONFLICT (about) DO UPDATE SET tries = one_time_code.tries + 1"""
)
CODE_STANDS = sql("SELECT 1 FROM one_time_code WHERE about = ? AND tries < ? AND expires_at > ?")
CODE_SPENT = sql("SELECT 1 FROM one_time_code WHERE about = ? AND tries >= ? AND expires_at > ?")
TAKE_CODE = sql(
    "DELETE FROM one_time_code WHERE about = ? AND hashed = ? AND tries <= ? AND expires_at > ?"
    " RETURNING about"
)
CONVERSATIONS_OF = query(
    StreamId,
    """SELECT c.id FROM member_span s JOIN conversation c ON c.stream_key = s.stream_key
    WHERE s.person = ? AND s.to_seq IS NULL ORDER BY c.stream_key""",
)
GROUPS_OF = query(
    StreamId,
    """SELECT c.id FROM member_span s JOIN conversation c ON c.stream_key = s.stream_key
    WHERE s.person = ? AND s.to_seq IS NULL AND c.kind = 'group'""",
)
RELATIONSHIPS_OF = query(
    StreamId,
    """SELECT c.id FROM relationship r JOIN conversation c ON c.stream_key = r.stream_key
    JOIN member_span s ON s.stream_key = r.stream_key AND s.person = r.client
    WHERE r.client = ? AND r.to_seq IS NULL AND s.to_seq IS NULL ORDER BY c.stream_key""",
)


class ClientStore:
    """Invites and codes. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_invite(self, invite: Invite, secret: bytes) -> None:
        """Insert."""
        with self._database.writing() as tx:
            insert_invite(tx, invite, secret)

    def invites_of(self, advisor: PersonId, limit: int) -> list[Invite]:
        """Return an advisor's invites, the newest first."""
        with self._database.reading() as tx:
            return tx.all(INVITES_OF, (advisor, limit))

    def invite(self, id: str) -> Invite | None:
        """Return an invite, in force or not."""
        with self._database.reading() as tx:
            return tx.one(INVITE, (id,))

    def open_invite(self, address: Address, advisor: PersonId, at: datetime) -> Invite | None:
        """Return an invite of this address that is open.

        The newest one of this advisor, or else of another who is active.
        """
        with self._database.reading() as tx:
            return tx.one(OPEN_INVITE, (address.value, micros(at), advisor))

    def invite_by_secret(self, secret: bytes) -> tuple[Invite, Person] | None:
        """Return the invite of a link and its advisor; None where either is not."""
        with self._database.reading() as tx:
            invite = tx.one(INVITE_BY_SECRET, (secret,))
            advisor = None if invite is None else tx.one(ACTIVE_PERSON, (invite.advisor,))
        return None if invite is None or advisor is None else (invite, advisor)

    def renew_invite(self, id: str, secret: bytes, way: InviteWay, expires_at: datetime) -> bool:
        """Replace its link; False when it was accepted or revoked."""
        with self._database.writing() as tx:
            return bool(tx.all(RENEW_INVITE, (secret, way, micros(expires_at), id)))

    def invite_sent(self, id: str, secret: bytes, owed: Owed, *, at: datetime) -> None:
        """Note that the letter with this link was handed over, and what is owed for it."""
        with self._database.writing() as tx:
            tx.run(INVITE_SENT, (id, secret))
            note_owed(tx, owed, at)

    def revoke_invite(self, id: str, owed: OwedOf, *, at: datetime) -> list[SessionId] | None:
        """End it and note what is owed; None when it was accepted or revoked before.

        A client whom it has made already, and who was not let in yet, is deactivated and leaves
        the address free; returns their sessions. Who was a client before stays one.
        """
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, tx.only(PERSON_OF_INVITE, (id,)))
            revoked = tx.all(REVOKE_INVITE, (micros(at), id))
            if not revoked:
                return None
            (of,) = revoked
            client = of.person if of.made else None
            first, *ending = owed(client)
            note_owed(tx, first, at)
            ended: list[SessionId] = []
            if client is not None:
                for entry in ending:
                    ended += shut_out(tx, client, entry, deactivate=True, at=at)
                    tx.run(FORGET_ADDRESS, (client,))
            return ended

    def add_client(self, person: Person, invite: Invite) -> Person:
        """Insert the invite's client, once; return who it made already if it did.

        Raises Conflict (`invite_closed` when it was revoked meanwhile, `address_taken`).
        """
        address = invite.address
        try:
            with self._database.writing() as tx:
                accepting = tx.only(CLIENT_OF_INVITE, (invite.id,))
                if accepting.revoked_at is not None:
                    raise invite_closed()
                if accepting.person is not None:
                    return _active(tx, accepting.person)
                insert_person(tx, person, None)
                tx.run(INSERT_ADDRESS, (address.value, address.way, person.id))
                tx.run(MADE_BY_INVITE, (person.id, 1, invite.id))
        except RowRefused as error:
            raise address_taken() from error
        return person

    def let_in(
        self, id: str, others: Callable[[str], Owed], session: Session, secret: bytes
    ) -> bool:
        """Begin its client's session and note that its link opens nothing more.

        Other invites of its address that are open end, and what *others* owes for each is noted.

        False when the client is no longer active or of the session's epoch; nothing is noted then.
        Raises Conflict (`invite_closed`) when the invite was revoked meanwhile.
        """
        with self._database.writing() as tx:
            if tx.only(CLIENT_OF_INVITE, (id,)).revoked_at is not None:
                raise invite_closed()
            begun = insert_session(tx, session, secret)
            if begun:
                at = micros(session.created_at)
                tx.run(ACCEPT_INVITE, (at, id))
                for other in tx.all(SUPERSEDE, (at, id, id, at)):
                    note_owed(tx, others(other), session.created_at)
        return begun

    def client_at(self, address: Address) -> Person | None:
        """Return the active client of an address."""
        with self._database.reading() as tx:
            return tx.one(CLIENT_AT, (address.value,))

    def client_in(self, address: Address, browser: bytes) -> tuple[Person, bool] | None:
        """Return that client, and whether the browser of this secret's SHA-256 let them in before.

        None also where their advisor has them come in anew: until then the new link alone lets in.
        """
        with self._database.reading() as tx:
            return tx.one(CLIENT_IN, (browser, address.value))

    def code_stands(self, key: str, at: datetime) -> bool:
        """Whether there is a code that a try could take."""
        with self._database.reading() as tx:
            return tx.one(CODE_STANDS, (key, MOST_TRIES, micros(at))) is not None

    def code_spent(self, key: str, at: datetime) -> bool:
        """Whether a code would be in force, had it not been tried too often."""
        with self._database.reading() as tx:
            return tx.one(CODE_SPENT, (key, MOST_TRIES, micros(at))) is not None

    def put_code(self, key: str, code: Code) -> None:
        """Replace the code of a key; delete those that have expired."""
        with self._database.writing() as tx:
            tx.run(FORGET_CODES, (micros(code.expires_at) - 86_400 * 1_000_000,))
            tx.run(PUT_CODE, (key, code.hashed, micros(code.expires_at)))

    def try_code(self, key: str, hashed: bytes, at: datetime) -> bool:
        """Count a try, and take the code away if it is the right one, in one transaction.

        False: there is none in force, its tries are used up, or it is another one; all of these
        take as long.
        """
        with self._database.writing() as tx:
            tx.run(COUNT_TRY, (key, NO_CODE, micros(at)))
            return bool(tx.all(TAKE_CODE, (key, hashed, MOST_TRIES, micros(at))))

    def conversations_of(self, person: PersonId) -> list[StreamId]:
        """Return the conversations that somebody is a member of."""
        with self._database.reading() as tx:
            return tx.all(CONVERSATIONS_OF, (person,))

    def groups_of(self, person: PersonId) -> set[StreamId]:
        """Return those of them that are groups."""
        with self._database.reading() as tx:
            return set(tx.all(GROUPS_OF, (person,)))

    def end_client(self, person: PersonId, owed: Owed, *, at: datetime) -> list[SessionId]:
        """End the account, free its address, and note what is owed.

        Returns the sessions and tokens that ended.
        """
        with self._database.writing() as tx:
            tx.run(FORGET_ADDRESS, (person,))
            return shut_out(tx, person, owed, deactivate=True, at=at)


def insert_invite(tx: Tx, invite: Invite, secret: bytes) -> None:
    """Insert an invite but for whom it made."""
    values = (
        invite.id,
        secret,
        invite.advisor,
        invite.name,
        invite.org,
        invite.address.way,
        invite.address.value,
        invite.way,
        invite.locale,
        micros(invite.created_at),
        micros(invite.expires_at),
    )
    tx.run(INSERT_INVITE, values)


def _active(tx: Tx, id: str) -> Person:
    found = tx.one(ACTIVE_PERSON, (id,))
    if found is None:
        raise Conflict("address_taken", "This client has been shut out.")
    return found


PROJECTORS: Final[Mapping[type[Payload], Projector]] = dict.fromkeys(
    (
        NoticeAccepted,
        DeviceAdded,
        IdentityConfirmed,
        IdentityWithdrawn,
        IdentityReset,
        AssuranceChanged,
    ),
    row_alone,
)
"""What is said of clients is read in the timeline alone."""
