"""Every statement about people and their passwords.

The one end of what lets somebody in is here: every way that ends somebody's access leads through
`end_access`, whether they were deactivated, left, were signed out everywhere, got another role or
organisation, a reset or another password, or their invite was revoked. No other statement does any
of it (tests/architecture/test_ended_access.py), and each column that lets somebody in is accounted
for (tests/integration/people/test_ways_in.py).

`end_access`   sessions, tickets, subscriptions, links, invites and tokens end for good
`suspend`      the account ends; what its person enrolled (password, passkeys, known devices) lets
               nobody in, and is still there if they are activated soon
`destroy`      that is deleted: a new link alone lets them in
"""

from datetime import datetime
from typing import NamedTuple

from msgspec import structs

from onrecord.core.domain.errors import Conflict
from onrecord.core.domain.ids import SessionId
from onrecord.core.failures import RowRefused
from onrecord.database.columns import micros
from onrecord.database.rows import named
from onrecord.database.statements import Tx, nullable, query, sql
from onrecord.features.clients.addresses import Address, address_taken
from onrecord.features.people.along_store import ADMINISTERS, go_along
from onrecord.features.people.told import Along
from onrecord.features.relationships.coverage_store import forget_successor, succeed
from onrecord.features.scheduled.service import account_ended
from onrecord.features.sign_in.store import (
    HOLD_ACCOUNT,
    PERSON_COLUMNS,
    SESSION_BY_ID,
    SessionStore,
    forget_of,
    note_owed,
)
from onrecord.features.sign_in.values import Credential, Owed, PassedOn, PasswordChange, Person
from onrecord.protocol.people import POSITION, position_of
from onrecord_archive.events.ids import PersonId


class Administrator(NamedTuple):
    """Who administers, and whether they have ever signed in."""

    id: PersonId
    enrolled: bool


FROM_PEOPLE = " FROM person p LEFT JOIN account a ON a.person = p.id"

PERSON = query(
    Person,
    "SELECT {person} {from_people} WHERE p.id = ?",
    person=named(PERSON_COLUMNS),
    from_people=FROM_PEOPLE,
)
PEOPLE = query(
    Person,
    "SELECT {person} {from_people} ORDER BY p.name, p.id",
    person=named(PERSON_COLUMNS),
    from_people=FROM_PEOPLE,
)
CREDENTIAL = query(
    Credential,
    """SELECT {person}, a.password_hash {from_people} WHERE a.username = ? AND p.active = 1""",
    person=named(PERSON_COLUMNS, "person"),
    from_people=FROM_PEOPLE,
)
USERNAME = sql("SELECT 1 FROM account WHERE username = ?")
POSITION_PARTS = {
    "fields": ", ".join(POSITION),
    "marks": ", ".join("?" for _ in POSITION),
    "set": ", ".join(f"{field} = ?" for field in POSITION),
}
INSERT_PERSON = sql(
    """INSERT INTO person (id, name, kind, org, role, outside, active, {fields})
    VALUES (?, ?, ?, ?, ?, ?, ?, {marks})""",
    **POSITION_PARTS,
)
INSERT_ACCOUNT = sql(
    "INSERT INTO account (person, username, password_hash, mail, locale, epoch, owner)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
ADDRESS_USED = sql("SELECT 1 FROM client_address WHERE address = ?")
CLIENT_ADDRESSES = query(str, "SELECT address FROM client_address")
INSERT_ADDRESS = sql("INSERT INTO client_address (address, way, person) VALUES (?, ?, ?)")
UPDATE_PERSON = sql(
    "UPDATE person SET name = ?, kind = ?, org = ?, role = ?, outside = ?, {set} WHERE id = ?",
    **POSITION_PARTS,
)
UPDATE_ACCOUNT = sql("UPDATE account SET username = ?, mail = ?, locale = ? WHERE person = ?")
PASSWORD_HASH = nullable(str, "SELECT password_hash FROM account WHERE person = ?")
SET_PASSWORD = sql(
    "UPDATE account SET password_hash = ? WHERE person = ? AND COALESCE(password_hash, '') = ?"
)
RENEW_PASSWORD = sql("UPDATE account SET password_hash = ? WHERE person = ? AND password_hash = ?")
NEXT_EPOCH = sql("UPDATE account SET epoch = epoch + 1 WHERE person = ?")
# So that no token of theirs is inserted that was asked for before.
NEXT_EPOCH_OF_BOTS = sql("UPDATE account SET epoch = epoch + 1 WHERE owner = ?")
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
END_SESSIONS_OF = query(
    SessionId,
    "UPDATE session SET ended_at = ?"
    " WHERE person = ? AND id <> ? AND ended_at IS NULL RETURNING id",
)
# Two at once wait for each other here: who comes second sees that the first one has gone.
HOLD_ADMINISTRATORS = sql(
    """SELECT person FROM account WHERE person IN (
        SELECT id FROM person WHERE role = 'administrator' AND active = 1)
    ORDER BY person {lock}"""
)
ENROLLED = query(
    Administrator,
    """SELECT p.id, a.enrolled_at IS NOT NULL AS enrolled
    FROM person p JOIN account a ON a.person = p.id
    WHERE p.role = 'administrator' AND p.active = 1""",
)
NOT_SENT = sql(
    """UPDATE scheduled SET state = 'refused', code = ?, detail = ? WHERE state = 'waiting'
    AND (person = ? OR person IN (SELECT person FROM account WHERE owner = ?))"""
)
DELETE_LINKS = sql("DELETE FROM sign_in_link WHERE person = ? AND used_at IS NULL")
# One that was taken and has begun no session yet is not given back: it stays used.
END_TAKEN_LINKS = sql(
    """UPDATE sign_in_link SET expires_at = used_at WHERE person = ? AND expires_at > used_at
    AND NOT EXISTS (SELECT 1 FROM session s WHERE s.link = sign_in_link.secret)"""
)
CLOSE_INVITES = sql(
    "UPDATE invite SET revoked_at = ?"
    " WHERE person = ? AND accepted_at IS NULL AND revoked_at IS NULL"
)
REVOKE_TOKENS_OF = query(
    SessionId,
    "UPDATE api_token SET revoked_at = ? WHERE revoked_at IS NULL AND (person = ?"
    " OR person IN (SELECT person FROM account WHERE owner = ?)) RETURNING id",
)
# Of who is not active it stands already.
NOTE_END = sql(
    "UPDATE account SET ended_at = ?"
    " WHERE person = ? AND person IN (SELECT id FROM person WHERE active = 1)"
)
IS_ACTIVE = sql("SELECT 1 FROM person WHERE id = ? AND active = 1")
DEACTIVATE = sql("UPDATE person SET active = 0 WHERE id = ?")
FORGET_PASSWORD = sql("UPDATE account SET password_hash = NULL WHERE person = ?")
FORGET_PASSKEYS = sql("DELETE FROM passkey WHERE person = ?")
FORGET_DEVICES = sql("DELETE FROM client_device WHERE person = ?")
NOTHING_HOLDS = sql("UPDATE assurance SET proof = 'none', device = NULL WHERE person = ?")
NOTE_DESTROYED = sql("UPDATE account SET ended_at = NULL, destroyed_at = ? WHERE person = ?")
ACTIVATE = sql("UPDATE person SET active = 1 WHERE id = ?")
NOTE_RETURN = sql("UPDATE account SET ended_at = NULL WHERE person = ?")
# Where nobody noted when it ended, it counts as long ago.
_OVERDUE = """FROM account a JOIN person p ON p.id = a.person
    WHERE p.active = 0 AND a.destroyed_at IS NULL AND coalesce(a.ended_at, 0) <= ?"""
OVERDUE = query(
    PersonId, "SELECT a.person {overdue} ORDER BY a.ended_at, a.person LIMIT ?", overdue=_OVERDUE
)
IS_OVERDUE = sql("SELECT 1 {overdue} AND a.person = ?", overdue=_OVERDUE)
ENROLS_ANEW = sql("SELECT 1 FROM account WHERE person = ? AND destroyed_at IS NOT NULL")
IS_GONE = """EXISTS (SELECT 1 FROM person p WHERE p.id = {client} AND p.kind = 'client'
        AND p.active = 0 AND NOT EXISTS (SELECT 1 FROM client_address a WHERE a.person = p.id)
        AND NOT EXISTS (SELECT 1 FROM member_span s WHERE s.person = p.id AND s.to_seq IS NULL))"""
"""A client has ended the relationship, or never came in: nothing of it is left."""
HAS_LEFT = sql("SELECT 1 WHERE {gone}", gone=IS_GONE.format(client="?"))


class IdentityStore(SessionStore):
    """People and their passwords, with what SessionStore has. Each method is one transaction."""

    def person(self, id: PersonId) -> Person | None:
        """Return somebody, active or not."""
        with self._database.reading() as tx:
            return tx.one(PERSON, (id,))

    def credential(self, username: str) -> Credential | None:
        """Return an active person by their normalised user name."""
        with self._database.reading() as tx:
            return tx.one(CREDENTIAL, (username,))

    def username_taken(self, username: str) -> bool:
        """Whether anybody, active or not, has this normalised user name."""
        with self._database.reading() as tx:
            return tx.one(USERNAME, (username,)) is not None

    def people(self) -> list[Person]:
        """Return everybody, by name."""
        with self._database.reading() as tx:
            return tx.all(PEOPLE)

    def address_used(self, address: Address) -> bool:
        """Whether any client, active or not, has this address."""
        with self._database.reading() as tx:
            return tx.one(ADDRESS_USED, (address.value,)) is not None

    def client_addresses(self) -> frozenset[str]:
        """Return the addresses of all clients."""
        with self._database.reading() as tx:
            return frozenset(tx.all(CLIENT_ADDRESSES))

    def add_person(
        self,
        person: Person,
        password_hash: str | None,
        address: Address | None = None,
        along: Along | None = None,
    ) -> None:
        """Insert, a client with their address, and what goes along.

        Raises Conflict (`username_taken`, `address_taken`).
        """
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
        """Write who somebody is: all but id, active and epoch. Raises Conflict (`username_taken`).

        Where an office begins, their tokens end with their sessions.

        None, and nothing is written: they are not as *before* any more, or are enrolled now.
        *ends*: what is owed, and when, where what lets them in ends with it; the sessions and
        tokens that ended are returned.
        """
        public = (after.name, after.kind, after.org, after.role, int(after.outside))
        account = (after.username, after.mail, after.locale, after.id)
        try:
            with self._database.writing() as tx:
                if along is not None and along.by is not None:
                    tx.all(HOLD_ADMINISTRATORS)
                tx.one(HOLD_ACCOUNT, (before.id,))
                found = tx.one(PERSON, (before.id,))
                if found is None or not _as_before(found, before):
                    return None
                tx.run(UPDATE_PERSON, (*public, *position_of(after).values(), after.id))
                tx.run(UPDATE_ACCOUNT, account)
                if after.awaits is None:
                    tx.run(AWAITS_NOTHING, (after.id,))
                go_along(tx, along)
                if ends is None:
                    return []
                entry, at = ends
                return shut_out(tx, after.id, entry, deactivate=False, at=at)
        except RowRefused as error:
            raise _taken() from error

    def password_hash(self, person: PersonId) -> str | None:
        """Return the argon2id hash of somebody's password; None: they have none."""
        with self._database.reading() as tx:
            return tx.one(PASSWORD_HASH, (person,))

    def set_password(
        self, change: PasswordChange, owed: Owed, *, at: datetime
    ) -> list[SessionId] | None:
        """Replace the hash and end every other session, ticket and link of the person.

        None, and nothing is done: the password was changed, or the session ended, meanwhile.
        """
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (change.person,))
            if tx.one(SESSION_BY_ID, (change.keep,)) is None:
                return None
            if tx.run(SET_PASSWORD, (change.new, change.person, change.old or "")) == 0:
                return None
            ended = end_access(tx, change.person, at, keep=change.keep)
            tx.run(CHOSEN_IN, (*[change.keep] * 3, change.person))
            note_owed(tx, owed, at)
        return ended

    def renew_password(self, person: PersonId, old_hash: str, password_hash: str) -> None:
        """Replace a hash by another one of the same password, unless it was replaced meanwhile."""
        with self._database.writing() as tx:
            tx.run(RENEW_PASSWORD, (password_hash, person, old_hash))

    def activate(
        self,
        person: PersonId,
        along: Along | None = None,
        *,
        kept_since: datetime,
        destroyed: Owed,
        at: datetime,
        only_active: bool = False,
    ) -> bool | None:
        """Let somebody sign in again; sessions, links and tokens from before stay void.

        What they enrolled is there again if their account ended after *kept_since*; else it is
        destroyed, and *destroyed* owed. True: they enrol anew, now or since it was. None, and
        nothing is done: it was decided for who is active (*only_active*), and they are no more.
        """
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (person,))
            was_active = tx.one(IS_ACTIVE, (person,)) is not None
            if only_active and not was_active:
                return None
            if not was_active:  # also what was on its way to be planned while it ended
                send_nothing_later(tx, person)
            if is_overdue(tx, person, kept_since):
                destroy(tx, person, at)
                note_owed(tx, destroyed, at)
            anew = let_back(tx, person)
            forget_successor(tx, person)
            go_along(tx, along)
        return anew

    def overdue(self, kept_since: datetime, limit: int) -> list[PersonId]:
        """Return whose accounts ended before that, with what they enrolled still there."""
        with self._database.reading() as tx:
            return tx.all(OVERDUE, (micros(kept_since), limit))

    def destroy(self, person: PersonId, owed: Owed, *, kept_since: datetime, at: datetime) -> bool:
        """Delete what somebody could come back with, and note what is owed.

        False, and nothing is noted: they are back, or it was done before.
        """
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (person,))
            due = is_overdue(tx, person, kept_since)
            if due:
                destroy(tx, person, at)
                note_owed(tx, owed, at)
        return due

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
        """End every session, ticket, link and token, raise the epoch, note what is owed.

        Tokens of bots that they answer for too. With *deactivate* the person becomes inactive, what
        they enrolled is destroyed later, and what they planned to send is refused; *successor* is
        noted, and their open invites are that one's: *passed* says what is owed for these.
        Returns the sessions and tokens that ended. Raises Conflict (`last_administrator`): nothing
        has ended then.
        """
        with self._database.writing() as tx:
            if deactivate:
                _check_others_administer(tx, person)
            ended = shut_out(tx, person, owed, deactivate=deactivate, at=at)
            invites = [] if successor is None else succeed(tx, person, successor)
            if invites and passed is not None:
                note_owed(tx, passed(invites), at)
        return ended

    def name_successor(
        self, person: PersonId, successor: PersonId, passed: PassedOn, *, at: datetime
    ) -> bool:
        """Note who takes over from somebody whose account ended, their open invites at once.

        False, and nothing is noted: they have an account.
        """
        with self._database.writing() as tx:
            tx.one(HOLD_ACCOUNT, (person,))
            found = tx.one(PERSON, (person,))
            if found is None or found.active:
                return False
            if invites := succeed(tx, person, successor):
                note_owed(tx, passed(invites), at)
        return True

    def has_left(self, client: PersonId) -> bool:
        """Whether a client has ended the relationship, or never came in: nothing of it is left."""
        with self._database.reading() as tx:
            return tx.one(HAS_LEFT, (client,)) is not None


def shut_out(
    tx: Tx, person: PersonId, owed: Owed, *, deactivate: bool, at: datetime
) -> list[SessionId]:
    """End what lets somebody in, and note what is owed; return the sessions and tokens."""
    ended = end_access(tx, person, at)
    if deactivate:
        suspend(tx, person, at)
        send_nothing_later(tx, person)
    note_owed(tx, owed, at)
    return ended


def send_nothing_later(tx: Tx, person: PersonId) -> None:
    """Refuse the messages that wait to be sent, of somebody and of the bots that are theirs."""
    why = account_ended()
    tx.run(NOT_SENT, (why.code, why.detail, person, person))


def end_access(
    tx: Tx, person: PersonId, at: datetime, *, keep: SessionId | None = None
) -> list[SessionId]:
    """End everything that lets somebody in now; return the sessions and tokens that ended.

    Tokens of bots that they answer for end as well. Device marks and codes are of the epoch of
    before. First of all it holds the account.

    *keep*: the session in which they chose another password; it goes on, and so do tokens, which
    they see on the same page.
    """
    now = micros(at)
    tx.run(NEXT_EPOCH, (person,))
    if keep is not None:
        tx.run(KEEP_SESSION, (keep,))
    ended = tx.all(END_SESSIONS_OF, (now, person, keep or ""))
    forget_of(tx, ended)
    tx.run(DELETE_LINKS, (person,))
    tx.run(END_TAKEN_LINKS, (person,))
    tx.run(CLOSE_INVITES, (now, person))
    if keep is None:
        tx.run(NEXT_EPOCH_OF_BOTS, (person,))
        ended += tx.all(REVOKE_TOKENS_OF, (now, person, person))
    return ended


def suspend(tx: Tx, person: PersonId, at: datetime) -> None:
    """End an account: what its person enrolled lets nobody in, and is destroyed later."""
    tx.run(NOTE_END, (micros(at), person))
    tx.run(DEACTIVATE, (person,))


def destroy(tx: Tx, person: PersonId, at: datetime) -> None:
    """Delete what somebody could come back with. They enrol anew, by a new link."""
    for statement in (FORGET_PASSWORD, FORGET_PASSKEYS, FORGET_DEVICES, NOTHING_HOLDS):
        tx.run(statement, (person,))
    tx.run(NOTE_DESTROYED, (micros(at), person))


def is_overdue(tx: Tx, person: PersonId, kept_since: datetime) -> bool:
    """Whether an account ended so long ago that nothing of it is to come back."""
    return tx.one(IS_OVERDUE, (micros(kept_since), person)) is not None


def let_back(tx: Tx, person: PersonId) -> bool:
    """Make an account active; True: its person enrols anew."""
    tx.run(ACTIVATE, (person,))
    tx.run(NOTE_RETURN, (person,))
    return tx.one(ENROLS_ANEW, (person,)) is not None


def insert_person(tx: Tx, person: Person, password_hash: str | None) -> None:
    """Insert somebody and their account."""
    public = (person.id, person.name, person.kind, person.org, person.role)
    outside, active = int(person.outside), int(person.active)
    account = (person.id, person.username, password_hash, person.mail, person.locale)
    tx.run(INSERT_PERSON, (*public, outside, active, *position_of(person).values()))
    tx.run(INSERT_ACCOUNT, (*account, person.epoch, person.owner))


def _check_others_administer(tx: Tx, person: PersonId) -> None:
    """Raise Conflict (`last_administrator`) where nobody would be left who lets people in.

    An administrator who has never signed in counts only where the leaver has not either.
    """
    if tx.one(ADMINISTERS, (person,)) is None:
        return
    tx.all(HOLD_ADMINISTRATORS)
    enrolled = {each.id: each.enrolled for each in tx.all(ENROLLED)}
    needed = enrolled.pop(person, None)
    if needed is None or any(signed_in or not needed for signed_in in enrolled.values()):
        return
    raise Conflict(
        "last_administrator",
        "No one else can administer this server. First give someone else the role, with a second"
        " administrator's approval or on the server's own shell (`onrecord break-glass role`), and"
        " have them sign in.",
    )


def _as_before(found: Person, before: Person) -> bool:
    """Whether nothing that `update_person` writes, or goes by, has changed."""
    active, epoch, picture = before.active, before.epoch, before.picture
    return structs.replace(found, active=active, epoch=epoch, picture=picture) == before


def _taken() -> Conflict:
    return Conflict("username_taken", "Somebody has this user name already.")
