"""Every statement about people, their passwords, and what the identity stream is owed."""

from datetime import datetime

from msgspec import structs

from onrecord.domain.errors import Conflict
from onrecord.domain.ids import SessionId
from onrecord.identity.addresses import Address, address_taken
from onrecord.identity.ports import Credential, Owed, PassedOn, PasswordChange, Person
from onrecord.identity.told import Along
from onrecord.identity.warrants import OFFICE
from onrecord.messaging.ports import RowRefused
from onrecord.storage.along import go_along
from onrecord.storage.columns import event_bytes, event_id, micros
from onrecord.storage.coverage_store import how_many_served, succeed
from onrecord.storage.session_store import (
    HOLD_ACCOUNT,
    PERSON_COLUMNS,
    SessionStore,
    forget_of,
    note_owed,
    person_of,
)
from onrecord.storage.statements import Tx, sql
from onrecord_archive.events.ids import EventId, PersonId

FROM_PEOPLE = " FROM person p LEFT JOIN account a ON a.person = p.id"

PERSON = sql(f"SELECT {PERSON_COLUMNS}{FROM_PEOPLE} WHERE p.id = ?")
PEOPLE = sql(f"SELECT {PERSON_COLUMNS}{FROM_PEOPLE} ORDER BY p.name, p.id")
CREDENTIAL = sql(
    f"SELECT a.password_hash, {PERSON_COLUMNS}{FROM_PEOPLE} WHERE a.username = ? AND p.active = 1"
)
USERNAME = sql("SELECT 1 FROM account WHERE username = ?")
INSERT_PERSON = sql(
    "INSERT INTO person (id, name, kind, org, role, outside, active, title, branch)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_ACCOUNT = sql(
    "INSERT INTO account (person, username, password_hash, mail, locale, epoch, owner)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
ADDRESS_USED = sql("SELECT 1 FROM client_address WHERE address = ?")
CLIENT_ADDRESSES = sql("SELECT address FROM client_address")
INSERT_ADDRESS = sql("INSERT INTO client_address (address, way, person) VALUES (?, ?, ?)")
UPDATE_PERSON = sql(
    "UPDATE person SET name = ?, kind = ?, org = ?, role = ?, outside = ?, title = ?, branch = ?"
    " WHERE id = ?"
)
UPDATE_ACCOUNT = sql("UPDATE account SET username = ?, mail = ?, locale = ? WHERE person = ?")
PASSWORD_HASH = sql("SELECT password_hash FROM account WHERE person = ?")
SET_PASSWORD = sql(
    "UPDATE account SET password_hash = ? WHERE person = ? AND COALESCE(password_hash, '') = ?"
)
# It goes back to the link that its session began with, or to that of the password typed before.
CHOSEN_IN = sql(
    """UPDATE account SET password_session = ?, password_by = CASE
        WHEN EXISTS (SELECT 1 FROM session s WHERE s.id = ? AND s.link IS NOT NULL) THEN (
            SELECT l.made_by FROM session s JOIN sign_in_link l ON l.secret = s.link
            WHERE s.id = ?)
        ELSE password_by END
    WHERE person = ?"""
)
AWAITS_NOTHING = sql("UPDATE account SET awaits = NULL WHERE person = ?")
KEEP_SESSION = sql("UPDATE session SET epoch = epoch + 1 WHERE id = ?")
END_OTHER_SESSIONS = sql(
    "UPDATE session SET ended_at = ? WHERE person = ? AND id <> ? AND ended_at IS NULL RETURNING id"
)
RENEW_PASSWORD = sql("UPDATE account SET password_hash = ? WHERE person = ? AND password_hash = ?")
ACTIVATE = sql("UPDATE person SET active = 1 WHERE id = ?")
DEACTIVATE = sql("UPDATE person SET active = 0 WHERE id = ?")
NEXT_EPOCH = sql("UPDATE account SET epoch = epoch + 1 WHERE person = ?")
END_ALL_SESSIONS = sql(
    "UPDATE session SET ended_at = ? WHERE person = ? AND ended_at IS NULL RETURNING id"
)
REVOKE_ALL_TOKENS = sql(
    "UPDATE api_token SET revoked_at = ? WHERE revoked_at IS NULL AND (person = ?"
    " OR person IN (SELECT person FROM account WHERE owner = ?)) RETURNING id"
)
DELETE_LINKS = sql("DELETE FROM sign_in_link WHERE person = ? AND used_at IS NULL")
IS_GONE = """EXISTS (SELECT 1 FROM person p WHERE p.id = {client} AND p.kind = 'client'
        AND p.active = 0 AND NOT EXISTS (SELECT 1 FROM client_address a WHERE a.person = p.id)
        AND NOT EXISTS (SELECT 1 FROM member_span s WHERE s.person = p.id AND s.to_seq IS NULL))"""
"""A client has ended the relationship, or never came in: nothing of it is left."""
HAS_LEFT = sql("SELECT 1 WHERE {gone}", gone=IS_GONE.format(client="?"))
OWED = sql("SELECT event_id, command FROM identity_owed ORDER BY at, event_id LIMIT ?")
SETTLED = sql("DELETE FROM identity_owed WHERE event_id = ?")


class IdentityStore(SessionStore):
    """Fulfils identity.ports.IdentityStore on either database."""

    def person(self, id: PersonId) -> Person | None:
        """Return somebody, active or not."""
        with self._database.reading() as tx:
            row = tx.one(PERSON, (id,))
        return None if row is None else person_of(row)

    def credential(self, username: str) -> Credential | None:
        """Return an active person by their normalised user name."""
        with self._database.reading() as tx:
            row = tx.one(CREDENTIAL, (username,))
        return None if row is None else Credential(person_of(row[1:]), row[0])

    def username_taken(self, username: str) -> bool:
        """Whether anybody, active or not, has this normalised user name."""
        with self._database.reading() as tx:
            return tx.one(USERNAME, (username,)) is not None

    def people(self) -> list[Person]:
        """Return everybody, by name."""
        with self._database.reading() as tx:
            return [person_of(row) for row in tx.all(PEOPLE)]

    def address_used(self, address: Address) -> bool:
        """Whether any client, active or not, has this address."""
        with self._database.reading() as tx:
            return tx.one(ADDRESS_USED, (address.value,)) is not None

    def client_addresses(self) -> frozenset[str]:
        """Return the addresses of all clients."""
        with self._database.reading() as tx:
            return frozenset(row[0] for row in tx.all(CLIENT_ADDRESSES))

    def add_person(
        self,
        person: Person,
        password_hash: str | None,
        address: Address | None = None,
        along: Along | None = None,
    ) -> None:
        """Insert, a client with their address, and what goes along. Raises Conflict."""
        try:
            with self._database.writing() as tx:
                insert_person(tx, person, password_hash)
                if address is not None:
                    tx.run(INSERT_ADDRESS, (address.value, address.way, person.id))
                go_along(tx, along)
        except RowRefused as error:
            if address is not None and self.address_used(address):
                raise address_taken() from error
            raise _taken() from error

    def update_person(
        self,
        before: Person,
        after: Person,
        along: Along | None = None,
        *,
        ends: tuple[Owed, datetime] | None = None,
    ) -> list[SessionId] | None:
        """Write who somebody is, and what goes along; return the sessions that ended, if they do.

        None, and nothing is written: they are not as *before* any more, or are enrolled now.
        Raises Conflict (`username_taken`).
        """
        public = (after.name, after.kind, after.org, after.role, int(after.outside))
        account = (after.username, after.mail, after.locale, after.id)
        try:
            with self._database.writing() as tx:
                tx.one(HOLD_ACCOUNT, (before.id,))
                row = tx.one(PERSON, (before.id,))
                if row is None or not _as_before(person_of(row), before):
                    return None
                tx.run(UPDATE_PERSON, (*public, after.title, after.branch, after.id))
                tx.run(UPDATE_ACCOUNT, account)
                if after.awaits is None:
                    tx.run(AWAITS_NOTHING, (after.id,))
                go_along(tx, along)
                ended = [] if ends is None else _shut_out(tx, after.id, *ends)
                if ends is not None and after.role != before.role and after.role in OFFICE:
                    ended += _revoke_tokens(tx, after.id, ends[1])
                return ended
        except RowRefused as error:
            raise _taken() from error

    def password_hash(self, person: PersonId) -> str | None:
        """Return the argon2id hash of somebody's password; None: they have none."""
        with self._database.reading() as tx:
            row = tx.one(PASSWORD_HASH, (person,))
        return None if row is None else row[0]

    def set_password(
        self, change: PasswordChange, owed: Owed, *, at: datetime
    ) -> list[SessionId] | None:
        """Replace the hash and end every other session, ticket and link; None: it has changed."""
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (change.person,))
            if tx.run(SET_PASSWORD, (change.new, change.person, change.old or "")) == 0:
                return None
            tx.run(NEXT_EPOCH, (change.person,))
            tx.run(KEEP_SESSION, (change.keep,))
            tx.run(CHOSEN_IN, (*[change.keep] * 3, change.person))
            others = (micros(at), change.person, change.keep)
            ended = [SessionId(row[0]) for row in tx.all(END_OTHER_SESSIONS, others)]
            _forget_ways_in(tx, change.person, ended, owed, at)
        return ended

    def renew_password(self, person: PersonId, old_hash: str, password_hash: str) -> None:
        """Replace a hash by another one of the same password, unless it was replaced meanwhile."""
        with self._database.writing() as tx:
            tx.run(RENEW_PASSWORD, (password_hash, person, old_hash))

    def activate(self, person: PersonId, along: Along | None = None) -> None:
        """Let somebody sign in again; sessions from before stay void."""
        with self._database.writing() as tx:
            tx.run(ACTIVATE, (person,))
            go_along(tx, along)

    def clients_of(self, person: PersonId) -> int:
        """Return how many clients' conversations would be nobody's without somebody."""
        with self._database.reading() as tx:
            return how_many_served(tx, person)

    def shut_out(
        self,
        person: PersonId,
        owed: Owed,
        *,
        deactivate: bool,
        at: datetime,
        successor: PersonId | None = None,
        passed: PassedOn | None = None,
    ) -> list[SessionId]:
        """End every session, ticket and link, raise the epoch, note what is owed.

        With *deactivate* the person becomes inactive and their tokens end as well; *successor* is
        noted and has their open invites from now on. Returns the sessions and tokens that ended.
        """
        with self._database.writing() as tx:
            ended = shut_out(tx, person, owed, deactivate=deactivate, at=at)
            invites = [] if successor is None else succeed(tx, person, successor)
            if invites and passed is not None:
                note_owed(tx, passed(invites), at)
        return ended

    def has_left(self, client: PersonId) -> bool:
        """Whether a client has ended the relationship, or never came in: nothing of it is left."""
        with self._database.reading() as tx:
            return tx.one(HAS_LEFT, (client,)) is not None

    def owed(self, limit: int) -> list[Owed]:
        """Return the oldest entries."""
        with self._database.reading() as tx:
            return [Owed(event_id(row[0]), row[1]) for row in tx.all(OWED, (limit,))]

    def owe(self, owed: Owed, *, at: datetime) -> None:
        """Insert an entry that no other change goes with."""
        with self._database.writing() as tx:
            note_owed(tx, owed, at)

    def settled(self, event: EventId) -> None:
        """Delete an entry: it is on the record. If a power cut undoes it, it is settled again."""
        with self._database.writing(durable=False) as tx:
            tx.run(SETTLED, (event_bytes(event),))


def shut_out(
    tx: Tx, person: PersonId, owed: Owed, *, deactivate: bool, at: datetime
) -> list[SessionId]:
    """End what lets somebody in, and note what is owed; return the sessions that ended."""
    ended = _shut_out(tx, person, owed, at)
    if deactivate:
        tx.run(DEACTIVATE, (person,))
        ended += _revoke_tokens(tx, person, at)
    return ended


def _revoke_tokens(tx: Tx, person: PersonId, at: datetime) -> list[SessionId]:
    """Revoke somebody's tokens and their bots'; return them."""
    tokens = tx.all(REVOKE_ALL_TOKENS, (micros(at), person, person))
    return [SessionId(row[0]) for row in tokens]


def insert_person(tx: Tx, person: Person, password_hash: str | None) -> None:
    """Insert somebody and their account."""
    public = (person.id, person.name, person.kind, person.org, person.role)
    outside, active = int(person.outside), int(person.active)
    account = (person.id, person.username, password_hash, person.mail, person.locale)
    tx.run(INSERT_PERSON, (*public, outside, active, person.title, person.branch))
    tx.run(INSERT_ACCOUNT, (*account, person.epoch, person.owner))


def _shut_out(tx: Tx, person: PersonId, owed: Owed, at: datetime) -> list[SessionId]:
    """End sessions, tickets and links; return the sessions. First of all it holds the account."""
    tx.run(NEXT_EPOCH, (person,))
    ended = [SessionId(row[0]) for row in tx.all(END_ALL_SESSIONS, (micros(at), person))]
    _forget_ways_in(tx, person, ended, owed, at)
    return ended


def _forget_ways_in(
    tx: Tx, person: PersonId, ended: list[SessionId], owed: Owed, at: datetime
) -> None:
    forget_of(tx, ended)
    tx.run(DELETE_LINKS, (person,))
    note_owed(tx, owed, at)


def _as_before(found: Person, before: Person) -> bool:
    """Whether nothing that `update_person` writes, or goes by, has changed."""
    active, epoch, picture = before.active, before.epoch, before.picture
    return structs.replace(found, active=active, epoch=epoch, picture=picture) == before


def _taken() -> Conflict:
    return Conflict("username_taken", "Somebody has this user name already.")
