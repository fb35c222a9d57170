"""Every statement about what clients have proved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from onrecord.core.domain.ids import DeviceId, SessionId
from onrecord.core.failures import RowRefused
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.statements import Tx, nullable, query, sql
from onrecord.features.clients.addresses import Address, address_taken
from onrecord.features.clients.assurance_values import Begun, Confirmation, Device, Standing, Step
from onrecord.features.clients.store import (
    FORGET_ADDRESS,
    INVITE_SENT,
    MADE_BY_INVITE,
    RELATIONSHIPS_OF,
    insert_invite,
)
from onrecord.features.clients.values import Invite
from onrecord.features.people.along_store import begin_steps, note_step
from onrecord.features.people.store import INSERT_ADDRESS, destroy, end_access
from onrecord.features.sign_in.store import ACTIVE_PERSON, note_owed
from onrecord.features.sign_in.values import Owed, Person
from onrecord_archive.events.ids import PersonId, StreamId


class Word(NamedTuple):
    """An advisor's word for the device that a client is on, if it has one."""

    given: Confirmation | None


DEVICE = query(Device, "SELECT id, person, name FROM client_device WHERE person = ? AND secret = ?")
INSERT_DEVICE = sql(
    "INSERT INTO client_device (id, person, secret, name, first_at) VALUES (?, ?, ?, ?, ?)"
)
FORGET_DEVICE = sql("DELETE FROM client_device WHERE person = ? AND id = ?")
PROVED_ELSEWHERE = sql("UPDATE assurance SET device = NULL WHERE person = ? AND device = ?")
# A word without an end counts for nothing (END_WORD).
WORD_FOR = query(
    Word,
    """SELECT c.confirmed_how AS "given.how", c.confirmed_by AS "given.by",
        c.confirmed_until AS "given.until"
    FROM client_device d
    LEFT JOIN client_device c ON c.id = d.id AND c.confirmed_until IS NOT NULL WHERE d.id = ?""",
)
STANDING = query(
    Standing,
    """SELECT a.proof, a.proved_at, a.until, d.confirmed_how AS "confirmation.how",
        d.confirmed_by AS "confirmation.by", d.confirmed_until AS "confirmation.until"
    FROM assurance a LEFT JOIN client_device d
        ON d.id = a.device AND d.person = a.person AND d.confirmed_until IS NOT NULL
    WHERE a.person = ?""",
)
NOTE = sql(
    """INSERT INTO assurance (person, proof, device, proved_at, until) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (person) DO UPDATE SET proof = excluded.proof, device = excluded.device,
        proved_at = excluded.proved_at, until = excluded.until"""
)
USE_DEVICE = sql("UPDATE session SET device = ? WHERE id = ?")
NOTE_FRESH = sql(
    "UPDATE session SET fresh_at = ?,"
    " expires_at = CASE WHEN expires_at < ? THEN ? ELSE expires_at END WHERE id = ?"
)
FRESH_AT = nullable(datetime, "SELECT fresh_at FROM session WHERE id = ?")
CONFIRM = sql(
    "UPDATE client_device SET confirmed_until = ?, confirmed_how = ?, confirmed_by = ?"
    " WHERE person = ?"
)
# A word without an end counts for nothing, and still has to be told of.
END_WORD = sql(
    "UPDATE client_device SET confirmed_until = NULL"
    " WHERE person = ? AND confirmed_until IS NOT NULL"
)
FORGET_WORD = sql(
    "UPDATE client_device SET confirmed_how = NULL, confirmed_by = NULL"
    " WHERE person = ? AND confirmed_until IS NULL"
)
HAS_WORD = sql("SELECT 1 FROM client_device WHERE person = ? AND confirmed_how IS NOT NULL LIMIT 1")
SESSIONS_ON_DEVICES = query(
    SessionId,
    "SELECT s.id FROM session s JOIN client_device d ON d.id = s.device AND d.person = s.person"
    " WHERE s.person = ? AND s.ended_at IS NULL",
)
LINK_IS_OPEN = sql(
    "SELECT 1 FROM invite"
    " WHERE id = ? AND secret = ? AND accepted_at IS NULL AND revoked_at IS NULL"
)
SET_MAIL = sql("UPDATE account SET mail = ? WHERE person = ?")
ADDRESS = query(
    Address,
    "SELECT way, address AS value FROM client_address WHERE person = ? ORDER BY address LIMIT 1",
)
ANSWERS_FOR = sql(
    "SELECT 1 FROM relationship WHERE client = ? AND owner = ? AND to_seq IS NULL LIMIT 1"
)


class AssuranceStore:
    """Devices and proofs. Every method blocks and is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def device(self, person: PersonId, secret: bytes) -> Device | None:
        """Return the person's device with this secret's SHA-256."""
        with self._database.reading() as tx:
            return tx.one(DEVICE, (person, secret))

    def is_known(self, device: DeviceId) -> bool:
        """Whether a session's device is one of these."""
        with self._database.reading() as tx:
            return tx.one(WORD_FOR, (device,)) is not None

    def add_device(self, device: Device, secret: bytes, at: datetime) -> None:
        """Insert."""
        values = (device.id, device.person, secret, device.name, micros(at))
        with self._database.writing() as tx:
            tx.run(INSERT_DEVICE, values)

    def forget_device(self, person: PersonId, device: DeviceId) -> None:
        """Delete: it is new when it comes again."""
        with self._database.writing() as tx:
            tx.run(FORGET_DEVICE, (person, device))
            tx.run(PROVED_ELSEWHERE, (person, device))

    def standing(self, person: PersonId) -> Standing | None:
        """Return what a client has proved; None: they have not come in yet."""
        with self._database.reading() as tx:
            return tx.one(STANDING, (person,))

    def note(self, person: PersonId, device: DeviceId, standing: Standing) -> None:
        """Replace it but for the confirmation, which lies with the device they are on."""
        proved_at, until = micros(standing.proved_at), micros(standing.until)
        with self._database.writing() as tx:
            tx.run(NOTE, (person, standing.proof, device, proved_at, until))

    def word_for(self, device: DeviceId) -> Confirmation | None:
        """Return an advisor's word that counts for a device, over or not."""
        with self._database.reading() as tx:
            word = tx.one(WORD_FOR, (device,))
        return None if word is None else word.given

    def use_device(self, session: SessionId, device: DeviceId) -> None:
        """Note on which device a session is."""
        with self._database.writing() as tx:
            tx.run(USE_DEVICE, (device, session))

    def note_fresh(self, session: SessionId, at: datetime, until: datetime) -> None:
        """Note when the one behind a session last proved who they are; it lasts until then."""
        lasts = micros(until)
        with self._database.writing() as tx:
            tx.run(NOTE_FRESH, (micros(at), lasts, lasts, session))

    def fresh_at(self, session: SessionId) -> datetime | None:
        """Return that; None: when the session was opened."""
        with self._database.reading() as tx:
            return tx.one(FRESH_AT, (session,))

    def confirm(self, person: PersonId, word: Confirmation) -> list[SessionId]:
        """Note an advisor's word for all known devices; return the sessions of these."""
        with self._database.writing() as tx:
            tx.run(CONFIRM, (micros(word.until), word.how, word.by, person))
            return tx.all(SESSIONS_ON_DEVICES, (person,))

    def has_word(self, person: PersonId) -> bool:
        """Whether an advisor's word is noted for any of somebody's devices, also one that ended."""
        with self._database.reading() as tx:
            return tx.one(HAS_WORD, (person,)) is not None

    def end_word(self, person: PersonId, owed: Owed, *, at: datetime) -> list[SessionId]:
        """Let an advisor's word count for nothing on all devices; return the sessions of these.

        Note what is owed where one counted until now.
        """
        with self._database.writing() as tx:
            if tx.run(END_WORD, (person,)):
                note_owed(tx, owed, at)
            return tx.all(SESSIONS_ON_DEVICES, (person,))

    def forget_word(self, person: PersonId) -> None:
        """Forget a word that was ended, once everybody was told."""
        with self._database.writing() as tx:
            tx.run(FORGET_WORD, (person,))

    def shut_out(self, reset: Begun, owed: Owed, *, at: datetime) -> list[SessionId]:
        """End what lets a client in, and destroy what they could come back with.

        Returns the ended sessions. Codes end with the epoch, which stands in what they are kept
        under (coming_back.py). With a request, keep the reset in its row, and give the client
        their address.
        Raises NotFound (`no_such_request`), Conflict (`address_taken`).
        """
        person = reset.client
        with self._moving() as tx:
            if reset.request is not None:
                begin_steps(tx, reset)
                _move(tx, person, reset.invite.address)
            ended = end_access(tx, person, at)
            destroy(tx, person, at)
            note_owed(tx, owed, at)
        return ended

    def note_step(self, reset: Begun, step: Step, owed: Owed, *, at: datetime) -> None:
        """Note a step, with what is owed for it. Raises NotFound (`no_such_request`)."""
        with self._database.writing() as tx:
            note_step(tx, reset, step)
            note_owed(tx, owed, at)

    def invite_again(self, reset: Begun, secret: bytes) -> None:
        """Insert the invite; without a request give the client their address.

        Raises NotFound (`no_such_request`), Conflict (`address_taken`).
        """
        invite = reset.invite
        with self._moving() as tx:
            note_step(tx, reset, Step.INVITED)
            if reset.request is None:
                _move(tx, reset.client, invite.address)
            insert_invite(tx, invite, secret)
            tx.run(MADE_BY_INVITE, (reset.client, 0, invite.id))

    def is_open(self, invite: Invite, secret: bytes) -> bool:
        """Whether this link of an invite still lets in."""
        with self._database.reading() as tx:
            return tx.one(LINK_IS_OPEN, (invite.id, secret)) is not None

    def link_sent(self, reset: Begun, secret: bytes, owed: Owed, *, at: datetime) -> None:
        """Note that the letter with this link was handed over, and what is owed for it.

        Raises NotFound (`no_such_request`).
        """
        with self._database.writing() as tx:
            note_step(tx, reset, Step.SENT)
            tx.run(INVITE_SENT, (reset.invite.id, secret))
            note_owed(tx, owed, at)

    @contextmanager
    def _moving(self) -> Iterator[Tx]:
        """Write what gives a client an address. Raises Conflict (`address_taken`)."""
        try:
            with self._database.writing() as tx:
                yield tx
        except RowRefused as error:
            raise address_taken() from error

    def address_of(self, person: PersonId) -> Address | None:
        """Return where a client's codes go."""
        with self._database.reading() as tx:
            return tx.one(ADDRESS, (person,))

    def client(self, person: PersonId) -> Person | None:
        """Return an active client."""
        with self._database.reading() as tx:
            found = tx.one(ACTIVE_PERSON, (person,))
        return found if found is not None and found.kind == "client" else None

    def answers_for(self, advisor: PersonId, client: PersonId) -> bool:
        """Whether a client's relationship is somebody's, as its owner."""
        with self._database.reading() as tx:
            return tx.one(ANSWERS_FOR, (client, advisor)) is not None

    def conversations_to_tell(self, person: PersonId) -> list[StreamId]:
        """Return a client's conversations with those who answer for them: no group ever."""
        with self._database.reading() as tx:
            return tx.all(RELATIONSHIPS_OF, (person,))


def _move(tx: Tx, client: PersonId, address: Address) -> None:
    tx.run(FORGET_ADDRESS, (client,))
    tx.run(INSERT_ADDRESS, (address.value, address.way, client))
    tx.run(SET_MAIL, (address.mail, client))
