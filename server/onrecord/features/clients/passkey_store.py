"""Every statement about passkeys and their challenges."""

from datetime import datetime
from typing import NamedTuple

from onrecord.core.failures import RowRefused
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.rows import named
from onrecord.database.statements import query, sql
from onrecord.features.clients.assurance_values import Passkey
from onrecord.features.sign_in.store import HOLD_ACCOUNT, PERSON_COLUMNS, note_owed
from onrecord.features.sign_in.values import Owed, Person
from onrecord_archive.events.ids import PersonId

_PASSKEY = {
    "id": "k.id",
    "person": "k.person",
    "name": "k.name",
    "credential": "k.credential",
    "key": "k.public_key",
    "counter": "k.counter",
    "created_at": "k.created_at",
    "used_at": "k.used_at",
}


class _Challenge(NamedTuple):
    """Whom a challenge was made for; None: whoever signs in by a passkey."""

    person: PersonId | None
    expires_at: datetime


class PasskeyOf(NamedTuple):
    """A passkey, and whose it is."""

    passkey: Passkey
    person: Person


FORGET_CHALLENGES = sql("DELETE FROM passkey_challenge WHERE expires_at < ?")
PUT_CHALLENGE = sql("INSERT INTO passkey_challenge (hashed, person, expires_at) VALUES (?, ?, ?)")
TAKE_CHALLENGE = query(
    _Challenge, "DELETE FROM passkey_challenge WHERE hashed = ? RETURNING person, expires_at"
)
PASSKEYS_OF = query(
    Passkey,
    "SELECT {columns} FROM passkey k WHERE k.person = ? ORDER BY k.created_at, k.id",
    columns=named(_PASSKEY),
)
PASSKEY = query(
    PasskeyOf,
    """SELECT {passkey}, {person} FROM passkey k JOIN person p ON p.id = k.person
    JOIN account a ON a.person = p.id WHERE p.active = 1 AND k.credential = ?""",
    passkey=named(_PASSKEY, "passkey"),
    person=named(PERSON_COLUMNS, "person"),
)
# Not of who was shut out since they asked.
ADD_PASSKEY = sql(
    """INSERT INTO passkey (id, person, name, credential, public_key, counter, created_at)
    SELECT ?, p.id, ?, ?, ?, ?, ? FROM person p JOIN account a ON a.person = p.id
    WHERE p.id = ? AND p.active = 1 AND a.epoch = ?"""
)
# A counter of zero is one that the authenticator does not keep (WebAuthn section 6.1.1).
USE_PASSKEY = sql(
    """UPDATE passkey SET counter = ?, used_at = ?
    WHERE id = ? AND (counter < ? OR counter = 0 AND ? = 0) RETURNING id"""
)
REMOVE_PASSKEY = sql("DELETE FROM passkey WHERE person = ? AND id = ? RETURNING id")


class PasskeyStore:
    """Passkeys and challenges. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_challenge(self, hashed: bytes, person: PersonId, expires_at: datetime) -> None:
        """Insert; delete those that have expired. A power cut may lose it."""
        self._put(hashed, person, expires_at)

    def spend_challenge(self, hashed: bytes, expires_at: datetime) -> bool:
        """Note that one is used up which was kept nowhere; False: it was used before.

        A power cut may lose it, and with it the key that the challenge is known by.
        """
        try:
            self._put(hashed, None, expires_at)
        except RowRefused:
            return False
        return True

    def _put(self, hashed: bytes, person: PersonId | None, expires_at: datetime) -> None:
        day = 86_400 * 1_000_000
        with self._database.writing(durable=False) as tx:
            tx.run(FORGET_CHALLENGES, (micros(expires_at) - day,))
            tx.run(PUT_CHALLENGE, (hashed, person, micros(expires_at)))

    def take_challenge(self, hashed: bytes, person: PersonId, at: datetime) -> bool:
        """Consume it; False: there is none, it has expired, or it was made for somebody else."""
        with self._database.writing() as tx:
            taken = tx.all(TAKE_CHALLENGE, (hashed,))
        return any(each.person == person and at < each.expires_at for each in taken)

    def passkeys_of(self, person: PersonId) -> list[Passkey]:
        """Return a person's passkeys, the oldest first."""
        with self._database.reading() as tx:
            return tx.all(PASSKEYS_OF, (person,))

    def passkey(self, credential: bytes) -> tuple[Passkey, Person] | None:
        """Return a passkey and its person if they are active."""
        with self._database.reading() as tx:
            return tx.one(PASSKEY, (credential,))

    def add_passkey(self, passkey: Passkey, *, epoch: int) -> bool:
        """Insert; False: this credential is known already, or its person was shut out meanwhile.

        *epoch*: the person's when they asked.
        """
        values = (
            passkey.id,
            passkey.name,
            passkey.credential,
            passkey.key,
            passkey.counter,
            micros(passkey.created_at),
            passkey.person,
            epoch,
        )
        try:
            with self._database.writing() as tx:
                tx.one(HOLD_ACCOUNT, (passkey.person,))
                return tx.run(ADD_PASSKEY, values) == 1
        except RowRefused:
            return False

    def use_passkey(self, id: str, counter: int, at: datetime) -> bool:
        """Move its counter on; False: another use came first, or it was removed."""
        with self._database.writing() as tx:
            return bool(tx.all(USE_PASSKEY, (counter, micros(at), id, counter, counter)))

    def remove_passkey(self, person: PersonId, id: str, owed: Owed, *, at: datetime) -> bool:
        """Delete and note what is owed; False: the person has no such passkey."""
        with self._database.writing() as tx:
            removed = bool(tx.all(REMOVE_PASSKEY, (person, id)))
            if removed:
                note_owed(tx, owed, at)
        return removed
