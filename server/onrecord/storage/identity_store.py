"""Every statement about people, their passwords, and what the identity stream is owed."""

from datetime import datetime

from onrecord.domain.errors import Conflict
from onrecord.domain.ids import EventId, PersonId, SessionId
from onrecord.identity.addresses import Address, address_taken
from onrecord.identity.ports import Credential, Owed, PassedOn, Person
from onrecord.messaging.ports import RowRefused
from onrecord.storage.columns import event_bytes, event_id, micros
from onrecord.storage.coverage_store import how_many_served, succeed
from onrecord.storage.session_store import (
    PERSON_COLUMNS,
    SessionStore,
    forget_of,
    note_owed,
    person_of,
)
from onrecord.storage.statements import Tx, sql

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
    "INSERT INTO account (person, username, password_hash, mail, locale, epoch)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
ADDRESS_USED = sql("SELECT 1 FROM client_address WHERE address = ?")
CLIENT_ADDRESSES = sql("SELECT address FROM client_address")
INSERT_ADDRESS = sql("INSERT INTO client_address (address, way, person) VALUES (?, ?, ?)")
UPDATE_PERSON = sql(
    "UPDATE person SET name = ?, kind = ?, org = ?, role = ?, outside = ?, title = ?, branch = ?"
    " WHERE id = ?"
)
UPDATE_ACCOUNT = sql("UPDATE account SET username = ?, mail = ?, locale = ? WHERE person = ?")
SET_PASSWORD = sql("UPDATE account SET password_hash = ? WHERE person = ?")
RENEW_PASSWORD = sql("UPDATE account SET password_hash = ? WHERE person = ? AND password_hash = ?")
ACTIVATE = sql("UPDATE person SET active = 1 WHERE id = ?")
DEACTIVATE = sql("UPDATE person SET active = 0 WHERE id = ?")
NEXT_EPOCH = sql("UPDATE account SET epoch = epoch + 1 WHERE person = ?")
END_ALL_SESSIONS = sql(
    "UPDATE session SET ended_at = ? WHERE person = ? AND ended_at IS NULL RETURNING id"
)
REVOKE_ALL_TOKENS = sql(
    "UPDATE api_token SET revoked_at = ? WHERE person = ? AND revoked_at IS NULL RETURNING id"
)
DELETE_LINKS = sql("DELETE FROM sign_in_link WHERE person = ?")
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
        self, person: Person, password_hash: str | None, address: Address | None = None
    ) -> None:
        """Insert, a client with their address. Raises Conflict."""
        try:
            with self._database.writing() as tx:
                insert_person(tx, person, password_hash)
                if address is not None:
                    tx.run(INSERT_ADDRESS, (address.value, address.way, person.id))
        except RowRefused as error:
            if address is not None and self.address_used(address):
                raise address_taken() from error
            raise _taken() from error

    def update_person(self, person: Person) -> None:
        """Write everything but id, active and epoch. Raises Conflict (`username_taken`)."""
        public = (person.name, person.kind, person.org, person.role, int(person.outside))
        account = (person.username, person.mail, person.locale, person.id)
        try:
            with self._database.writing() as tx:
                tx.run(UPDATE_PERSON, (*public, person.title, person.branch, person.id))
                tx.run(UPDATE_ACCOUNT, account)
        except RowRefused as error:
            raise _taken() from error

    def set_password(
        self, person: PersonId, password_hash: str, owed: Owed, *, at: datetime
    ) -> list[SessionId]:
        """Replace the hash and shut out, as `shut_out` without *deactivate* does."""
        with self._database.writing() as tx:
            tx.run(SET_PASSWORD, (password_hash, person))
            return _shut_out(tx, person, owed, at)

    def renew_password(self, person: PersonId, old_hash: str, password_hash: str) -> None:
        """Replace a hash by another one of the same password, unless it was replaced meanwhile."""
        with self._database.writing() as tx:
            tx.run(RENEW_PASSWORD, (password_hash, person, old_hash))

    def activate(self, person: PersonId) -> None:
        """Let somebody sign in again; sessions from before stay void."""
        with self._database.writing() as tx:
            tx.run(ACTIVATE, (person,))

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
        tokens = tx.all(REVOKE_ALL_TOKENS, (micros(at), person))
        ended += [SessionId(row[0]) for row in tokens]
    return ended


def insert_person(tx: Tx, person: Person, password_hash: str | None) -> None:
    """Insert somebody and their account."""
    public = (person.id, person.name, person.kind, person.org, person.role)
    outside, active = int(person.outside), int(person.active)
    account = (person.id, person.username, password_hash, person.mail, person.locale)
    tx.run(INSERT_PERSON, (*public, outside, active, person.title, person.branch))
    tx.run(INSERT_ACCOUNT, (*account, person.epoch))


def _shut_out(tx: Tx, person: PersonId, owed: Owed, at: datetime) -> list[SessionId]:
    """End sessions, tickets and links; return the sessions. First of all it holds the account."""
    tx.run(NEXT_EPOCH, (person,))
    ended = [row[0] for row in tx.all(END_ALL_SESSIONS, (micros(at), person))]
    forget_of(tx, ended)
    tx.run(DELETE_LINKS, (person,))
    note_owed(tx, owed, at)
    return [SessionId(id) for id in ended]


def _taken() -> Conflict:
    return Conflict("username_taken", "Somebody has this user name already.")
